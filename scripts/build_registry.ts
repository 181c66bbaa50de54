/**
 * Writes `registry/failures.json`, the small file that the program imports, from `signatures.jsonc` and
 * `error_classes.jsonc`. With `--check` it writes nothing and fails when the file is out of date.
 *
 * Run: `deno run --allow-read --allow-write=registry scripts/build_registry.ts [--check]`
 *
 * @module
 */
import { Ajv2020 } from "ajv/dist/2020.js";
import { parse, type ParseError, printParseErrorCode } from "jsonc-parser";
import type { ErrorClass } from "../lib/core/failure.ts";
import {
  classifyAbort,
  type FailureTables,
  matchPanicSignature,
} from "../lib/parse/failure_text.ts";
import type { MentionMarks } from "../lib/parse/failure_mention.ts";
import { compilePattern, type PatternData } from "../lib/parse/token_match.ts";
import { type FailureData, failureTables } from "../lib/registry/failures.ts";

/** The texts that the small file is made from. */
export interface FailureSources {
  /** `registry/signatures.jsonc`. */
  readonly signatures: string;
  /** `registry/error_classes.jsonc`. */
  readonly errorClasses: string;
  /** `registry/schemas/signatures.schema.json`. */
  readonly signaturesSchema: string;
  /** `registry/schemas/error_classes.schema.json`. */
  readonly errorClassesSchema: string;
}

interface Samples {
  readonly match: readonly string[];
  readonly mustNotMatch: readonly string[];
}

interface SignatureSource {
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

interface ErrorClassSource extends ErrorClass {
  readonly isGeneric?: boolean;
  readonly match?: readonly PatternData[];
  readonly narrow?: {
    readonly order: number;
    readonly match: readonly PatternData[];
  };
  readonly samples?: Samples;
}

/**
 * Makes the text of `registry/failures.json`.
 *
 * @throws {Error} If a source is no JSONC, breaks its schema, names a class twice or one that is missing, or if a
 *   sample does not give what it is a sample of. The message names every fault.
 */
export function buildFailures(sources: FailureSources): string {
  const { signatures, mentions } = validated<{
    readonly signatures: readonly SignatureSource[];
    readonly mentions: MentionMarks;
  }>("signatures.jsonc", sources.signatures, sources.signaturesSchema);
  const { classes } = validated<{
    readonly classes: readonly ErrorClassSource[];
  }>("error_classes.jsonc", sources.errorClasses, sources.errorClassesSchema);
  const data = compile(signatures, classes, mentions);
  const faults = [
    ...twice("signature", signatures.map((entry) => entry.id)),
    ...twice("class", classes.map((entry) => entry.name)),
    ...twice(
      "narrow order",
      classes.flatMap(({ narrow }) =>
        narrow === undefined ? [] : [String(narrow.order)]
      ),
    ),
    ...orphans(signatures, classes),
    ...sampleFaults(signatures, classes, failureTables(data)),
  ];
  if (faults.length > 0) throw new Error(faults.join("\n"));
  return `${JSON.stringify(sorted(data), null, 2)}\n`;
}

function validated<T>(name: string, text: string, schema: string): T {
  const errors: ParseError[] = [];
  const value: unknown = parse(text, errors, { allowTrailingComma: true });
  const [error] = errors;
  if (error !== undefined) {
    const line = text.slice(0, error.offset).split("\n").length;
    throw new Error(`${name}:${line}: ${printParseErrorCode(error.error)}`);
  }
  const ajv = new Ajv2020({
    allErrors: true,
    strict: true,
    strictRequired: false,
  });
  const validate = ajv.compile<T>(JSON.parse(schema));
  if (validate(value)) return value;
  throw new Error(
    (validate.errors ?? []).map((fault) =>
      `${name}${fault.instancePath}: ${fault.message}`
    ).join("\n"),
  );
}

function compile(
  signatures: readonly SignatureSource[],
  classes: readonly ErrorClassSource[],
  mentions: MentionMarks,
): FailureData {
  return {
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

function twice(what: string, names: readonly string[]): string[] {
  return names.filter((name, index) => names.indexOf(name) !== index)
    .map((name) => `${what} ${name}: stands there twice`);
}

function orphans(
  signatures: readonly SignatureSource[],
  classes: readonly ErrorClassSource[],
): string[] {
  const names = new Set(classes.map((entry) => entry.name));
  return signatures.filter((entry) => !names.has(entry.errorClass))
    .map((entry) => `signature ${entry.id}: no class ${entry.errorClass}`);
}

function sampleFaults(
  signatures: readonly SignatureSource[],
  classes: readonly ErrorClassSource[],
  tables: FailureTables,
): string[] {
  const faults: string[] = [];
  function check(
    name: string,
    samples: Samples,
    answer: (text: string) => string | undefined,
  ): void {
    for (const text of samples.match) {
      const got = answer(text);
      if (got !== name) {
        faults.push(`${name}: sample gives ${got}: ${JSON.stringify(text)}`);
      }
    }
    for (const text of samples.mustNotMatch) {
      if (answer(text) === name) {
        faults.push(
          `${name}: matches what it must not: ${JSON.stringify(text)}`,
        );
      }
    }
  }
  for (const { id, samples } of signatures) {
    check(id, samples, (text) => matchPanicSignature(text, tables)?.id);
  }
  for (const { name, samples } of classes) {
    if (samples === undefined) continue;
    check(name, samples, (text) => classifyAbort(text, tables)?.name);
  }
  return faults;
}

/** Sorts the keys of every object; lists keep their order, which is their meaning. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1)
      .map(([key, part]) => [key, sorted(part)]),
  );
}

/** Reads the sources below a folder. */
export function readSources(folder: URL): FailureSources {
  const read = (name: string): string =>
    Deno.readTextFileSync(new URL(name, folder));
  return {
    signatures: read("signatures.jsonc"),
    errorClasses: read("error_classes.jsonc"),
    signaturesSchema: read("schemas/signatures.schema.json"),
    errorClassesSchema: read("schemas/error_classes.schema.json"),
  };
}

if (import.meta.main) {
  const folder = new URL("../registry/", import.meta.url);
  const target = new URL("failures.json", folder);
  const text = buildFailures(readSources(folder));
  if (!Deno.args.includes("--check")) Deno.writeTextFileSync(target, text);
  else if (Deno.readTextFileSync(target) !== text) {
    throw new Error(
      "registry/failures.json is out of date: run scripts/build_registry.ts",
    );
  }
}
