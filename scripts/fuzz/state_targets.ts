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
import { decodeJsonLines } from "../../lib/parse/state/json_lines.ts";
import {
  decodeJsonFields,
  encodeJsonFields,
} from "../../lib/parse/state/json_text.ts";
import {
  decodeLastGood,
  encodeLastGood,
} from "../../lib/parse/state/last_good_file.ts";
import {
  decodeLiveGuard,
  encodeLiveGuard,
} from "../../lib/parse/state/live_guard_file.ts";
import { decodeLock, encodeLock } from "../../lib/parse/state/lock_file.ts";
import { guardTokenOf } from "../../lib/parse/state/lock_record.ts";
import {
  encodeReportDigest,
  splitReportDigests,
  tryDecodeReportDigest,
} from "../../lib/parse/state/report_digests.ts";
import { FAILURE_TABLES } from "../../lib/registry/failures.ts";
import {
  decodePanicLedger,
  encodePanicLedgerRecord,
} from "../../lib/parse/state/panic_ledger.ts";
import {
  decodeRunRecords,
  encodeRunRecord,
} from "../../lib/parse/state/run_records.ts";
import {
  decodeSentinel,
  encodeSentinel,
  sentinelEnd,
} from "../../lib/parse/state/sentinel_file.ts";
import {
  decodeStatusFile,
  encodeStatusFile,
} from "../../lib/parse/state/status_file.ts";
import {
  decodeWorkingSet,
  encodeWorkingSet,
} from "../../lib/parse/state/working_set_file.ts";
import type { FuzzJudge, FuzzTarget } from "./run.ts";
import { fixtureTexts, STATE } from "./samples.ts";

/** Both halves of a codec. */
interface Codec<T> {
  readonly decode: (text: string) => T;
  readonly encode: (value: T) => string;
  readonly samples: readonly string[];
}

/**
 * A codec as a target: whatever is read can be written, and what was written reads the same again.
 */
function codecTarget<T>(name: string, codec: Codec<T>): FuzzTarget {
  return {
    name,
    covers: [name],
    mayRefuse: true,
    samples: codec.samples,
    read(text): FuzzJudge {
      const value = codec.decode(text);
      return () => {
        const written = codec.encode(value);
        if (codec.encode(codec.decode(written)) !== written) {
          throw new Error("what was written reads otherwise");
        }
      };
    },
  };
}

/** A codec of lines: nothing is refused, and every line that was read is a line when it is written. */
function linesTarget<T>(
  name: string,
  codec: {
    readonly decode: (
      text: string,
    ) => { readonly records: readonly T[]; readonly skippedLines: number };
    readonly encode: (value: T) => string;
    readonly samples: readonly string[];
  },
): FuzzTarget {
  return {
    name,
    covers: [name],
    mayRefuse: false,
    samples: codec.samples,
    read(text): FuzzJudge {
      const { records } = codec.decode(text);
      return () => {
        const lines = records.map(codec.encode);
        const again = codec.decode(lines.join("\n"));
        if (again.skippedLines !== 0 || again.records.length !== lines.length) {
          throw new Error("a line that was written is none");
        }
      };
    },
  };
}

const NOW = Temporal.Instant.from("2026-10-25T01:00:00Z");
const ZONES = ["UTC", "Europe/Paris", "Pacific/Apia", "Australia/Lord_Howe"];

/** Every codec of a state file. */
export function stateTargets(): readonly FuzzTarget[] {
  const status = fixtureTexts("python_tool", /^(?:file|lib)-status.*\.json$/);
  return [
    codecTarget("decodeBreaker", {
      decode: decodeBreaker,
      encode: encodeBreaker,
      samples: [STATE.breaker],
    }),
    codecTarget("decodeCadence", {
      decode: decodeCadence,
      encode: encodeCadence,
      samples: [STATE.cadence],
    }),
    codecTarget("decodeGateClock", {
      decode: decodeGateClock,
      encode: encodeGateClock,
      samples: [STATE.gateClock],
    }),
    codecTarget("decodeLastGood", {
      decode: decodeLastGood,
      encode: encodeLastGood,
      samples: [STATE.lastGood],
    }),
    codecTarget("decodeLiveGuard", {
      decode: decodeLiveGuard,
      encode: encodeLiveGuard,
      samples: [STATE.liveGuard],
    }),
    codecTarget("decodeLock", {
      decode: decodeLock,
      encode: encodeLock,
      samples: [STATE.lock],
    }),
    codecTarget("decodeSentinel", {
      decode: decodeSentinel,
      encode: encodeSentinel,
      samples: [STATE.sentinel, STATE.pythonSentinel],
    }),
    codecTarget("decodeStatusFile", {
      decode: decodeStatusFile,
      encode: encodeStatusFile,
      samples: status,
    }),
    codecTarget("decodeWorkingSet", {
      decode: decodeWorkingSet,
      encode: encodeWorkingSet,
      samples: [STATE.workingSet],
    }),
    codecTarget("decodeJsonFields", {
      decode: (text) => decodeJsonFields(text, "sample"),
      encode: (extra) => encodeJsonFields([], { extra }),
      samples: Object.values(STATE),
    }),
    linesTarget("decodePanicLedger", {
      decode: decodePanicLedger,
      encode: encodePanicLedgerRecord,
      samples: [STATE.ledger],
    }),
    {
      name: "tryDecodeReportDigest",
      covers: ["tryDecodeReportDigest", "splitReportDigests"],
      mayRefuse: false,
      samples: [STATE.reportDigests],
      read(text): FuzzJudge {
        const digests = [...splitReportDigests(text).lines].flatMap(
          ([path, line]) => {
            const digest = tryDecodeReportDigest(
              line,
              FAILURE_TABLES.findSignature,
            );
            return digest === undefined ? [] : [{ path, digest }];
          },
        );
        return () => {
          for (const { path, digest } of digests) {
            if (encodeReportDigest(path, digest) === undefined) {
              throw new Error("a digest that was read cannot be written");
            }
          }
        };
      },
    },
    linesTarget("decodeRunRecords", {
      decode: decodeRunRecords,
      encode: encodeRunRecord,
      samples: [STATE.runs],
    }),
    {
      name: "decodeJsonLines",
      covers: ["decodeJsonLines"],
      mayRefuse: false,
      samples: [STATE.ledger, STATE.runs],
      read(text): undefined {
        decodeJsonLines(text, "at", (fields) => fields.size);
      },
    },
    {
      name: "decodeAck",
      covers: ["decodeAck"],
      mayRefuse: false,
      samples: fixtureTexts("python_tool", /ack$/),
      read(text): FuzzJudge {
        const { reason } = decodeAck(text);
        return () => {
          const again = encodeAck({ at: NOW, timeZone: "UTC", reason });
          if (decodeAck(again).reason !== reason) {
            throw new Error("the reason reads otherwise");
          }
        };
      },
    },
    {
      name: "sentinelEnd",
      covers: ["decodeSentinel"],
      mayRefuse: true,
      samples: [STATE.sentinel, STATE.pythonSentinel],
      read(text): undefined {
        const file = decodeSentinel(text);
        for (const timeZone of ZONES) {
          const anchor = { fileAt: NOW, now: NOW, timeZone };
          const { lengthMs } = sentinelEnd(file, anchor);
          if (!(lengthMs >= 0)) throw new Error(`a length of ${lengthMs} ms`);
        }
      },
    },
    {
      name: "guardTokenOf",
      covers: ["decodeStartToken"],
      mayRefuse: true,
      samples: [STATE.lock],
      read(text): undefined {
        guardTokenOf(decodeLock(text));
      },
    },
  ];
}
