/**
 * `--json` has the keys, types and time formats of the Python metal-guard, and standard output holds nothing else.
 * `METALGUARD_FORMATS_DIR` names a folder of real samples; without it ours of the same form are read.
 */
import assert from "node:assert/strict";
import { CliPlace, type RunOptions } from "../cli_place.ts";
import { CAUSES, writeReport } from "../cli_reports.ts";

const FORMATS = Deno.env.get("METALGUARD_FORMATS_DIR") ??
  new URL("../fixtures/python_tool", import.meta.url).pathname;

type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

function sample(name: string): Json {
  return JSON.parse(Deno.readTextFileSync(`${FORMATS}/${name}`));
}

function isObject(
  value: Json | undefined,
): value is { readonly [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function objectOf(
  value: Json | undefined,
): { readonly [key: string]: Json } {
  assert.ok(isObject(value));
  return value;
}

/** Keys under which the Python tool prints 0 for a figure that it does not know; ours is `null` there. */
const FIGURES: ReadonlySet<string> = new Set([
  "active_gb",
  "peak_gb",
  "available_gb",
  "limit_gb",
  "active_pct",
  "peak_pct",
]);

const FORMS: readonly (readonly [string, RegExp])[] = [
  ["naive local time", /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/],
  ["UTC time", /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/],
];

function formOf(value: Json): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "list";
  if (typeof value !== "string") return typeof value;
  return FORMS.find(([, form]) => form.test(value))?.[0] ?? "text";
}

/** Says where `ours` lacks a key of `theirs` or has another type there. More keys are welcome. */
function differences(ours: Json | undefined, theirs: Json, at = ""): string[] {
  if (ours === undefined) return [`${at}: missing`];
  const [form, wanted] = [formOf(ours), formOf(theirs)];
  const isUnknown = FIGURES.has(at.slice(at.lastIndexOf(".") + 1)) &&
    form === "null";
  if (isUnknown) return [];
  if (form !== wanted) return [`${at}: ${form} instead of ${wanted}`];
  if (Array.isArray(theirs) && Array.isArray(ours)) {
    return ours.flatMap((one, index) =>
      theirs[0] === undefined
        ? []
        : differences(one, theirs[0], `${at}[${index}]`)
    );
  }
  if (form !== "object") return [];
  const [mine, other] = [objectOf(ours), objectOf(theirs)];
  return Object.entries(other).flatMap(([key, value]) =>
    differences(mine[key], value, `${at}.${key}`)
  );
}

async function ask(
  place: CliPlace,
  args: readonly string[],
  options: RunOptions = {},
): Promise<{ readonly code: number; readonly json: Json }> {
  const { code, stdout, stderr } = await place.run(args, options);
  assert.equal(stderr, "", args.join(" "));
  // Kills: a second object, a banner, a missing line break.
  assert.ok(stdout.startsWith("{\n") && stdout.endsWith("\n}\n"), stdout);
  return { code, json: JSON.parse(stdout) };
}

function gpuPanic(place: CliPlace, hoursAgo: number): void {
  writeReport(place, {
    name: `panic-${hoursAgo}h.panic`,
    form: "panic_full",
    // Ages are cut to 0.01 h and distances rounded up to the minute: for the next 20 s neither changes.
    at: Temporal.Now.instant().subtract({ seconds: hoursAgo * 3_600 + 10 })
      .round("second"),
    cause: CAUSES.pending219,
  });
}

function breadcrumbs(place: CliPlace): void {
  Deno.mkdirSync(place.state, { recursive: true });
  Deno.writeTextFileSync(
    `${place.state}/metal_breadcrumb.log`,
    "[2026-01-05 10:00:00] LOAD: some/model START\n",
  );
}

Deno.test("panic-gate --json under a hold is the sample's object, and ends as its exit codes say", async () => {
  // Kills: a renamed key, `cooldown_until` with an offset or a fraction, another code than 2.
  using place = new CliPlace();
  assert.equal((await place.run(["hold"])).code, 0);
  const { code, json } = await ask(place, ["panic-gate", "--json"]);
  assert.deepEqual(differences(json, sample("cli-panic-gate.json")), []);
  assert.equal(code, objectOf(sample("exit-codes.json"))["panic-gate"]);
  assert.equal(objectOf(json)["exit_code"], code);
});

Deno.test("panic-gate --json says null where there is nothing to wait for", async () => {
  // Kills: 0 or "" for "no end", also under a lockout, which has none by itself.
  using place = new CliPlace();
  const clear = objectOf((await ask(place, ["panic-gate", "--json"])).json);
  assert.equal(clear["cooldown_until"], null);
  assert.equal(clear["clear_at"], null);
  assert.equal(clear["newest_panic"], null);
  for (const hours of [1, 3, 5]) gpuPanic(place, hours);
  const locked = objectOf((await ask(place, ["panic-gate", "--json"])).json);
  assert.equal(locked["kind"], "lockout");
  assert.equal(locked["cooldown_until"], null);
  assert.equal(formOf(locked["clear_at"] ?? null), "naive local time");
  assert.equal(formOf(locked["clear_at_utc"] ?? null), "UTC time");
});

Deno.test("ack --json is the sample's object", async () => {
  // Kills: another word than "touched", a relative path.
  using place = new CliPlace();
  const { code, json } = await ask(place, ["ack", "--json"]);
  const theirs = objectOf(sample("cli-ack.json"));
  assert.deepEqual(differences(json, theirs), []);
  assert.equal(objectOf(json)["status"], theirs["status"]);
  assert.equal(objectOf(json)["ack_path"], place.ack);
  assert.equal(code, objectOf(sample("exit-codes.json"))["ack"]);
  // Kills: a first line of the file that the Python tool cannot read.
  assert.equal(
    formOf(Deno.readTextFileSync(place.ack).split("\n")[0] ?? null),
    "naive local time",
  );
});

for (const name of ["status", "panics", "breadcrumb", "mode"]) {
  Deno.test(`${name} --json is the sample's object with and without panics`, async () => {
    // Kills: a renamed key, a number as text, a ledger record with other types.
    using place = new CliPlace();
    breadcrumbs(place);
    const theirs = sample(
      name === "panics" ? "cli-panics.json" : "cli-status.json",
    );
    const quiet = await ask(place, [name, "--json"]);
    assert.deepEqual(differences(quiet.json, theirs), []);
    assert.equal(quiet.code, 0);
    gpuPanic(place, 5);
    const panicked = await ask(place, [name, "--json"]);
    assert.deepEqual(differences(panicked.json, theirs), []);
    const ledger = Deno.readTextFileSync(`${FORMATS}/file-panics.jsonl`);
    const record: Json = JSON.parse(ledger.split("\n")[0] ?? "");
    const panics = objectOf(panicked.json)["panics"];
    assert.ok(Array.isArray(panics) && panics.length === 1);
    assert.deepEqual(differences(panics[0], record), []);
    assert.equal(panicked.code, 1);
    assert.equal(objectOf(panicked.json)["exit_code"], 1);
    assert.equal(objectOf(panicked.json)["health"], "warn");
  });
}

Deno.test("figures that nobody read are null", async () => {
  // Kills: 0.0 GB, which looks like an empty GPU.
  using place = new CliPlace();
  const { json } = await ask(place, ["status", "--json"]);
  const memory = objectOf(objectOf(json)["memory"]);
  for (const key of FIGURES) assert.equal(memory[key], null, key);
  assert.equal(objectOf(json)["mlx_lock"], null);
});

Deno.test("status and panics end with the samples' codes after as many panics", async () => {
  // Kills: a health code of our own.
  const codes = objectOf(sample("exit-codes.json"));
  for (const name of ["status", "panics"]) {
    using place = new CliPlace();
    const theirs = objectOf(sample(`cli-${name}.json`));
    for (let count = 0; count < Number(theirs["panics_count"]); count++) {
      gpuPanic(place, 3 + count);
    }
    const { code, json } = await ask(place, [name, "--json"]);
    assert.equal(code, codes[name]);
    for (const key of ["exit_code", "health", "panics_count"]) {
      assert.equal(objectOf(json)[key], theirs[key], `${name}.${key}`);
    }
  }
});

Deno.test("--json may stand before the command or behind it", async () => {
  // Kills: the flag taken for a command, or lost before a command's own flags.
  using place = new CliPlace();
  const lines = [
    ["status"],
    ["panic-gate"],
    ["panics", "--since-hours", "5"],
    ["aborts"],
    ["breadcrumb", "-n", "3"],
    ["mode"],
    ["ack", "--clear"],
    ["hold", "--clear"],
  ];
  for (const line of lines) {
    const before = await ask(place, ["--json", ...line]);
    const behind = await ask(place, [...line, "--json"]);
    assert.deepEqual(before, behind, line.join(" "));
  }
  const bare = await ask(place, ["--json"]);
  assert.deepEqual(bare, await ask(place, ["status", "--json"]));
});

Deno.test("colour is for people who want it, and never in JSON", async () => {
  // Kills: escapes in a pipe, in JSON, or against NO_COLOR; colour that cannot be had at all.
  using place = new CliPlace();
  gpuPanic(place, 1);
  const force = { CLICOLOR_FORCE: "1" };
  const escape = "\u001b[";
  for (const name of ["status", "panic-gate", "panics", "aborts", "mode"]) {
    const plain = await place.run([name]);
    await ask(place, [name, "--json"], { env: force });
    const forbidden = { ...force, NO_COLOR: "1" };
    const dumb = { ...force, TERM: "dumb" };
    for (const env of [forbidden, dumb]) {
      const run = await place.run([name], { env });
      assert.equal(run.stdout, plain.stdout);
    }
  }
  for (const name of ["status", "panic-gate", "panics"]) {
    const run = await place.run([name], { env: force, colour: true });
    assert.ok(run.stdout.includes(escape), name);
  }
  const wrong = await place.run(["panic-gat"], { env: force });
  assert.ok(!wrong.stderr.includes(escape));
});

Deno.test("answers go to standard output, everything else to standard error", async () => {
  // Kills: a usage error that a program reads as JSON, an answer that a person does not see in a pipe.
  using place = new CliPlace();
  const lines = [
    ["nonsense"],
    ["hold", "--for", "soon"],
    ["panic-gate", "--json", "--nonsense"],
  ];
  for (const args of lines) {
    const { code, stdout, stderr } = await place.run(args);
    assert.deepEqual([code, stdout], [64, ""]);
    assert.match(stderr, /^\S.*\n$/);
  }
  await place.run(["hold", "--for", "3h"]);
  const { stdout, stderr } = await place.run(
    ["panic-gate", "--wait=1s", "--json"],
  );
  assert.equal(JSON.parse(stdout)["kind"], "sentinel");
  assert.match(stderr, /waiting/);
});

Deno.test("a reader that leaves early is not an error", async () => {
  // Kills: `Broken pipe`, a stack trace or another code behind `panics | head -1`.
  using place = new CliPlace();
  for (const hours of [1, 3, 5, 7, 9]) gpuPanic(place, hours);
  for (const reader of ["head -n 1", ":"]) {
    for (
      const [name, code] of [["panics", 2], ["status", 2], ["panic-gate", 2]]
    ) {
      const { stdout, stderr } = await place.run([`${name}`], {
        shell: `{ "$@"; echo "ended with $?" >&2; } | ${reader}`,
      });
      assert.equal(stderr, `ended with ${code}\n`, `${name} | ${reader}`);
      assert.match(stdout, reader === ":" ? /^$/ : /^\S[^\n]*\n$/);
    }
  }
});
