import type { RegistryProblem } from "../core/registry_problem.ts";
import { type SchemaFault, schemaFaults } from "./json_schema.ts";
import { type RegistryKind, SCHEMAS } from "./schemas.ts";
import type { SourceText } from "./source_text.ts";

type Words = Pick<RegistryProblem, "rule" | "message" | "fix">;

/** Every way in which a value breaks the schema of its kind, each at its place. */
export function schemaProblems(
  source: SourceText,
  kind: RegistryKind,
  value: unknown,
): readonly RegistryProblem[] {
  const schema = SCHEMAS.get(kind);
  if (schema === undefined) throw new Error(`No schema of kind ${kind}`);
  return schemaFaults(schema, value).map((fault) =>
    fault.keyword === "additionalProperties"
      ? source.problemAtKey(fault.path, String(fault.wants), wordsOf(fault))
      : source.problem(fault.path, wordsOf(fault))
  );
}

function wordsOf(
  { path, keyword, wants, value, knownKeys }: SchemaFault,
): Words {
  const name = nameOf(path);
  switch (keyword) {
    case "additionalProperties": {
      const key = String(wants);
      const like = nearest(key, knownKeys);
      return {
        rule: "unknown-key",
        message: `The key "${key}" is not known here`,
        fix: like === undefined
          ? `Take it away; known are ${knownKeys.join(", ")}`
          : `Did you mean "${like}"?`,
      };
    }
    case "required":
      return {
        rule: "missing-key",
        message: `${name} has no "${String(wants)}"`,
        fix: `Add "${String(wants)}"; the schema says what it holds`,
      };
    case "type": {
      const types = [wants].flat().map(String).join(" or ");
      return {
        rule: "wrong-type",
        message: `${name} is ${kindOfValue(value)}, not ${types}`,
        fix: `Write ${types}`,
      };
    }
    case "enum":
      return {
        rule: "unknown-value",
        message: `${name} is none of the known words`,
        fix: `Write one of ${[wants].flat().map(String).join(", ")}`,
      };
    case "const":
      return {
        rule: "unknown-value",
        message: `${name} has another value than the only one it may have`,
        fix: `Write ${JSON.stringify(wants)}`,
      };
    case "pattern":
      return patternWords(name, path);
    case "uniqueItems":
      return {
        rule: "item-twice",
        message: `${name} holds the same thing twice`,
        fix: "Take one of the two away",
      };
    default:
      return {
        rule: "out-of-bounds",
        message: `${name} ${BOUNDS.get(keyword) ?? keyword} ${String(wants)}`,
        fix: "Keep to it; the schema gives the bounds",
      };
  }
}

/** How a bound is said. */
const BOUNDS: ReadonlyMap<string, string> = new Map([
  ["minLength", "is shorter than its least number of characters:"],
  ["maxLength", "is longer than its greatest number of characters:"],
  ["minimum", "is below its least value:"],
  ["maximum", "is above its greatest value:"],
  ["minItems", "holds fewer things than it has to:"],
  ["minProperties", "has fewer keys than it has to:"],
]);

/** What the patterns of the schemas are for, by the key they stand at. */
const PATTERN_WORDS: readonly (readonly [RegExp, string, string, string])[] = [
  [
    /^(date|firstObserved|lastObserved|fixMerged)$/,
    "bad-date",
    "is no day",
    "Write it as YYYY-MM-DD",
  ],
  [
    /^(url|source|upstream|related)$/,
    "bad-link",
    "is no https address",
    "Write the whole address, starting with https://",
  ],
  [
    /^(affected|requires|pin)$/,
    "bad-specifier",
    "is no PEP 440 specifier",
    'Write it as ">=0.31.0,<=0.31.2"',
  ],
  [
    /^(issue|knownIssues)$/,
    "bad-issue",
    "names no issue",
    "Write it as owner/repository#123",
  ],
  [
    /^(gpuFamily|gpuFamilies)$/,
    "bad-family",
    "is no GPU family",
    "Write M1, M2, M3 and so on",
  ],
  [/^osBuild$/, "bad-build", "is no build of macOS", "Write it as 25F84"],
];

function patternWords(name: string, path: readonly (string | number)[]): Words {
  const key = path.findLast((part) => typeof part === "string") ?? "";
  const known = PATTERN_WORDS.find(([pattern]) => pattern.test(String(key)));
  if (known === undefined) {
    return {
      rule: "bad-text",
      message: `${name} holds characters it may not hold`,
      fix: "Use plain words on one line, in the form the schema gives",
    };
  }
  const [, rule, message, fix] = known;
  return { rule, message: `${name} ${message}`, fix };
}

function nameOf(path: readonly (string | number)[]): string {
  if (path.length === 0) return "The file";
  return `"${
    path.map((part, index) =>
      typeof part === "number" ? `[${part}]` : index === 0 ? part : `.${part}`
    ).join("")
  }"`;
}

function kindOfValue(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "a list" : `a ${typeof value}`;
}

/** The known key that differs by one or two letters. */
function nearest(key: string, known: readonly string[]): string | undefined {
  const short = key.slice(0, 40).toLowerCase();
  const found = known
    .map((name) => ({ name, away: distance(short, name.toLowerCase()) }))
    .sort((a, b) => a.away - b.away)[0];
  return found !== undefined && found.away <= 2 ? found.name : undefined;
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(
        Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1),
      );
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
