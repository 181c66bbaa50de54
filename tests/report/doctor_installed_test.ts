import assert from "node:assert/strict";
import { known, type Observed, unknown } from "../../lib/core/observed.ts";
import {
  jobRows,
  jobsJson,
  type JobView,
  pythonRows,
  pythonsJson,
  type PythonView,
} from "../../lib/report/doctor_installed.ts";

function job(parts: Partial<JobView> = {}): JobView {
  return {
    label: "com.metal-guard.run.qwen",
    path: "/Users/ada/Library/LaunchAgents/com.metal-guard.run.qwen.plist",
    isOurs: true,
    command: ["/v/bin/mlx_lm.server", "--api-key", "sk-verysecret"],
    missing: [],
    run: known({ kind: "running", pid: 812 }),
    ...parts,
  };
}

const NO_MLX: PythonView = {
  usedBy: null,
  advisories: [],
  blocked: [],
  installed: {
    python: known({
      interpreter: "/v/bin/python",
      prefix: "/v",
      version: "3.12",
      kind: "venv",
    }),
    packages: new Map<
      string,
      Observed<{ version: string; folder: string } | null>
    >([
      ["mlx", known({ version: "0.32.4", folder: "/v/lib" })],
      ["mlx-lm", known(null)],
      ["mlx-vlm", unknown<null>("a folder of packages cannot be listed")],
    ]),
  },
};

Deno.test("a job's row says how it runs, and whose it is", () => {
  // Kills: a job of the Python tool that is shown as ours; "ended with undefined".
  const rows = (one: JobView): string => jobRows([one]).join("\n");
  assert.equal(
    rows(job()),
    "  com.metal-guard.run.qwen (/v/bin/mlx_lm.server): runs as process 812",
  );
  assert.equal(
    rows(
      job({ command: [], isOurs: false, run: known({ kind: "not-loaded" }) }),
    ),
    "  com.metal-guard.run.qwen: installed, not loaded, not written by this metal-guard",
  );
  const idle = (lastExitCode: number | undefined): string =>
    rows(
      job({ command: [], run: known({ kind: "idle", lastExitCode }) }),
    );
  assert.match(idle(78), /loaded, does not run now, ended with 78$/);
  assert.match(idle(undefined), /loaded, does not run now$/);
  assert.match(
    rows(job({ run: unknown("no Mac") })),
    /: installed; whether it runs is unknown: no Mac$/,
  );
  assert.deepEqual(jobRows([]), ["  no job of metal-guard is installed"]);
});

Deno.test("what a job's command was given is nowhere", () => {
  // Kills: a key in the arguments of a server, pasted into an issue with the doctor's answer (SAFETY P1).
  const all = JSON.stringify(jobsJson([job()])) + jobRows([job()]).join();
  assert.doesNotMatch(all, /verysecret/);
});

Deno.test("a job as JSON tells not loaded from not known", () => {
  // Kills: `loaded: false` where launchd could not be asked.
  const [known1] = jobsJson([job({ run: known({ kind: "not-loaded" }) })]);
  assert.deepEqual(
    [known1?.["loaded"], known1?.["running"], known1?.["reason"]],
    [false, false, null],
  );
  const [unknown1] = jobsJson([job({ run: unknown("no Mac") })]);
  assert.deepEqual(
    [unknown1?.["loaded"], unknown1?.["running"], unknown1?.["reason"]],
    [null, null, "no Mac"],
  );
});

Deno.test("a Python's rows name its versions, and who uses it", () => {
  // Kills: "not installed" where it cannot be told.
  assert.deepEqual(pythonRows([NO_MLX]), [
    "Python      /v/bin/python (3.12, virtual environment); it was not started",
    "MLX         mlx 0.32.4\n            mlx-lm not installed\n            mlx-vlm: unknown",
  ]);
  const [used] = pythonRows([{ ...NO_MLX, usedBy: "com.metal-guard.run.q" }]);
  assert.match(used ?? "", /^Python {6}com\.metal-guard\.run\.q: \/v\/bin/);
  const lost = { ...NO_MLX.installed, python: unknown<never>("not on PATH") };
  assert.deepEqual(pythonRows([{ ...NO_MLX, installed: lost }]), [
    "Python      unknown: not on PATH; it was not started",
  ]);
  const [json] = pythonsJson([NO_MLX]);
  assert.deepEqual(Object.keys(json ?? {}), [
    "used_by",
    "python",
    "packages",
    "blocked",
    "advisories",
  ]);
});

Deno.test("nothing hostile reaches the terminal from a job or a Python", () => {
  // Kills: a property list whose name clears the screen.
  const evil = "\u001b[2J\u009b\u202e";
  const text = [
    ...jobRows([job({ label: evil, command: [evil], run: unknown(evil) })]),
    ...pythonRows([{
      ...NO_MLX,
      usedBy: evil,
      installed: { ...NO_MLX.installed, python: unknown(evil) },
    }]),
  ].join("").replaceAll("\n", "");
  assert.doesNotMatch(text, /[\p{Cc}\u202e]/u);
});
