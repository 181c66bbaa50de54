import assert from "node:assert/strict";
import type { PanicSignature } from "../../lib/core/failure.ts";
import type { TimeSource } from "../../lib/facts/event_time.ts";
import { mergePanics, type PanicEvent } from "../../lib/facts/panic_merge.ts";
import { matchPanicSignature } from "../../mod.ts";
import { BOOT_A, BOOT_B, GPU_STATEMENTS } from "../fakes/reports.ts";

interface Made {
  readonly boot?: string | null;
  readonly ts?: number;
  readonly pid?: number | null;
  readonly source?: TimeSource;
  readonly signature?: PanicSignature;
  readonly file?: string;
  readonly process?: string | null;
}

const GPU = matchPanicSignature(
  `panic(cpu 1 caller 0xfffffe0000000000): ${GPU_STATEMENTS.underflow}`,
);

function event(made: Made): PanicEvent {
  const ts = made.ts ?? 1_795_000_000;
  const file = made.file ?? "/r/a.panic";
  return {
    time: {
      at: Temporal.Instant.fromEpochMilliseconds(Math.round(ts * 1_000)),
      source: made.source ?? "calendar",
    },
    signature: made.signature,
    record: {
      ts,
      signature: made.signature?.id ?? "unknown",
      explanation: null,
      pid: made.pid === undefined ? 812 : made.pid,
      sourceFile: file,
      bootSessionUuid: made.boot ?? null,
      process: made.process ?? null,
      osBuild: null,
      kextVersion: null,
    },
    sourceFiles: [file],
  };
}

/** Every order of a list. */
function orders<T>(list: readonly T[]): T[][] {
  return list.length <= 1
    ? [[...list]]
    : list.flatMap((one, index) =>
      orders(list.toSpliced(index, 1)).map((rest) => [one, ...rest])
    );
}

Deno.test("reports that share a boot are one crash, whatever their seconds", () => {
  // Kills: panic-full and panic-base+socd of one crash, which lock the machine as two.
  const merged = mergePanics([
    event({ boot: BOOT_A, file: "/r/panic-full.panic" }),
    event({ boot: BOOT_A, ts: 1_795_000_007, file: "/r/panic-base.panic" }),
  ]);
  assert.equal(merged.length, 1);
  assert.deepEqual(merged[0]?.sourceFiles, [
    "/r/panic-full.panic",
    "/r/panic-base.panic",
  ]);
});

Deno.test("without a boot, the same second and pid are one crash, and none equals none", () => {
  // Kills: one crash that counts twice because an old macOS wrote no UUID.
  const twice = (a: Made, b: Made): number =>
    mergePanics([event(a), event(b)]).length;
  assert.equal(twice({ ts: 1_795_000_000.1 }, { ts: 1_795_000_000.9 }), 1);
  assert.equal(twice({ pid: null }, { pid: null }), 1);
  assert.equal(twice({ pid: 1 }, { pid: 2 }), 2);
  assert.equal(twice({ pid: null }, { pid: 1 }), 2);
  assert.equal(twice({ ts: 1_795_000_000.9 }, { ts: 1_795_000_001 }), 2);
});

Deno.test("different boots in one second stay two, in every order and beside one without a boot", () => {
  // Kills: files restored from a backup, which share their times, merged into one panic.
  const three = [
    event({ boot: BOOT_A, file: "/r/a" }),
    event({ boot: BOOT_B, file: "/r/b" }),
    event({ file: "/r/c" }),
  ];
  for (const order of orders(three)) {
    const boots = mergePanics(order).map((one) => one.record.bootSessionUuid);
    assert.deepEqual(boots.sort(), [BOOT_A, BOOT_B]);
  }
});

Deno.test("a report without a boot joins its crash in every order", () => {
  // Kills: a crash whose first report has another second, so that the one without a boot stands alone.
  const crash = [
    event({ boot: BOOT_A, ts: 1_795_000_000, file: "/r/a" }),
    event({ boot: BOOT_A, ts: 1_795_000_003, file: "/r/b" }),
    event({ ts: 1_795_000_003, file: "/r/c" }),
  ];
  for (const order of orders(crash)) {
    assert.equal(mergePanics(order).length, 1);
  }
});

Deno.test("one event keeps the best time, the blame and every known field", () => {
  // Kills: a kernel's own time lost to the mtime of the report that names the signature.
  assert.ok(GPU !== undefined);
  const known = event({
    boot: BOOT_A,
    ts: 1_795_000_500,
    source: "modified",
    signature: GPU,
    pid: null,
  });
  const timed = event({ boot: BOOT_A, process: "python3.13" });
  for (const order of [[known, timed], [timed, known]]) {
    const [one, ...rest] = mergePanics(order);
    assert.ok(one !== undefined && rest.length === 0);
    assert.equal(one.signature, GPU);
    assert.equal(one.time.source, "calendar");
    assert.equal(one.record.ts, 1_795_000_000);
    assert.equal(one.record.signature, GPU.id);
    assert.deepEqual([one.record.pid, one.record.process], [
      812,
      "python3.13",
    ]);
  }
});

Deno.test("the newest comes first", () => {
  // Kills: "newest panic" in the text that is the oldest.
  const times = mergePanics(
    [1, 3, 2].map((second) => event({ ts: 1_795_000_000 + second })),
  ).map((one) => one.record.ts - 1_795_000_000);
  assert.deepEqual(times, [3, 2, 1]);
});
