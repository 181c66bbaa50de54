import assert from "node:assert/strict";
import { formatAppleFeedback } from "../../lib/report/apple_feedback.ts";

Deno.test("formatAppleFeedback() says unknown for all that is not known", () => {
  // Kills: an empty line where Apple expects a fact; `undefined` in the text.
  const text = formatAppleFeedback({});
  assert.match(text, /## Panic\n\n```\nunknown\n```/);
  assert.match(text, /## Time\n\nunknown/);
  assert.match(text, /- Hardware: unknown/);
  assert.doesNotMatch(text, /undefined|null/);
});

Deno.test("formatAppleFeedback() takes the last sixty lines of the log, or none", () => {
  // Kills: the first sixty, which tell of the day before; a switch that does nothing.
  const breadcrumbs = Array.from({ length: 61 }, (_, at) => `line ${at}.`);
  const text = formatAppleFeedback({ breadcrumbs });
  assert.ok(!text.includes("line 0.") && text.includes("line 1."));
  assert.ok(text.includes("line 60."));
  const short = formatAppleFeedback({ breadcrumbs }, { hasBreadcrumbs: false });
  assert.doesNotMatch(short, /line \d|Log before/);
});

Deno.test("formatAppleFeedback() lets no text end its block, or act", () => {
  // Kills: a report whose text becomes headings of ours; an escape that reaches a terminal.
  const hostile = "a\n````\n# b\u001b[2J\u202e";
  const text = formatAppleFeedback({ panicString: hostile, hardware: hostile });
  assert.match(text, /`````\na\n````\n# b \[2J\n`````/);
  // deno-lint-ignore no-control-regex
  assert.doesNotMatch(text, /[\u001b\u202e]/);
  assert.ok(
    formatAppleFeedback({ panicString: "x".repeat(1e6) }).length < 20_000,
  );
});
