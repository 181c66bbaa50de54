import assert from "node:assert/strict";
import { MIB } from "../../lib/core/bytes.ts";
import {
  ORPHAN_LOG_LINES,
  parseWorkerLines,
  readLastLines,
} from "../../lib/facts/orphan_log.ts";
import { forwardingStore } from "../fakes/forwarding_store.ts";
import { MemoryFileStore } from "../fakes/file_store.ts";

const LOG = "/s/crumbs.log";

function store(): MemoryFileStore {
  return new MemoryFileStore().putFolder("/s");
}

Deno.test("readLastLines() fails open: no log, a folder, a FIFO and a log of root's have no lines", () => {
  // Kills: a scan that hangs on a FIFO, or throws where there is simply nothing.
  assert.deepEqual(readLastLines(store(), LOG), []);
  assert.deepEqual(readLastLines(store().putFolder(LOG), LOG), []);
  assert.deepEqual(readLastLines(store().putOther(LOG), LOG), []);
  assert.deepEqual(readLastLines(store().put(LOG, "x", { mode: 0 }), LOG), []);
});

Deno.test("the last line counts without its end, and older ones come out of what was moved aside", () => {
  // Kills: the orphan of the moment lost with the line break, or with a rotation.
  const disk = store().put(LOG, "c\nd").put(`${LOG}.1`, "a\nb\n");
  assert.deepEqual(readLastLines(disk, LOG, 3), ["b", "c", "d"]);
  assert.deepEqual(readLastLines(disk, LOG, 2), ["c", "d"]);
});

Deno.test("a log of long lines is read further back, until there are enough", () => {
  // Kills: 60 lines of 4 KiB taken for the last 2,000.
  const lines = Array.from(
    { length: 300 },
    (_, index) => `${index} ${"x".repeat(4_000)}`,
  );
  const disk = store().put(LOG, `${lines.join("\n")}\n`);
  assert.equal(readLastLines(disk, LOG, 250).length, 250);
  assert.deepEqual(disk.opened, [LOG, LOG]);
});

Deno.test("of a large log only the end is read, once", () => {
  // Kills: a log of 1 GiB that costs a thousand times one of 1 MiB.
  const line =
    "[2026-05-01 11:55:00] LOAD: mlx-community/some-model-of-usual-length START\n";
  const disk = store().put(LOG, line.repeat(Math.ceil(16 * MIB / line.length)));
  const reads: number[] = [];
  const counting = forwardingStore(disk, {
    readTail(path, maxBytes): Uint8Array {
      reads.push(maxBytes);
      return disk.readTail(path, maxBytes);
    },
  });
  const lines = readLastLines(counting, LOG);
  assert.equal(lines.length, ORPHAN_LOG_LINES);
  assert.deepEqual(reads, [256 * 1_024]);
});

Deno.test("parseWorkerLines() keeps the lines that tell of workers", () => {
  // Kills: two thousand lines parsed for two that matter; a torn one that stops the rest.
  const parsed = parseWorkerLines([
    "[2026-05-01 11:55:00] LOAD: x START",
    "[2026-05-01 11:55:00] SUBPROC_PRE: m | pid=7",
    "[2026-13-45 99:99:99] SUBPROC_PRE: bad",
    "[SUBPROC",
  ], { timeZone: "UTC", now: Temporal.Instant.from("2026-05-01T12:00:00Z") });
  assert.deepEqual(
    parsed.map((line) => [line.tag, line.payload, line.meta.get("pid")]),
    [["SUBPROC_PRE", "m", "7"]],
  );
});
