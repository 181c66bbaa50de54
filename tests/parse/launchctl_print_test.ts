import assert from "node:assert/strict";
import { parseLaunchctlPrint } from "../../lib/parse/launchctl_print.ts";

function printed(...lines: readonly string[]): string {
  return `gui/501/com.metal-guard.run.qwen = {\n${
    lines.map((line) => `\t${line}\n`).join("")
  }}\n`;
}

Deno.test("parseLaunchctlPrint() reads the process and the last end", () => {
  // Kills: a name behind the code that hides the code; a code of a process that never ended read as 0.
  assert.deepEqual(
    parseLaunchctlPrint(
      printed(
        "state = running",
        "pid = 812",
        "last exit code = (never exited)",
      ),
    ),
    { pid: 812, lastExitCode: undefined },
  );
  assert.deepEqual(
    parseLaunchctlPrint(
      printed("state = not running", "last exit code = 78: EX_CONFIG"),
    ),
    { pid: undefined, lastExitCode: 78 },
  );
  assert.deepEqual(parseLaunchctlPrint(printed("last exit code = -9")), {
    pid: undefined,
    lastExitCode: -9,
  });
});

Deno.test("parseLaunchctlPrint() believes the job, not its arguments", () => {
  // Kills: a server whose argument says "pid = 1" shown as process 1.
  assert.deepEqual(
    parseLaunchctlPrint(
      printed(
        "arguments = {",
        "\tpid = 1",
        "\tlast exit code = 3",
        "}",
        "spid = 4",
        "pid = 5 and more",
      ),
    ),
    { pid: undefined, lastExitCode: undefined },
  );
  assert.deepEqual(parseLaunchctlPrint(""), {
    pid: undefined,
    lastExitCode: undefined,
  });
});
