import type { ErrorClass, PanicSignature } from "../core/failure.ts";
import type {
  ErrorClassRow,
  FailureTables,
  SignatureRow,
} from "../parse/failure_text.ts";
import type { MentionMarks } from "../parse/failure_mention.ts";
import {
  compilePattern,
  type Pattern,
  type PatternData,
} from "../parse/token_match.ts";
// As text: a gate without reports never reads it, and an object of this size takes as long to build as all else here.
import text from "../../registry/failures.json" with { type: "text" };

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
  /** Source of an expression that finds any of some plain words; it cannot backtrack. */
  readonly statementWords: string;
}

/**
 * Ties signatures to their classes. Rows are frozen; a row's patterns are made ready when they are first asked for,
 * because a gate that finds one panic needs a fifth of them.
 *
 * A signature whose class is missing is left out here; `build_registry.ts` refuses such data before it is written.
 */
export function failureTables(data: FailureData): FailureTables {
  const byName = new Map<string, ErrorClass>();
  const orders = new Map<ErrorClassRow, number>();
  const classes = data.classes.map(
    ({ isGeneric, match, narrow, narrowOrder, ...rest }) => {
      const errorClass = Object.freeze(rest);
      byName.set(errorClass.name, errorClass);
      const row: ErrorClassRow = patternRow(
        { errorClass, isGeneric },
        match,
        narrow,
      );
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
    const { byOwner, isGeneric, match, narrow } = entry;
    const signature: PanicSignature = Object.freeze({
      id,
      explanation,
      stopsGate,
      isSuspect,
      errorClass,
    });
    signatures.push(
      patternRow({ signature, byOwner, isGeneric }, match, narrow),
    );
  }
  return Object.freeze({
    signatures: Object.freeze(signatures),
    classes: Object.freeze(classes),
    narrowClasses: Object.freeze(
      classes.filter((row) => orderOf(row) > 0)
        .sort((a, b) => orderOf(a) - orderOf(b)),
    ),
    mentions: Object.freeze(data.mentions),
    statementWords: new RegExp(data.statementWords),
  });
}

function patternRow<Row extends object>(
  row: Row,
  match: readonly PatternData[],
  narrow: readonly PatternData[],
): Row & {
  readonly match: readonly Pattern[];
  readonly narrow: readonly Pattern[];
} {
  let matchReady: readonly Pattern[] | undefined;
  let narrowReady: readonly Pattern[] | undefined;
  return Object.freeze({
    ...row,
    get match() {
      return matchReady ??= match.map(compilePattern);
    },
    get narrow() {
      return narrowReady ??= narrow.map(compilePattern);
    },
  });
}

let built: FailureTables | undefined;

function tables(): FailureTables {
  return built ??= failureTables(JSON.parse(text));
}

/** Every failure that metal-guard knows by its text, frozen. Built when first asked: a gate without reports never asks. */
export const FAILURE_TABLES: FailureTables = Object.freeze({
  get signatures() {
    return tables().signatures;
  },
  get classes() {
    return tables().classes;
  },
  get narrowClasses() {
    return tables().narrowClasses;
  },
  get mentions() {
    return tables().mentions;
  },
  get statementWords() {
    return tables().statementWords;
  },
});
