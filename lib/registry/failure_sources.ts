import type { ErrorClass } from "../core/failure.ts";
import {
  classifyAbort,
  type FailureTables,
  matchPanicSignature,
} from "../parse/failure_text.ts";
import type { MentionMarks } from "../parse/failure_mention.ts";
import { compilePattern, type PatternData } from "../parse/token_match.ts";
import { type FailureData, failureTables } from "./failures.ts";

/** Texts that a pattern must and must not match. */
export interface Samples {
  /** Texts that must give the entry. */
  readonly match: readonly string[];
  /** Texts that must not. */
  readonly mustNotMatch: readonly string[];
}

/** One entry of `signatures.jsonc`. */
export interface SignatureSource {
  readonly id: string;
  readonly explanation: string;
  readonly stopsGate: boolean;
  readonly isSuspect?: boolean;
  readonly isGeneric?: boolean;
  readonly byOwner?: boolean;
  readonly errorClass: string;
  readonly match: readonly PatternData[];
  readonly narrow?: readonly PatternData[];
  readonly samples: Samples;
}

/** One entry of `error_classes.jsonc`. */
export interface ErrorClassSource extends ErrorClass {
  readonly isGeneric?: boolean;
  readonly match?: readonly PatternData[];
  readonly narrow?: {
    readonly order: number;
    readonly match: readonly PatternData[];
  };
  readonly samples?: Samples;
}

/** Both files, as they are written. */
export interface FailureLists {
  /** `signatures` of `signatures.jsonc`. */
  readonly signatures: readonly SignatureSource[];
  /** `mentions` of `signatures.jsonc`. */
  readonly mentions: MentionMarks;
  /** `classes` of `error_classes.jsonc`. */
  readonly classes: readonly ErrorClassSource[];
}

/** A sample that does not give what it should. */
export interface SampleFault {
  /** Which list the entry is in. */
  readonly list: "signatures" | "classes";
  /** The sample's place: entry, kind, number. */
  readonly path: readonly (string | number)[];
  /** Name of the entry. */
  readonly name: string;
  /** The text. */
  readonly text: string;
  /** What it gave. */
  readonly got: string | undefined;
}

/**
 * Makes of both files what the program imports.
 *
 * @param lists Both files.
 * @param revision What tells this data, and the program that reads reports by it, from any other.
 */
export function compileFailures(
  { signatures, mentions, classes }: FailureLists,
  revision: string,
): FailureData {
  return {
    revision,
    signatures: signatures.map((entry) => ({
      id: entry.id,
      explanation: entry.explanation,
      stopsGate: entry.stopsGate,
      isSuspect: entry.isSuspect ?? false,
      isGeneric: entry.isGeneric ?? false,
      byOwner: entry.byOwner ?? false,
      errorClass: entry.errorClass,
      match: entry.match,
      narrow: entry.narrow ?? [],
    })),
    classes: classes.map((entry) => ({
      name: entry.name,
      severity: entry.severity,
      recoveryHint: entry.recoveryHint,
      upstream: entry.upstream,
      plainWords: entry.plainWords,
      nextStep: entry.nextStep,
      isGeneric: entry.isGeneric ?? false,
      match: entry.match ?? [],
      narrow: entry.narrow?.match ?? [],
      narrowOrder: entry.narrow?.order ?? 0,
    })),
    mentions,
    statementWords: anyOf(
      signatures.flatMap(({ match }) =>
        match.map((pattern) => compilePattern(pattern).anchor)
      ),
    ),
  };
}

/** An expression that finds any of some plain words. */
function anyOf(words: readonly string[]): string {
  return [...new Set(words)].map((word) => word.replace(/[^a-z0-9 _]/g, "\\$&"))
    .join("|");
}

/** Samples that do not give what they are samples of. */
export function sampleFaults(lists: FailureLists): readonly SampleFault[] {
  const tables = failureTables(compileFailures(lists, ""));
  return [
    ...lists.signatures.flatMap(({ id, samples }, index) =>
      faultsOf(id, samples, {
        list: "signatures",
        index,
        answer: (text) => matchPanicSignature(text, tables)?.id,
      })
    ),
    ...lists.classes.flatMap(({ name, samples }, index) =>
      samples === undefined ? [] : faultsOf(name, samples, {
        list: "classes",
        index,
        answer: (text) => classOf(text, tables),
      })
    ),
  ];
}

function classOf(text: string, tables: FailureTables): string | undefined {
  return classifyAbort(text, tables)?.name;
}

function faultsOf(
  name: string,
  samples: Samples,
  where: {
    readonly list: SampleFault["list"];
    readonly index: number;
    readonly answer: (text: string) => string | undefined;
  },
): SampleFault[] {
  const { list, index, answer } = where;
  const check = (
    kind: "match" | "mustNotMatch",
    isWrong: (got: string | undefined) => boolean,
  ): SampleFault[] =>
    samples[kind].flatMap((text, number) => {
      const got = answer(text);
      const path = [list, index, "samples", kind, number];
      return isWrong(got) ? [{ list, path, name, text, got }] : [];
    });
  return [
    ...check("match", (got) => got !== name),
    ...check("mustNotMatch", (got) => got === name),
  ];
}
