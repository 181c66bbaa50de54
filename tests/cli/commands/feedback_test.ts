import assert from "node:assert/strict";
import { jsonIn, runIn } from "../../fakes/cli.ts";
import { World } from "../../fakes/world.ts";
import { panickedWorld } from "../../postmortem_world.ts";

Deno.test("feedback prints the text alone, safe for a terminal", async () => {
  // Kills: words of ours around a text that is piped to the clipboard; an escape out of a report.
  const { code, out, err } = await runIn(panickedWorld(), ["feedback"]);
  assert.deepEqual([code, err], [0, ""]);
  assert.match(out, /^# Kernel panic/);
  // deno-lint-ignore no-control-regex
  assert.doesNotMatch(out, /[\u001b\u202e]/);
  const json = await jsonIn(panickedWorld(), ["feedback"]);
  assert.equal(json["text"], out);
});

Deno.test("feedback without a panic ends with 1 and says how to name a report", async () => {
  // Kills: an empty text that is sent to Apple.
  const { code, out, err } = await runIn(new World(), ["feedback"]);
  assert.deepEqual([code, out], [1, ""]);
  assert.match(err, /name a report/);
  const absent = await runIn(new World(), ["feedback", "/none.panic"]);
  assert.deepEqual([absent.code, absent.out], [1, ""]);
});
