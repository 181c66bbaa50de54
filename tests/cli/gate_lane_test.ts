import assert from "node:assert/strict";
import { tryPlainGate } from "../../lib/cli/gate_lane.ts";
import { runIn } from "../fakes/cli.ts";
import { World } from "../fakes/world.ts";

Deno.test("plain ways to ask the gate are recognised with their flags", () => {
  // Kills: `-q` that talks; `--json` before the command that is lost.
  const cases: readonly (readonly [string, boolean, boolean])[] = [
    ["panic-gate", false, false],
    ["panic-gate --json", true, false],
    ["--json panic-gate", true, false],
    ["panic-gate -q", false, true],
    ["panic-gate --quiet --json", true, true],
    ["--json panic-gate --quiet", true, true],
  ];
  for (const [line, json, quiet] of cases) {
    assert.deepEqual(tryPlainGate(line.split(" ")), { json, quiet }, line);
  }
});

Deno.test("everything else is left to the scanner", () => {
  // Kills: a help that is not shown, a mistake that passes, a `hold` for a thing named panic-gate.
  for (
    const line of [
      "",
      "status",
      "panic-gate --help",
      "panic-gate --wait",
      "panic-gate --wait=2h",
      "panic-gate --jsn",
      "panic-gate extra",
      "panic-gate panic-gate",
      "panic-gate --json --json",
      "--json panic-gate --json",
      "panic-gate -q --quiet",
      "-q panic-gate",
      "hold --reason panic-gate",
      "safe-python panic-gate",
      "--json",
    ]
  ) assert.equal(tryPlainGate(line.split(" ")), undefined, line);
});

Deno.test("the lane and the scanner print the same and end the same", async () => {
  // Kills: a shortcut that becomes a second gate with answers of its own.
  const worlds = [() => new World(), () => new World().panic(1)];
  for (const make of worlds) {
    for (const flags of [[], ["--json"], ["--quiet"]]) {
      const plain = await runIn(make(), ["panic-gate", ...flags]);
      // The separator of arguments means nothing here, and only the scanner knows it.
      const scanned = await runIn(make(), ["panic-gate", ...flags, "--"]);
      assert.deepEqual(plain, scanned);
    }
  }
});
