/** What `run` says before a start, and leaves after a good one, over the real virtual environment. */
import assert from "node:assert/strict";
import { decodeLastGood } from "../../lib/parse/state/last_good_file.ts";
import { pythonOfTests } from "../python_of_tests.ts";
import { RunPlace } from "../torture/run_place.ts";

const MODEL = "mlx-community/gemma-4-31b-it-8bit";

function versionsByPip(python: string): Readonly<Record<string, string>> {
  const { stdout } = new Deno.Command(python, {
    args: [
      "-c",
      "import importlib.metadata as m, json; print(json.dumps({n: m.version(n) for n in ('mlx', 'mlx-lm')}))",
    ],
  }).outputSync();
  return JSON.parse(new TextDecoder().decode(stdout));
}

Deno.test("run tells the registry's finding before a real Python starts, and leaves its real versions", async () => {
  // Kills: a warning that comes after the start; versions of another Python; a model's name in the report.
  await using place = new RunPlace();
  const python = pythonOfTests();
  const { code, stderr, stdout } = await place.start([
    "--report",
    place.report,
    "--no-lock",
    "--",
    "env",
    "A=1",
    python,
    "-c",
    "import sys; print('began', file=sys.stderr); print(sys.argv[2])",
    "--model",
    MODEL,
  ]).end();
  assert.deepEqual([code, stdout], [0, `${MODEL}\n`], stderr);
  const told = stderr.indexOf(`${MODEL} is in the registry (panic`);
  assert.ok(told >= 0 && told < stderr.indexOf("began"), stderr);
  assert.match(stderr, /^metal-guard: \$ metal-guard registry show /m);
  const text = Deno.readTextFileSync(place.report);
  assert.ok(!text.includes("gemma"), text);
  const advice = place.readReport().events.filter(({ kind }) =>
    kind === "advice"
  );
  assert.deepEqual(advice.map(({ reason }) => reason), [
    "the registry has an entry for this model (panic)",
  ]);
  const file = decodeLastGood(
    Deno.readTextFileSync(`${place.home}/.cache/metal-guard/last-good.json`),
  );
  const real = versionsByPip(python);
  assert.deepEqual(
    [file.versions.get("mlx"), file.versions.get("mlx-lm"), file.model],
    [real["mlx"], real["mlx-lm"], MODEL],
  );
  assert.equal(file.interpreter, python);
});

Deno.test("a script of the environment is judged by its own Python, and --strict refuses before anything starts", async () => {
  // Kills: `mlx_lm.generate` judged by the Python on PATH; --strict that lets a reported model start.
  await using place = new RunPlace();
  const script = pythonOfTests().replace(/[^/]+$/, "mlx_lm.generate");
  const { code, stderr } = await place.start([
    "--strict",
    "--report",
    place.report,
    "--",
    script,
    "--model",
    "Qwen3.6-27B",
  ]).end();
  assert.equal(code, 75, stderr);
  assert.match(stderr, /registry: 1 known against this start > 0 \(--strict\)/);
  assert.equal(place.readReport().cause, "refused");
  assert.equal(place.readReport().attempts, 0);
});

Deno.test("what is no Python's leaves the record of the last good run as it is", async () => {
  // Kills: `run -- true`, which wipes out what the last good MLX run stood on.
  await using place = new RunPlace();
  const { code, stderr } = await place.start(["--", "true"]).end();
  assert.equal(code, 0);
  assert.equal(
    stderr,
    "metal-guard: no model is named (--model): cadence, fit and registry are passed over\n",
  );
  assert.throws(
    () => Deno.statSync(`${place.home}/.cache/metal-guard/last-good.json`),
    Deno.errors.NotFound,
  );
});
