/**
 * Writes the two files that the program imports: `registry/failures.json` from `signatures.jsonc` and
 * `error_classes.jsonc`, and `registry/registry.json` from all the rest. With `--check` it writes nothing and fails when
 * one of them is out of date.
 *
 * Run: `deno run --allow-read --allow-write=registry scripts/build_registry.ts [--check]`
 *
 * @module
 */
import { createHash } from "node:crypto";
import { Ajv2020 } from "ajv/dist/2020.js";
import { parse, type ParseError, printParseErrorCode } from "jsonc-parser";
import type { MentionMarks } from "../lib/parse/failure_mention.ts";
import {
  compileFailures,
  type ErrorClassSource,
  type FailureLists,
  sampleFaults,
  type SignatureSource,
} from "../lib/registry/failure_sources.ts";
import {
  buildRegistryData,
  readRegistryFiles,
  sorted,
} from "./registry_data.ts";

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
  /** The modules that read reports: what they said before they changed must not be repeated. */
  readonly reader: string;
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
  const lists: FailureLists = { signatures, mentions, classes };
  const data = compileFailures(lists, revisionOf(lists, sources.reader));
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
    ...sampleTexts(lists),
  ];
  if (faults.length > 0) throw new Error(faults.join("\n"));
  return oneRowALine(sorted(data));
}

/** Half a SHA-256 tells two revisions apart, and the gate reads it in every answer it keeps. */
function revisionOf(lists: FailureLists, reader: string): string {
  return createHash("sha256")
    .update(JSON.stringify(compileFailures(lists, "")))
    .update(reader)
    .digest("hex").slice(0, 32);
}

/** Small, since the gate carries it along, and still a line in a diff for each class and signature that changes. */
function oneRowALine(data: unknown): string {
  const fields = Object.entries(data ?? {}).map(([key, value]) => {
    const rows: unknown = value;
    const text = Array.isArray(rows)
      ? `[\n${rows.map((row) => JSON.stringify(row)).join(",\n")}\n]`
      : JSON.stringify(rows);
    return `${JSON.stringify(key)}: ${text}`;
  });
  return `{\n${fields.join(",\n")}\n}\n`;
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

function sampleTexts(lists: FailureLists): string[] {
  return sampleFaults(lists).map(({ path, name, text, got }) =>
    path.includes("mustNotMatch")
      ? `${name}: matches what it must not: ${JSON.stringify(text)}`
      : `${name}: sample gives ${got}: ${JSON.stringify(text)}`
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
    reader: readModules(new URL("../lib/facts/report_reader.ts", folder)),
  };
}

/** A module and all that it understands texts with, by name. */
function readModules(entry: URL): string {
  const texts = new Map<string, string>();
  const waiting = [entry];
  for (const url of waiting) {
    if (texts.has(url.href)) continue;
    const text = Deno.readTextFileSync(url);
    texts.set(url.href, text);
    for (const [, specifier = ""] of text.matchAll(/from "(\.[^"]+\.ts)"/g)) {
      const taken = new URL(specifier, url);
      if (/\/lib\/(?:core|parse)\//.test(taken.pathname)) waiting.push(taken);
    }
  }
  return [...texts.keys()].sort().map((href) => texts.get(href)).join("\n");
}

if (import.meta.main) {
  const folder = new URL("../registry/", import.meta.url);
  const today = Temporal.Now.plainDateISO("UTC").toString();
  const files = [
    ["failures.json", buildFailures(readSources(folder))],
    ["registry.json", buildRegistryData(readRegistryFiles(folder), today)],
  ] as const;
  for (const [name, text] of files) {
    const target = new URL(name, folder);
    if (!Deno.args.includes("--check")) Deno.writeTextFileSync(target, text);
    else if (Deno.readTextFileSync(target) !== text) {
      throw new Error(
        `registry/${name} is out of date: run scripts/build_registry.ts`,
      );
    }
  }
}
