import assert from "node:assert/strict";
import {
  isMention,
  isReport,
  type MentionMarks,
  tellsOfEvent,
} from "../../lib/parse/failure_mention.ts";

const MARKS: MentionMarks = {
  lineStarts: ["//"],
  lineMarks: ["re.compile("],
  eventWords: ["died"],
  reportMarks: ["one", "two", "three", "four"],
};

Deno.test("isMention() looks at the line of the word and no other", () => {
  // Kills: a comment two lines up that makes a real message a mention.
  assert.ok(isMention("  // says boom", 10, MARKS));
  assert.ok(isMention("x = re.compile('boom')", 16, MARKS));
  assert.ok(!isMention("// a comment\nboom", 13, MARKS));
  assert.ok(!isMention("boom\n// a comment", 0, MARKS));
  assert.ok(!isMention("see https://x: boom", 15, MARKS));
});

Deno.test("tellsOfEvent() wants the words near, not anywhere", () => {
  // Kills: a word at the other end of a log that turns a mere symbol into a failure.
  assert.ok(tellsOfEvent(`boom ${" ".repeat(100)} died`, 0, MARKS));
  assert.ok(!tellsOfEvent(`boom ${" ".repeat(200)} died`, 0, MARKS));
  assert.ok(tellsOfEvent(`died ${" ".repeat(100)} boom`, 106, MARKS));
});

Deno.test("isReport() wants three marks: one is quoted in documentation too", () => {
  // Kills: a README with one line of a report, taken for a report.
  assert.ok(!isReport("one and two", MARKS));
  assert.ok(isReport("one, two, four", MARKS));
});
