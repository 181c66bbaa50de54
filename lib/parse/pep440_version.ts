/** A version of a Python package, by PEP 440. Numbers are as long as their writer liked: dates with times are in use. */
export interface Pep440Version {
  /** Before the `!`; 0 where none is written. */
  readonly epoch: bigint;
  /** The numbers between dots, at least one. */
  readonly release: readonly bigint[];
  /** Alpha, beta or candidate. */
  readonly pre:
    | { readonly phase: "a" | "b" | "rc"; readonly number: bigint }
    | undefined;
  /** Post-release. */
  readonly post: bigint | undefined;
  /** Development release. */
  readonly dev: bigint | undefined;
  /** After the `+`, in lower case. */
  readonly local: readonly (bigint | string)[] | undefined;
}

/** Longest text that is taken for a version. The longest in use have about 60 characters. */
const MAX_LENGTH = 200;

const VERSION = new RegExp(
  "^v?(?:(?<epoch>[0-9]+)!)?(?<release>[0-9]+(?:\\.[0-9]+)*)" +
    "(?:[-_.]?(?<phase>alpha|a|beta|b|preview|pre|c|rc)[-_.]?(?<preNumber>[0-9]*))?" +
    "(?<post>-(?<bare>[0-9]+)|[-_.]?(?:post|rev|r)[-_.]?(?<postNumber>[0-9]*))?" +
    "(?<dev>[-_.]?dev[-_.]?(?<devNumber>[0-9]*))?" +
    "(?:\\+(?<local>[a-z0-9]+(?:[-_.][a-z0-9]+)*))?$",
);

const PHASES: ReadonlyMap<string, "a" | "b" | "rc"> = new Map([
  ["a", "a"],
  ["alpha", "a"],
  ["b", "b"],
  ["beta", "b"],
  ["c", "rc"],
  ["rc", "rc"],
  ["pre", "rc"],
  ["preview", "rc"],
]);

/** Where each phase stands before the release itself. A development release of the release itself precedes all. */
const PHASE_RANK = { a: 0n, b: 1n, rc: 2n } as const;
const DEV_ONLY_RANK = -1n;
const RELEASE_RANK = 3n;

/**
 * Reads a version in any of the spellings that PEP 440 allows.
 *
 * @param text The version, blanks around it allowed.
 * @returns `undefined` when it is no such version.
 */
export function tryParseVersion(text: string): Pep440Version | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const found = VERSION.exec(text.trim().toLowerCase())?.groups;
  if (found === undefined) return undefined;
  const phase = PHASES.get(found["phase"] ?? "");
  return {
    epoch: numberOf(found["epoch"]),
    release: (found["release"] ?? "").split(".").map(numberOf),
    pre: phase === undefined
      ? undefined
      : { phase, number: numberOf(found["preNumber"]) },
    post: found["post"] === undefined
      ? undefined
      : numberOf(found["bare"] ?? found["postNumber"]),
    dev: found["dev"] === undefined ? undefined : numberOf(found["devNumber"]),
    local: found["local"]?.split(/[-_.]/).map((part) =>
      /^[0-9]+$/.test(part) ? BigInt(part) : part
    ),
  };
}

/** A number that may be left out: `1.0a` is `1.0a0`. */
function numberOf(digits: string | undefined): bigint {
  return BigInt(digits ?? "0");
}

/**
 * Orders two versions as PEP 440 does: `1.0.dev1 < 1.0a1 < 1.0rc1 < 1.0 < 1.0+local < 1.0.post1`.
 *
 * @returns Below zero, zero or above zero.
 */
export function compareVersions(a: Pep440Version, b: Pep440Version): number {
  return compareOne(a.epoch, b.epoch) ||
    compareNumbers(a.release, b.release) ||
    compareNumbers(suffixOf(a), suffixOf(b)) ||
    compareLocals(a.local, b.local);
}

/** What stands after the release, as numbers of which the first that differs decides. */
function suffixOf({ pre, post, dev }: Pep440Version): readonly bigint[] {
  const isDevOnly = pre === undefined && post === undefined &&
    dev !== undefined;
  const rank = pre !== undefined
    ? PHASE_RANK[pre.phase]
    : isDevOnly
    ? DEV_ONLY_RANK
    : RELEASE_RANK;
  return [
    rank,
    pre?.number ?? 0n,
    post === undefined ? 0n : 1n,
    post ?? 0n,
    dev === undefined ? 1n : 0n,
    dev ?? 0n,
  ];
}

/** Compares number by number; one that is missing counts as 0, so that `1.0` is `1`. */
function compareNumbers(
  a: readonly bigint[],
  b: readonly bigint[],
): number {
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const order = compareOne(a[index] ?? 0n, b[index] ?? 0n);
    if (order !== 0) return order;
  }
  return 0;
}

/** No local part comes first; within one, words precede numbers and the shorter of two equal beginnings precedes. */
function compareLocals(
  a: Pep440Version["local"],
  b: Pep440Version["local"],
): number {
  if (a === undefined || b === undefined) {
    return Number(a !== undefined) - Number(b !== undefined);
  }
  for (const [index, part] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    if (typeof part !== typeof other) return typeof part === "bigint" ? 1 : -1;
    const order = compareOne(part, other);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function compareOne(a: bigint | string, b: bigint | string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
