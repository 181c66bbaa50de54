/** What a JUnit report adds up to. */
export interface TestCount {
  /** Tests and steps that ran to a good end. */
  readonly passed: number;
  /** All others: failed, cancelled, ignored, filtered out by `only`. */
  readonly failed: number;
  /** Names of those that did not run; they count as failed. */
  readonly notRun: readonly string[];
}

const CASE =
  /<testcase name="(?<name>[^"]*)"[^>]*?(?:\/>|>(?<body>[\s\S]*?)<\/testcase>)/g;

/**
 * Adds up a JUnit report of `deno test`. A test that was ignored looks green and proves nothing, so it is a failure.
 *
 * @param xml The report; texts of errors in it are escaped, so that they cannot look like its own marks.
 */
export function countTests(xml: string): TestCount {
  let passed = 0;
  let failed = 0;
  const notRun: string[] = [];
  for (const match of xml.matchAll(CASE)) {
    const body = match.groups?.["body"] ?? "";
    if (body.includes("<skipped")) notRun.push(match.groups?.["name"] ?? "");
    else if (/<(?:failure|error)[\s>]/.test(body)) failed++;
    else passed++;
  }
  return { passed, failed: failed + notRun.length, notRun };
}

/**
 * The last line of a run, as other programs read it.
 *
 * @param count What ran.
 * @param hasFailedOutside Whether `deno test` failed; when no test did, a module did, and that counts as one failure.
 */
export function summarize(
  count: TestCount,
  hasFailedOutside: boolean,
): { readonly line: string; readonly isGood: boolean } {
  const failed = count.failed === 0 && hasFailedOutside ? 1 : count.failed;
  return {
    line: `${count.passed} passed, ${failed} failed`,
    isGood: failed === 0 && count.passed > 0,
  };
}
