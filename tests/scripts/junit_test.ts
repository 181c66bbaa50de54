import assert from "node:assert/strict";
import { countTests, summarize } from "../../scripts/junit.ts";

const XML = `<testsuites name="deno test" tests="6" failures="1" errors="1">
  <testsuite name="./a_test.ts" tests="5" disabled="1" errors="1" failures="1">
    <testcase name="good" classname="./a_test.ts" time="0.002" line="1" col="6">
    </testcase>
    <testcase name="good &gt; step" classname="./a_test.ts"/>
    <testcase name="left out &amp; green" classname="./a_test.ts">
      <skipped/>
    </testcase>
    <testcase name="bad" classname="./a_test.ts">
      <failure message="x">&lt;skipped/&gt; &lt;/testcase&gt;</failure>
    </testcase>
    <testcase name="cut" classname="./a_test.ts">
      <error message="Cancelled"/>
    </testcase>
  </testsuite>
</testsuites>`;

Deno.test("countTests() counts steps, failures and errors, and ignored tests as failures", () => {
  // Kills: an ignored test that looks green; a test that was cancelled and not counted.
  assert.deepEqual(countTests(XML), {
    passed: 2,
    failed: 3,
    notRun: ["left out &amp; green"],
  });
  assert.deepEqual(countTests(""), { passed: 0, failed: 0, notRun: [] });
});

Deno.test("summarize() is good only when something ran and nothing failed", () => {
  // Kills: a green run of no test; a module that fails to load while its tests are not counted.
  const none = { passed: 0, failed: 0, notRun: [] };
  const good = { passed: 1, failed: 0, notRun: [] };
  const bad = { passed: 1, failed: 2, notRun: [] };
  const cases = [
    [none, false, "0 passed, 0 failed", false],
    [none, true, "0 passed, 1 failed", false],
    [good, false, "1 passed, 0 failed", true],
    [good, true, "1 passed, 1 failed", false],
    [bad, true, "1 passed, 2 failed", false],
  ] as const;
  for (const [count, outside, line, isGood] of cases) {
    assert.deepEqual(summarize(count, outside), { line, isGood });
  }
});
