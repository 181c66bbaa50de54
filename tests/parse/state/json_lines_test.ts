import assert from "node:assert/strict";
import { decodeJsonLines } from "../../../lib/parse/state/json_lines.ts";
import { FieldReader } from "../../../lib/parse/state/field_reader.ts";

function decode(text: string): ReturnType<typeof decodeJsonLines<number>> {
  return decodeJsonLines(
    text,
    "n",
    (line) => new FieldReader(line, "test file").number("n"),
  );
}

Deno.test("decodeJsonLines() counts damaged lines and reads the others", () => {
  // Kills: one torn line that hides the whole file, and a last line without its end.
  const text = '{"n": 1}\r\n\n  \nnull\n[1]\n{"n": "1"}\n{"n"\n{"n": 2}';
  assert.deepEqual(decode(text), { records: [1, 2], skippedLines: 4 });
  assert.deepEqual(decode(""), { records: [], skippedLines: 0 });
});

Deno.test("decodeJsonLines() skips a line beyond 64 Ki units, also one of spaces", () => {
  // Kills: `>=` at the bound, and a padded line that is walked in full.
  const line = (length: number): string => `{"n": 1}`.padEnd(length, " ");
  assert.deepEqual(decode(line(65_536)), { records: [1], skippedLines: 0 });
  assert.deepEqual(decode(line(65_537)), { records: [], skippedLines: 1 });
});

Deno.test("decodeJsonLines() passes on an error that is not about the text", () => {
  // Kills: a defect of the program that is counted as a damaged line.
  const fail = (): never => {
    throw new TypeError("defect");
  };
  assert.throws(() => decodeJsonLines('{"n": 1}', "n", fail), TypeError);
});

Deno.test("decodeJsonLines() finds the number wherever it stands, and refuses lines without it unread", () => {
  // Kills: a record whose key comes last or has other blanks passed over; seconds for a megabyte of empty objects.
  const text = '{"a": "n", "n" :-1}\n{"b": {"n": 2}, "n":3}\n{"n": true}';
  assert.deepEqual(decode(text), { records: [-1, 3], skippedLines: 1 });
  const fail = (): never => {
    throw new TypeError("it was read");
  };
  const { skippedLines } = decodeJsonLines("{}\n".repeat(1_000), "n", fail);
  assert.equal(skippedLines, 1_000);
});
