/** One random value of every state file, and how it reads after it was written. */
import {
  formatBreadcrumb,
  tryParseBreadcrumb,
} from "../../lib/parse/breadcrumb_line.ts";
import { decodeAck, encodeAck } from "../../lib/parse/state/ack_file.ts";
import {
  decodeBreaker,
  encodeBreaker,
} from "../../lib/parse/state/breaker_file.ts";
import {
  decodeCadence,
  encodeCadence,
} from "../../lib/parse/state/cadence_file.ts";
import {
  decodeGateClock,
  encodeGateClock,
} from "../../lib/parse/state/gate_clock_file.ts";
import type { JsonFields, JsonValue } from "../../lib/parse/state/json_text.ts";
import {
  decodeLastGood,
  encodeLastGood,
} from "../../lib/parse/state/last_good_file.ts";
import {
  decodeLiveGuard,
  encodeLiveGuard,
} from "../../lib/parse/state/live_guard_file.ts";
import {
  decodeLock,
  encodeLock,
  type LockFile,
} from "../../lib/parse/state/lock_file.ts";
import {
  decodePanicLedger,
  encodePanicLedgerRecord,
} from "../../lib/parse/state/panic_ledger.ts";
import {
  decodePostmortem,
  encodePostmortem,
} from "../../lib/parse/state/postmortem_file.ts";
import {
  decodeRunRecords,
  encodeRunRecord,
} from "../../lib/parse/state/run_records.ts";
import {
  decodeSentinel,
  encodeSentinel,
} from "../../lib/parse/state/sentinel_file.ts";
import {
  decodeStatusFile,
  encodeStatusFile,
} from "../../lib/parse/state/status_file.ts";
import {
  decodeWorkingSet,
  encodeWorkingSet,
} from "../../lib/parse/state/working_set_file.ts";
import { Random } from "../../scripts/fuzz/random.ts";

/** Makes values of every kind that a field may have. */
export class Maker extends Random {
  /** A text, with characters that break formats. */
  text(): string {
    const units = [
      "a",
      "Z",
      "0",
      " ",
      '"',
      "\\",
      "é",
      "😀",
      "\n",
      ":",
      "{",
      ",",
    ];
    return Array.from(
      { length: this.below(12) },
      () => this.pick(units),
    ).join("");
  }

  /** A text that one line can hold, with no blanks at its ends. */
  line(): string {
    return `x${this.text().replace(/\n/g, " ")}y`;
  }

  at(): Temporal.Instant {
    return Temporal.Instant.fromEpochMilliseconds(
      this.below(4_000_000_000_000),
    );
  }

  maybe<T>(value: T): T | undefined {
    return this.isOneIn(2) ? undefined : value;
  }

  orNull<T>(value: T): T | null {
    return this.maybe(value) ?? null;
  }

  list<T>(make: () => T): readonly T[] {
    return Array.from({ length: this.below(4) }, make);
  }

  json(depth = 3): JsonValue {
    switch (this.below(depth > 0 ? 7 : 5)) {
      case 0:
        return null;
      case 1:
        return this.isOneIn(2);
      case 2:
        return this.below(1e9) - 5e8;
      case 3:
        return this.next() * 1e-3;
      case 4:
        return this.text();
      case 5:
        return this.list(() => this.json(depth - 1));
      default:
        return Object.fromEntries(
          this.list((): [string, JsonValue] => [
            `k${this.text()}`,
            this.json(depth - 1),
          ]),
        );
    }
  }

  /** Fields that nobody knows; no name of ours begins like theirs. */
  extra(): JsonFields {
    return new Map(
      this.list((): [string, JsonValue] => [`zz ${this.text()}`, this.json()]),
    );
  }

  lock(): LockFile {
    return {
      pid: 1 + this.below(99_999),
      label: this.line(),
      // Both tools write whole seconds.
      startedAt: this.at().round({
        smallestUnit: "second",
        roundingMode: "floor",
      }),
      commandLine: this.line(),
      guardPid: this.maybe(1 + this.below(99_999)),
      startToken: this.maybe({ kind: "proc", value: this.line() }),
      bootSessionUuid: this.maybe(this.text()),
      nonce: this.maybe(this.text()),
      host: this.maybe(this.text()),
      extra: this.extra(),
    };
  }
}

/** Makes one value and says how it reads after it was written. */
export type RoundTrip = (
  make: Maker,
) => { readonly value: unknown; readonly read: unknown; readonly text: string };

function trip<T>(
  value: T,
  encode: (value: T) => string,
  decode: (text: string) => T,
): ReturnType<RoundTrip> {
  const text = encode(value);
  return { value, read: decode(text), text };
}

/** Every file of the table of files. */
export const FILES: Readonly<Record<string, RoundTrip>> = {
  "breadcrumbs": (make) => {
    const at = make.at().round({
      smallestUnit: "second",
      roundingMode: "floor",
    });
    const meta = Object.fromEntries(
      make.list((): [
        string,
        string,
      ] => [`m${make.below(9)}`, `${make.below(99)}`]),
    );
    const payload = make.line().replaceAll(/[:|="\\{},]/g, "-");
    const text = formatBreadcrumb({
      at,
      timeZone: "UTC",
      tag: "LOAD",
      payload,
      meta,
    });
    const crumb = tryParseBreadcrumb(text, {
      timeZone: "UTC",
      now: Temporal.Instant.from("2100-01-01T00:00:00Z"),
    });
    return {
      value: [`${at}`, "LOAD", payload, meta],
      read: [
        `${crumb?.at}`,
        crumb?.tag,
        crumb?.payload,
        Object.fromEntries(crumb?.meta ?? []),
      ],
      text,
    };
  },
  "cadence": (make) =>
    trip(
      new Map(
        make.list((): [string, Temporal.Instant] => [make.line(), make.at()])
          .toSorted(([a], [b]) => a < b ? -1 : 1),
      ),
      encodeCadence,
      (text) => new Map(decodeCadence(text)),
    ),
  "panic ledger": (make) =>
    trip(
      make.list(() => ({
        ts: make.below(4e9) + make.next(),
        signature: make.text(),
        explanation: make.orNull(make.text()),
        pid: make.orNull(make.below(99_999)),
        sourceFile: make.text(),
        bootSessionUuid: make.orNull(make.text()),
        process: make.orNull(make.text()),
        osBuild: make.orNull(make.text()),
        kextVersion: make.orNull(make.text()),
        firstSeen: make.maybe(make.at()),
        extra: make.extra(),
      })),
      (records) => records.map(encodePanicLedgerRecord).join("\n"),
      (text) => [...decodePanicLedger(text).records],
    ),
  "breaker": (make) =>
    trip(
      {
        enteredAt: make.at(),
        cooldownUntil: make.at(),
        panicCount: make.below(99),
        threshold: make.below(99),
        windowMs: make.below(1e9),
        extra: make.extra(),
      },
      encodeBreaker,
      decodeBreaker,
    ),
  "sentinel": (make) =>
    trip(
      {
        cooldownUntil: "2026-10-25T02:30:00",
        createdAt: make.maybe("2026-10-25 00:30:00+02:00"),
        cooldownUntilEpoch: make.maybe(make.at()),
        createdAtEpoch: make.maybe(make.at()),
        forBoot: make.maybe(make.text()),
        reason: make.maybe(make.line()),
        setBy: make.maybe(make.pick(["person", "postmortem"] as const)),
        extra: make.extra(),
      },
      encodeSentinel,
      decodeSentinel,
    ),
  "ack": (make) => {
    const at = make.at();
    const reason = make.maybe(make.line());
    const text = encodeAck({ at, timeZone: "UTC", reason });
    const ack = decodeAck(text);
    return {
      value: [at.toString({ smallestUnit: "second" }), reason],
      read: [`${ack.writtenAt}Z`, ack.reason],
      text,
    };
  },
  "lock": (make) => trip(make.lock(), encodeLock, decodeLock),
  "status": (make) =>
    trip(
      {
        schemaVersion: "1.0",
        capturedAt: make.at(),
        sections: new Map<string, JsonValue>([
          ["memory", { a: make.json() }],
          ["kv_monitor", {}],
          ["recent_panics", make.list(() => ({ x: make.json() }))],
          ["breadcrumb_path", make.text()],
          ["breadcrumb_tail", make.list(() => make.text())],
          ["lock", make.orNull({ held: false })],
          ["mode", {}],
          ["panic_cooldown", {}],
          ...make.extra(),
        ]),
      },
      encodeStatusFile,
      decodeStatusFile,
    ),
  "live guards": (make) =>
    trip(
      {
        pid: 1 + make.below(99_999),
        startToken: make.maybe({ kind: "ps", value: make.line() }),
        bootSessionUuid: make.maybe(make.text()),
        label: make.text(),
        model: make.maybe(make.text()),
        phase: make.text(),
        heartbeatAt: make.at(),
        kvRequests: make.list(() => ({
          requestId: make.text(),
          bytes: make.below(1e12),
        })),
        resourceCount: make.maybe(make.below(99)),
        extra: make.extra(),
      },
      encodeLiveGuard,
      decodeLiveGuard,
    ),
  "gate clock": (make) =>
    trip(
      {
        wallAt: make.at(),
        bootClockMs: make.maybe(make.below(1e12)),
        bootSessionUuid: make.maybe(make.text()),
        holds: make.list(() => make.below(1e9)).map((remainingMs, index) => ({
          key: `hold ${index}${make.text()}`,
          remainingMs,
        })),
        lastWallAt: make.at(),
        lastPassedMs: make.below(1e12),
        wasSet: make.isOneIn(2),
        extra: make.extra(),
      },
      encodeGateClock,
      decodeGateClock,
    ),
  "working set": (make) =>
    trip(
      {
        entries: make.list(() => ({
          host: make.text(),
          osBuild: make.text(),
          limitBytes: 1 + make.below(1e12),
          readAt: make.at(),
        })),
        extra: make.extra(),
      },
      encodeWorkingSet,
      decodeWorkingSet,
    ),
  "last good boot": (make) =>
    trip(
      {
        endedAt: make.at(),
        bootSessionUuid: make.maybe(make.text()),
        osBuild: make.maybe(make.text()),
        kextVersion: make.maybe(make.text()),
        model: make.maybe(make.text()),
        interpreter: make.maybe(make.text()),
        versions: new Map(
          make.list((): [string, string] => [`v${make.text()}`, make.text()]),
        ),
        extra: make.extra(),
      },
      encodeLastGood,
      decodeLastGood,
    ),
  "post-mortems": (make) =>
    trip(
      {
        armed: new Map(
          make.list(() => make.at())
            .toSorted((a, b) => Temporal.Instant.compare(a, b))
            .map((at, index): [string, Temporal.Instant] => [
              `boot ${index}${make.text()}`,
              at,
            ]),
        ),
        extra: make.extra(),
      },
      encodePostmortem,
      decodePostmortem,
    ),
  "run records": (make) =>
    trip(
      make.list(() => ({
        at: make.at(),
        kind: make.text(),
        details: make.extra(),
      })),
      (records) => records.map(encodeRunRecord).join("\n"),
      (text) => [...decodeRunRecords(text).records],
    ),
};
