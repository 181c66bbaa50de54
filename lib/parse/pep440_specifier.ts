import {
  compareVersions,
  type Pep440Version,
  tryParseVersion,
} from "./pep440_version.ts";

/** How one clause of a specifier compares. */
export type SpecifierOperator =
  | "=="
  | "!="
  | "<="
  | ">="
  | "<"
  | ">"
  | "~="
  | "===";

/** One clause, e.g. `>=0.31.0` or `==5.5.*`. */
export interface SpecifierClause {
  /** How it compares. */
  readonly operator: SpecifierOperator;
  /** What it compares with, as it is written, without `.*`. */
  readonly text: string;
  /** The same, understood; `undefined` for `===`, which compares texts. */
  readonly version: Pep440Version | undefined;
  /** Whether it ends in `.*`. */
  readonly isPrefix: boolean;
}

/** Clauses that must all hold; without any, every version is in it. */
export type Specifier = readonly SpecifierClause[];

/** Longest text that is taken for a specifier. */
const MAX_LENGTH = 400;

const OPERATORS: readonly SpecifierOperator[] = [
  "===",
  "~=",
  "==",
  "!=",
  "<=",
  ">=",
  "<",
  ">",
];

const CLAUSE = /^(?<operator>===|~=|==|!=|<=|>=|<|>)\s*(?<rest>\S*)$/;
const PREFIX = /^v?(?:[0-9]+!)?[0-9]+(?:\.[0-9]+)*$/i;

/**
 * Reads a specifier such as `>=0.31.0,<=0.31.2`.
 *
 * @param text Clauses with commas between them.
 * @returns `undefined` when any of it is no clause of PEP 440.
 */
export function tryParseSpecifier(text: string): Specifier | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const parts = text.split(",").map((part) => part.trim())
    .filter((part) => part !== "");
  const clauses = parts.flatMap((part) => tryParseClause(part) ?? []);
  return clauses.length === parts.length ? clauses : undefined;
}

function tryParseClause(text: string): SpecifierClause | undefined {
  const found = CLAUSE.exec(text)?.groups;
  const operator = OPERATORS.find((one) => one === found?.["operator"]);
  const rest = found?.["rest"];
  if (operator === undefined || rest === undefined) return undefined;
  if (operator === "===") {
    return /[;)]/.test(rest)
      ? undefined
      : { operator, text: rest, version: undefined, isPrefix: false };
  }
  const isPrefix = rest.endsWith(".*");
  const written = isPrefix ? rest.slice(0, -2) : rest;
  const version = tryParseVersion(written);
  return version !== undefined &&
      mayCompare(operator, written, version, isPrefix)
    ? { operator, text: written, version, isPrefix }
    : undefined;
}

/** Only equality knows `.*` and local parts; `~=` needs two numbers, of which it lets the last one grow. */
function mayCompare(
  operator: SpecifierOperator,
  written: string,
  version: Pep440Version,
  isPrefix: boolean,
): boolean {
  const isEquality = operator === "==" || operator === "!=";
  if (isPrefix) return isEquality && PREFIX.test(written);
  if (version.local !== undefined) return isEquality;
  return operator !== "~=" || version.release.length >= 2;
}

/**
 * Whether a version is in a specifier.
 *
 * Pre-releases are judged like any other version: one that is installed is installed, whatever an installer would have
 * chosen.
 *
 * @param version The version as it is written, and understood.
 * @param specifier From {@linkcode tryParseSpecifier}.
 */
export function isInSpecifier(
  version: { readonly text: string; readonly parsed: Pep440Version },
  specifier: Specifier,
): boolean {
  return specifier.every((clause) =>
    clause.version === undefined
      ? version.text.trim().toLowerCase() === clause.text.toLowerCase()
      : holds(version.parsed, clause, clause.version)
  );
}

function holds(
  version: Pep440Version,
  { operator, isPrefix }: SpecifierClause,
  bound: Pep440Version,
): boolean {
  switch (operator) {
    case "==":
      return equals(version, bound, isPrefix);
    case "!=":
      return !equals(version, bound, isPrefix);
    case ">=":
      return compareVersions(version, bound) >= 0;
    case "<=":
      return compareVersions(withoutLocal(version), bound) <= 0;
    case "<":
      return isBelow(version, bound);
    case ">":
      return isAbove(version, bound);
    case "~=":
      return compareVersions(version, bound) >= 0 &&
        isBelow(
          version,
          grown({ ...bound, release: bound.release.slice(0, -1) }),
        );
    case "===":
      return false;
  }
}

/** A local part counts only where the specifier has one. */
function equals(
  version: Pep440Version,
  bound: Pep440Version,
  isPrefix: boolean,
): boolean {
  if (isPrefix) {
    return compareVersions(version, firstOf(bound)) >= 0 &&
      compareVersions(version, grown(bound)) < 0;
  }
  return compareVersions(
    bound.local === undefined ? withoutLocal(version) : version,
    bound,
  ) === 0;
}

/** `<1.0` leaves out the pre-releases of 1.0; `<1.0rc2` does not leave out 1.0rc1. */
function isBelow(version: Pep440Version, bound: Pep440Version): boolean {
  const isPreRelease = bound.pre !== undefined || bound.dev !== undefined;
  return compareVersions(
    version,
    isPreRelease ? bound : { ...bound, dev: 0n, local: undefined },
  ) < 0;
}

/** `>1.0` leaves out what is only 1.0 again: its post-releases and local builds. */
function isAbove(version: Pep440Version, bound: Pep440Version): boolean {
  const { dev, post } = bound;
  if (dev !== undefined) {
    return compareVersions(version, { ...bound, dev: dev + 1n }) >= 0;
  }
  if (post !== undefined) {
    return compareVersions(version, { ...bound, post: post + 1n, dev: 0n }) >=
      0;
  }
  const core: Pep440Version = {
    ...version,
    post: undefined,
    dev: undefined,
    local: undefined,
  };
  return compareVersions(version, bound) > 0 &&
    compareVersions(core, bound) !== 0;
}

function withoutLocal(version: Pep440Version): Pep440Version {
  return { ...version, local: undefined };
}

/** The very first version of a release. */
function firstOf({ epoch, release }: Pep440Version): Pep440Version {
  return {
    epoch,
    release,
    pre: undefined,
    post: undefined,
    dev: 0n,
    local: undefined,
  };
}

/** The very first version of the release after this one: 1.2 gives 1.3.dev0. */
function grown({ epoch, release }: Pep440Version): Pep440Version {
  const last = release.length - 1;
  return {
    epoch,
    release: release.map((number, index) =>
      index === last ? number + 1n : number
    ),
    pre: undefined,
    post: undefined,
    dev: 0n,
    local: undefined,
  };
}
