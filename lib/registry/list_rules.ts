import type { RegistryProblem } from "../core/registry_problem.ts";
import type {
  Advisory,
  BlockedRelease,
  Recommendation,
} from "../core/release_advice.ts";
import type { PatternData } from "../parse/token_match.ts";
import type { CheckedFile } from "./entry_rules.ts";
import type { ErrorClassSource, SignatureSource } from "./failure_sources.ts";
import {
  type KnownThings,
  missingIssues,
  modelIssues,
  releaseIssues,
} from "./known_things.ts";
import type { SourceText } from "./source_text.ts";

type Path = readonly (string | number)[];

const DATE_KEYS: ReadonlySet<string> = new Set([
  "date",
  "firstObserved",
  "lastObserved",
  "fixMerged",
]);
const CLASS_KEYS: ReadonlySet<string> = new Set(["class", "errorClass"]);
/** Lists whose order means nothing, so that two people's changes do not collide. */
const SORTED_KEYS: ReadonlySet<string> = new Set([
  "gpuFamilies",
  "knownIssues",
]);

/**
 * What holds wherever it stands: a date is a day that has been, a class is one that exists, lists without an order are
 * sorted.
 *
 * @param today The day it is, `YYYY-MM-DD`; a day later is allowed, because somewhere it is tomorrow.
 */
export function valueProblems(
  { source, value }: CheckedFile<unknown>,
  known: KnownThings,
  today: string,
): readonly RegistryProblem[] {
  const problems: RegistryProblem[] = [];
  const latest = Temporal.PlainDate.from(today).add({ days: 1 }).toString();
  const visit = (part: unknown, path: Path): void => {
    const key = String(path.findLast((step) => typeof step === "string"));
    if (typeof part === "string") {
      if (DATE_KEYS.has(key)) problems.push(...day(source, path, part, latest));
      const isType = path[0] === "errorClasses" && key === "type";
      const isClass = CLASS_KEYS.has(key) || isType;
      if (isClass && !known.classes.has(part)) {
        problems.push(source.problem(path, {
          rule: "dead-class",
          message: `There is no class "${part}"`,
          fix:
            "Name a class of error_classes.jsonc or entry_classes.jsonc, or add it there",
        }));
      }
    } else if (Array.isArray(part)) {
      if (SORTED_KEYS.has(key)) problems.push(...sorted(source, path, part));
      for (const [index, item] of part.entries()) visit(item, [...path, index]);
    } else if (typeof part === "object" && part !== null) {
      for (const [name, item] of Object.entries(part)) {
        visit(item, [...path, name]);
      }
    }
  };
  visit(value, []);
  return problems;
}

function day(
  source: SourceText,
  path: Path,
  text: string,
  latest: string,
): RegistryProblem[] {
  const problem = (
    rule: string,
    message: string,
    fix: string,
  ): RegistryProblem => source.problem(path, { rule, message, fix });
  try {
    Temporal.PlainDate.from(text, { overflow: "reject" });
  } catch {
    // The only way in which Temporal says that the calendar has no such day.
    return [problem(
      "bad-date",
      `The calendar has no ${text}`,
      "Write the day on which it was seen",
    )];
  }
  return text <= latest ? [] : [problem(
    "future-date",
    `${text} is still to come`,
    "Write the day on which it was seen",
  )];
}

function sorted(
  source: SourceText,
  path: Path,
  items: readonly unknown[],
): RegistryProblem[] {
  const names = items.map(String);
  return outOfOrder(names).map((index) =>
    source.problem([...path, index], {
      rule: "unsorted",
      message: `"${names[index]}" stands behind "${names[index - 1]}"`,
      fix: "Sort the list: changes of two people then do not collide",
    })
  );
}

function outOfOrder(names: readonly string[]): number[] {
  return names.flatMap((name, index) =>
    index > 0 && name < (names[index - 1] ?? "") ? [index] : []
  );
}

/** Entries of a list have one name each and, where their order means nothing, stand in the order of those. */
export function listProblems(
  source: SourceText,
  list: string,
  names: readonly string[],
  isSorted: boolean,
): readonly RegistryProblem[] {
  const twice = names.flatMap((name, index) =>
    names.indexOf(name) === index ? [] : [
      source.problem([list, index], {
        rule: "duplicate-id",
        message: `"${name}" stands here twice`,
        fix: "Make one entry of the two",
      }),
    ]
  );
  const order = isSorted ? outOfOrder(names) : [];
  return [
    ...twice,
    ...order.map((index) =>
      source.problem([list, index], {
        rule: "unsorted",
        message: `"${names[index]}" stands behind "${names[index - 1]}"`,
        fix: "Sort the entries by their names",
      })
    ),
  ];
}

/** A name by which issues of one repository stand in the order of their numbers. */
export function issueOrder(issue: string): string {
  const [repository = "", number = ""] = issue.split("#");
  return `${repository.toLowerCase()}#${number.padStart(9, "0")}`;
}

/** Advisories and blocks that name a release or model with entries of its own say so. */
export function recommendationProblems(
  source: SourceText,
  list: string,
  entries:
    readonly (Pick<Advisory, "recommends" | "alternatives"> | BlockedRelease)[],
  known: KnownThings,
): readonly RegistryProblem[] {
  return entries.flatMap((entry, index) => {
    const models = "alternatives" in entry ? entry.alternatives ?? [] : [];
    return [
      ...(entry.recommends ?? []).flatMap((release: Recommendation, number) =>
        unsaid(
          source,
          [list, index, "recommends", number],
          `${release.package} ${release.version}`,
          missingIssues(releaseIssues(release, known), release.knownIssues),
        )
      ),
      ...models.flatMap((id, number) =>
        unsaid(
          source,
          [list, index, "alternatives", number],
          id,
          modelIssues(id, known),
        )
      ),
    ];
  });
}

function unsaid(
  source: SourceText,
  path: Path,
  name: string,
  missing: readonly string[],
): RegistryProblem[] {
  if (missing.length === 0) return [];
  return [source.problem(path, {
    rule: "alternative-unsaid",
    message: `${name} has entries of its own: ${missing.join(", ")}`,
    fix: "Name them in knownIssues, or recommend something else",
  })];
}

/** What only a regular expression would hold. Words are plain here, and found in linear time. */
const LIKE_AN_EXPRESSION =
  /\\[bdsw]|\.[*+]|\][+{]|\)[*+?{]|\([^()]{0,40}[|+?][^()]{0,40}\)/;
/** Repetition of what repeats itself: time grows with the square of the text, or worse. */
const SUPER_LINEAR = /[*+}][^()]{0,40}\)[*+{]|\.[*+][^()|]{0,40}\.[*+]/;

/** Patterns hold plain words; one that looks like a regular expression would never be found. */
export function patternProblems(
  source: SourceText,
  list: string,
  entries: readonly (SignatureSource | ErrorClassSource)[],
): readonly RegistryProblem[] {
  const patterns = (
    path: Path,
    data: readonly PatternData[] | undefined,
  ): RegistryProblem[] =>
    (data ?? []).flatMap((pattern, index) =>
      (["all", "sequence", "none"] as const).flatMap((part) =>
        (pattern[part] ?? []).flatMap((word, number) =>
          wordProblem(source, [...path, index, part, number], word)
        )
      )
    );
  return entries.flatMap((entry, index) => {
    const { narrow } = entry;
    return [
      ...patterns([list, index, "match"], entry.match),
      ...(narrow === undefined
        ? []
        : "order" in narrow
        ? patterns([list, index, "narrow", "match"], narrow.match)
        : patterns([list, index, "narrow"], narrow)),
    ];
  });
}

function wordProblem(
  source: SourceText,
  path: Path,
  word: string,
): RegistryProblem[] {
  if (SUPER_LINEAR.test(word)) {
    return [source.problem(path, {
      rule: "super-linear",
      message:
        "This is a regular expression whose time would grow faster than the text",
      fix:
        'Write plain words in "all" or "sequence": they are found in linear time',
    })];
  }
  return LIKE_AN_EXPRESSION.test(word)
    ? [source.problem(path, {
      rule: "not-plain-words",
      message: "This looks like a regular expression, and words are plain here",
      fix:
        'Write plain words: a space is any white space, "#" digits, "*" an identifier',
    })]
    : [];
}
