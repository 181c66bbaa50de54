/**
 * Versions and specifiers against the package that Python's own installers use. The cases are made anew by it, in the
 * Python that the test command prepares.
 */
import assert from "node:assert/strict";
import {
  isInSpecifier,
  tryParseSpecifier,
} from "../../lib/parse/pep440_specifier.ts";
import {
  compareVersions,
  tryParseVersion,
} from "../../lib/parse/pep440_version.ts";
import { pythonOfTests } from "../python_of_tests.ts";

const COUNT = 10_000;
const SEEDS = ["440", "20261124"];
const MAKER = new URL("pep440_pairs.py", import.meta.url).pathname;

interface Pair {
  readonly a: string;
  readonly b: string;
  /** `null` when packaging calls `b` no version. */
  readonly order: number | null;
  readonly specifier: string;
  /** `null` when packaging calls it no specifier. */
  readonly isIn: boolean | null;
}

async function makePairs(seed: string): Promise<readonly Pair[]> {
  const { code, stdout, stderr } = await new Deno.Command(pythonOfTests(), {
    args: [MAKER, seed, String(COUNT)],
  }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).trimEnd().split("\n")
    .map((line): Pair => JSON.parse(line));
}

for (const seed of SEEDS) {
  const found = makePairs(seed);

  Deno.test(`versions are ordered as packaging does, ${COUNT} pairs of seed ${seed}`, async () => {
    // Kills: a spelling that is refused or wrongly taken, a part that counts at the wrong place, numbers cut at 2^53.
    const seen = { "-1": 0, "0": 0, "1": 0, "null": 0 };
    for (const { a, b, order } of await found) {
      const [first, second] = [tryParseVersion(a), tryParseVersion(b)];
      assert.ok(first !== undefined, a);
      const ours = second === undefined
        ? null
        : Math.sign(compareVersions(first, second));
      assert.equal(ours, order, `${a} against ${b}`);
      const back = second === undefined ? 0 : compareVersions(second, first);
      assert.equal(-Math.sign(back) + 0, (order ?? 0) + 0, `${b} against ${a}`);
      seen[`${order}` as "-1" | "0" | "1" | "null"] += 1;
    }
    for (const [kind, count] of Object.entries(seen)) {
      assert.ok(count > COUNT / 200, `only ${count} pairs gave ${kind}`);
    }
  });

  Deno.test(`specifiers hold what packaging says, ${COUNT} pairs of seed ${seed}`, async () => {
    // Kills: pre-releases that `<` keeps or `==1.0.*` loses, post-releases and local builds that `>` takes for newer.
    const seen = { "true": 0, "false": 0, "null": 0 };
    for (const { a, specifier, isIn } of await found) {
      const parsed = tryParseVersion(a);
      assert.ok(parsed !== undefined, a);
      const clauses = tryParseSpecifier(specifier);
      const ours = clauses === undefined
        ? null
        : isInSpecifier({ text: a, parsed }, clauses);
      assert.equal(ours, isIn, `${a} in ${specifier}`);
      seen[`${isIn}`] += 1;
    }
    for (const [kind, count] of Object.entries(seen)) {
      assert.ok(count > COUNT / 100, `only ${count} pairs gave ${kind}`);
    }
  });
}
