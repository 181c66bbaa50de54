import assert from "node:assert/strict";
import { known, unknown } from "../../lib/core/observed.ts";
import { hardwareJson, hardwareText } from "../../lib/report/hardware.ts";
import { textStyle } from "../../lib/report/text_style.ts";
import { fakeMachine } from "../fakes/machine_probe.ts";
import { World } from "../fakes/world.ts";

const style = textStyle({ color: false, emoji: false });

Deno.test("hardwareText() is one fact a line", async () => {
  // Kills: a fact under another one's label.
  const world = new World();
  world.machine.beM4Max();
  const machine = await world.guard().checkMachine();
  assert.equal(
    hardwareText(machine, { style, findings: [] }),
    `Chip        Apple M4 Max
Family      M4
GPU cores   40
Memory      128 GiB, tier high
macOS       26.5.2 (25F84)
GPU driver  130.15.2
GPU limit   103.1 GB, estimated; this reads it:
            $ metal-guard doctor --metal
Wired limit chosen by macOS (iogpu.wired_limit_mb is 0)
Recommended 3 models at a time, 2 s between loads, 2.0 GB beside the weights,
            8.0 GB free for the cache, warn at 70 %, act at 85 %
`,
  );
});

Deno.test("a wired limit that is too high is told with its share and a way out", async () => {
  // Kills: a warning without the number that tripped it.
  const world = new World();
  world.machine.beM4Max();
  world.machine.machine = known(
    fakeMachine({ wiredLimitMib: known(120_000) }),
  );
  const machine = await world.guard().checkMachine();
  const text = hardwareText(machine, { style, findings: machine.findings });
  assert.match(text, /^Wired limit 120000 MiB, 91\.6 % of memory$/m);
  assert.match(text, /^ {12}\$ sudo sysctl iogpu\.wired_limit_mb=\d+$/m);
  const { ratio, mode, advisory } = Object(
    hardwareJson(machine)["wired_limit"],
  );
  assert.ok(Math.abs(ratio - 0.91553) < 1e-4);
  assert.equal(mode, "override");
  assert.match(advisory, /91\.6 %/);
});

Deno.test("every unknown fact says why", async () => {
  // Kills: an empty line where a person looks for a reason.
  const world = new World();
  world.machine.machine = unknown("no\u001b[2J sysctl");
  const machine = await world.guard().checkMachine();
  const text = hardwareText(machine, { style, findings: [] });
  assert.equal(text.match(/unknown: /g)?.length, 9);
  assert.doesNotMatch(text.replaceAll("\n", ""), /\p{Cc}/u);
});
