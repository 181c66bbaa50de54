import type { ErrorClass } from "../core/failure.ts";
import type {
  ErrorClassRow,
  FailureTables,
  SignatureRow,
} from "../parse/failure_text.ts";
import type { MentionMarks } from "../parse/failure_mention.ts";
import { compilePattern, type PatternData } from "../parse/token_match.ts";
import data from "../../registry/failures.json" with { type: "json" };

/** `registry/failures.json`, as `scripts/build_registry.ts` writes it. */
export interface FailureData {
  /** In the order in which they are tried. */
  readonly classes: readonly (ErrorClass & {
    readonly isGeneric: boolean;
    readonly match: readonly PatternData[];
    readonly narrow: readonly PatternData[];
    /** Place in the order of the Python metal-guard; 0 for classes it does not know. */
    readonly narrowOrder: number;
  })[];
  /** In the order in which they are tried. */
  readonly signatures: readonly {
    readonly id: string;
    readonly explanation: string;
    readonly stopsGate: boolean;
    readonly isSuspect: boolean;
    readonly isGeneric: boolean;
    readonly byOwner: boolean;
    readonly errorClass: string;
    readonly match: readonly PatternData[];
    readonly narrow: readonly PatternData[];
  }[];
  /** How documentation and source code give themselves away. */
  readonly mentions: MentionMarks;
}

/**
 * Ties signatures to their classes and freezes the outcome.
 *
 * A signature whose class is missing is left out here; `build_registry.ts` refuses such data before it is written.
 */
export function failureTables(data: FailureData): FailureTables {
  const byName = new Map<string, ErrorClass>();
  const orders = new Map<ErrorClassRow, number>();
  const classes = data.classes.map(
    ({ isGeneric, match, narrow, narrowOrder, ...errorClass }) => {
      byName.set(errorClass.name, errorClass);
      const row: ErrorClassRow = {
        errorClass,
        isGeneric,
        match: match.map(compilePattern),
        narrow: narrow.map(compilePattern),
      };
      orders.set(row, narrowOrder);
      return row;
    },
  );
  const orderOf = (row: ErrorClassRow): number => orders.get(row) ?? 0;
  const signatures: SignatureRow[] = [];
  for (const entry of data.signatures) {
    const errorClass = byName.get(entry.errorClass);
    if (errorClass === undefined) continue;
    const { id, explanation, stopsGate, isSuspect } = entry;
    signatures.push({
      signature: { id, explanation, stopsGate, isSuspect, errorClass },
      match: entry.match.map(compilePattern),
      byOwner: entry.byOwner,
      isGeneric: entry.isGeneric,
      narrow: entry.narrow.map(compilePattern),
    });
  }
  return deepFrozen({
    signatures,
    classes,
    narrowClasses: classes.filter((row) => orderOf(row) > 0)
      .sort((a, b) => orderOf(a) - orderOf(b)),
    mentions: data.mentions,
    statementWords: anyOf(
      signatures.flatMap((row) => row.match.map((pattern) => pattern.anchor)),
    ),
  });
}

/** An expression that finds any of some plain words. It cannot backtrack. */
function anyOf(words: readonly string[]): RegExp {
  const escaped = [...new Set(words)].map((word) =>
    word.replace(/[^a-z0-9 ]/g, "\\$&")
  );
  return new RegExp(escaped.join("|"));
}

function deepFrozen<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) {
    return value;
  }
  Object.freeze(value);
  for (const part of Object.values(value)) deepFrozen(part);
  return value;
}

/** Every failure that metal-guard knows by its text, frozen. */
export const FAILURE_TABLES: FailureTables = failureTables(data as FailureData);
