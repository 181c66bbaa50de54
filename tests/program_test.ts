import assert from "node:assert/strict";

const MAIN = new URL("../main.ts", import.meta.url).pathname;

/** One start of the real program in an empty home. */
function start(args: readonly string[]): { code: number; out: string } {
  const home = Deno.makeTempDirSync();
  try {
    const { code, stdout } = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", MAIN, ...args],
      env: { HOME: home, METALGUARD_REPORT_DIRS: home },
      stdin: "null",
      stderr: "null",
    }).outputSync();
    return { code, out: new TextDecoder().decode(stdout) };
  } finally {
    Deno.removeSync(home, { recursive: true });
  }
}

Deno.test("the plain gate and the whole program are one program", () => {
  // Kills: a command that only the gate's half knows, or that no half knows; a gate that answers otherwise in the lane.
  assert.match(start(["--version"]).out, /^\d+\.\d+\.\d+/);
  assert.equal(start(["no-such-command"]).code, 64);
  const lane = start(["panic-gate", "--json"]);
  const scanned = start(["panic-gate", "--json", "--wait=1s"]);
  assert.equal(lane.code, 0);
  assert.equal(scanned.code, 0);
  assert.deepEqual(
    Object.keys(JSON.parse(lane.out)),
    Object.keys(JSON.parse(scanned.out)),
  );
});
