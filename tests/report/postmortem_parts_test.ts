import assert from "node:assert/strict";
import { tryParseBreadcrumb } from "../../lib/parse/breadcrumb_line.ts";
import type { WorkerLine } from "../../lib/policy/orphans.ts";
import {
  crumbViews,
  gpuStatsJson,
  machineRows,
  memorySeries,
  workSpans,
} from "../../lib/report/postmortem_parts.ts";
import { World } from "../fakes/world.ts";

function lines(...texts: readonly string[]): readonly WorkerLine[] {
  const now = Temporal.Instant.from("2026-11-23T13:00:00Z");
  return texts.flatMap((text) =>
    tryParseBreadcrumb(text, { timeZone: "UTC", now }) ?? []
  );
}

Deno.test("workSpans() joins each start with its own end", () => {
  // Kills: the end of one worker that ends the other's work.
  const spans = workSpans(lines(
    "[2026-11-23 12:00:00] SUBPROC_PRE: m | pid=1",
    "[2026-11-23 12:00:10] SUBPROC_PRE: m | pid=2",
    "[2026-11-23 12:00:20] SUBPROC_POST: m | pid=2",
    "[2026-11-23 12:00:30] RUN_START: r",
    "[2026-11-23 12:00:40] RUN_END: r",
    "[2026-11-23 12:00:50] SUBPROC_POST: other | pid=1",
  ));
  assert.deepEqual(
    spans.map((
      { what, from, to },
    ) => [
      what,
      `${from}`.slice(17, 19),
      to === null ? null : `${to}`.slice(17, 19),
    ]),
    [["m", "00", null], ["m", "10", "20"], ["r", "30", "40"]],
  );
});

Deno.test("memorySeries() takes figures that are numbers, in their order", () => {
  // Kills: `NaN` in a drawing out of a foreign line.
  const at = Temporal.Instant.from("2026-11-23T11:00:00Z");
  const series = memorySeries(
    lines(
      "[2026-11-23 12:00:00] FLUSH: x | active_bytes=5 kv_bytes=lots peak_bytes=7",
      "[2026-11-23 12:00:01] FLUSH: x | active_bytes=-1",
    ),
    [{ at, bytes: 3 }],
  );
  assert.deepEqual(
    series.map((
      { label, points },
    ) => [label, points.map(({ bytes }) => bytes)]),
    [["Footprint", [3, 7]], ["GPU memory", [5]]],
  );
});

Deno.test("crumbViews() leaves out what only places a line", () => {
  // Kills: a boot's digits in place of figures.
  const [view] = crumbViews(
    lines(
      "[2026-11-23 12:00:00] LOAD: m | at=1795435200000 boot=AAAAAAAA ctx=5",
    ),
  );
  assert.deepEqual([view?.tag, view?.payload, view?.figures], [
    "LOAD",
    "m",
    "ctx=5",
  ]);
});

Deno.test("machineRows() and gpuStatsJson() say what is not known, and no figure in its place", async () => {
  // Kills: 0 GB on a machine that nobody asked.
  const machine = await new World().guard().checkMachine();
  for (const [, words] of machineRows(machine)) {
    assert.match(words, /^unknown: /);
  }
  const { memory } = gpuStatsJson(machine);
  assert.match(JSON.stringify(memory), /"active_gb":null/);
});
