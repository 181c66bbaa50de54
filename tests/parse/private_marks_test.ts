import assert from "node:assert/strict";
import { findPrivateMarks } from "../../lib/parse/private_marks.ts";

Deno.test("findPrivateMarks() gives pieces in order that do not overlap", () => {
  // Kills: a host inside an address of mail that is cut out twice.
  const text =
    "token=abcd@x.example.com é Adas-MacBook-Pro.local serial: C02ABC123";
  const edits = findPrivateMarks(text);
  assert.deepEqual(
    edits.map(({ from, to, put }) => [text.slice(from, to), put]),
    [
      ["abcd@x.example.com", "[secret]"],
      ["Adas-MacBook-Pro.local", "[host]"],
      ["C02ABC123", "[serial]"],
    ],
  );
});

Deno.test("findPrivateMarks() finds a mark at either end of a text", () => {
  // Kills: a loop that begins at the third letter, or ends before the last.
  assert.equal(findPrivateMarks("hf_abcdefgh12").length, 1);
  assert.equal(findPrivateMarks("x 00:1a:2b:3c:4d:5e").length, 1);
  assert.deepEqual(findPrivateMarks(""), []);
  assert.deepEqual(findPrivateMarks("hf_"), []);
  assert.deepEqual(findPrivateMarks("@"), []);
});

/** What a pattern that starts over at each letter would choke on. */
const HOSTILE = ["a", "@", "key", "key=", "serial ", "a-", ":00", "eyJ"];

Deno.test("findPrivateMarks() takes twice as long for twice the text, whatever stands in it", () => {
  // Kills: a pattern that goes back at each letter; 100 MB of it would hold a post-mortem up for ever.
  for (const part of HOSTILE) {
    const time = (length: number): number => {
      const text = part.repeat(length / part.length);
      return Math.min(...[1, 2, 3].map(() => {
        const from = performance.now();
        findPrivateMarks(text);
        return performance.now() - from;
      }));
    };
    const [short, long] = [time(2 ** 17), time(2 ** 19)];
    assert.ok(long < short * 12 + 50, `${part}: ${short} ms, then ${long} ms`);
  }
});
