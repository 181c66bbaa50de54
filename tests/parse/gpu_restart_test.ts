import assert from "node:assert/strict";
import {
  type GpuRestart,
  parseGpuRestart,
} from "../../lib/parse/gpu_restart.ts";
import { FAILURE_TABLES } from "../../lib/registry/failures.ts";

function parse(text: string): GpuRestart {
  return parseGpuRestart(text, FAILURE_TABLES);
}

Deno.test("parseGpuRestart() reads a reset with a fault's address as a page fault", () => {
  // Kills: an early warning without its cause, and a pid taken from the fault's record.
  const text =
    '{"bug_type":"284","timestamp":"2026-07-20 10:00:00.00 +0200","os_version":"macOS 26.5 (25F71)"}\n{"process_name":"python3.12","pid":77,"restart_reason":3,"bif0_fault":{"is_read":true}}';
  const { errorClass, ...rest } = parse(text);
  assert.equal(errorClass?.name, "gpu_page_fault");
  assert.deepEqual(rest, {
    pid: 77,
    process: "python3.12",
    restartReason: 3,
    timestamp: "2026-07-20 10:00:00.00 +0200",
    osBuild: "25F71",
  });
});

Deno.test("parseGpuRestart() guesses no cause, and survives anything", () => {
  // Kills: a made-up hang for a report that shows only a number.
  assert.equal(parse('{"restart_reason":7}').errorClass, undefined);
  assert.equal(parse('{"restart_reason":7}').restartReason, 7);
  assert.equal(
    parse(
      "Event: GPU Reset\nApplication: Some App\nDate/Time: 2026-01-01 00:00:00 +0000\n",
    ).process,
    "Some App",
  );
  assert.equal(parse("").process, undefined);
});
