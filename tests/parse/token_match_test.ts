import assert from "node:assert/strict";
import {
  compilePattern,
  findPattern,
  type PatternData,
  type SearchableText,
} from "../../lib/parse/token_match.ts";

function find(text: string, data: PatternData, from = 0): number {
  return findPattern(text, compilePattern(data), from);
}

Deno.test("findPattern() takes any white space for a space, wrapped and quoted lines too", () => {
  // Kills: a plain indexOf, which misses every message that a terminal or a mail wrapped.
  const data = { all: ["memory object not found"] };
  for (
    const text of [
      "memory object not found",
      "memory   object\tnot\r\n    found",
      "memory object\n> not found",
      "memory object\n#   not found",
      "| memory object\n|   not found",
      "memory object\\n\\tnot found",
      "memory\u00a0object not found",
    ]
  ) assert.notEqual(find(text, data), -1, text);
  for (const text of ["memoryobject not found", "memory object not\\xfound"]) {
    assert.equal(find(text, data), -1, text);
  }
});

Deno.test("findPattern() knows underscores, digits and identifiers where the word has their signs", () => {
  // Kills: `*` that crosses a space, `#` that is content with no digit.
  assert.equal(
    find("x prepare__count underflow", { all: ["prepare~count~underflow"] }),
    2,
  );
  assert.equal(
    find("limit (499000) exceeded", { all: ["limit (#) exceeded"] }),
    0,
  );
  assert.equal(find("limit () exceeded", { all: ["limit (#) exceeded"] }), -1);
  assert.equal(find("at iogpugroupmemory.cpp", { all: ["iogpu*.cpp"] }), 3);
  assert.equal(find("iogpu memory.cpp", { all: ["iogpu*.cpp"] }), -1);
});

Deno.test("findPattern() wants a sequence in order and within its bound", () => {
  // Kills: a bound measured from the first of many starts, and one that lets the boundary itself fail.
  const data = { sequence: ["aa", "bb"], within: 6 };
  assert.equal(find("aa..bb", data), 0);
  assert.equal(find("aa...bb", data), -1);
  assert.equal(find("bb aa", data), -1);
  assert.equal(find("aa ........ aa bb", data), 12);
  assert.equal(find("aa bb .. aa bb", data, 1), 9);
});

Deno.test("findPattern() wants all words, none of the others", () => {
  // Kills: `all` that is content with one, `none` that is never asked.
  assert.equal(find("one two", { all: ["two", "one"] }), 4);
  assert.equal(find("one", { all: ["two", "one"] }), -1);
  assert.equal(find("one two", { all: ["one"], none: ["two"] }), -1);
  assert.equal(
    find("one two", { sequence: ["one", "two"], none: ["three"] }),
    0,
  );
  assert.equal(find("anything", {}), -1);
});

Deno.test("compilePattern() looks first for a word that not every panic holds", () => {
  // Kills: "panic(cpu" as the quick test, which every report passes.
  const { anchor } = compilePattern({ sequence: ["panic(cpu", "gfx panic"] });
  assert.equal(anchor, "gfx");
  assert.equal(compilePattern({ all: ["panic: "] }).anchor, "panic:");
});

/** Counts how far the search moves, by counting what it asks of the text. */
class CountingText implements SearchableText {
  steps = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  indexOf(word: string, from = 0): number {
    const at = this.#text.indexOf(word, from);
    this.steps += (at < 0 ? this.#text.length : at + word.length) - from;
    return at;
  }

  charCodeAt(at: number): number {
    this.steps += 1;
    return this.#text.charCodeAt(at);
  }
}

Deno.test("findPattern() passes each place of a hostile text a fixed number of times", () => {
  // Kills: a search that starts over from every first word: twice the text would cost four times the steps.
  const hostile: readonly (readonly [PatternData, (n: number) => string])[] = [
    [
      { sequence: ["aa", "bb", "cc"], within: 9 },
      (n) => "aa bb ".repeat(n) + " ".repeat(20) + "cc",
    ],
    [{ all: ["prepare count"] }, (n) => "prepare ".repeat(n)],
    [{ all: ["prepare count"] }, (n) => "prepare" + " ".repeat(8 * n)],
    [{ all: ["iogpu*.cpp"] }, (n) => "iogpu".repeat(n)],
    [{ all: ["limit #x"] }, (n) => "limit " + "1".repeat(n)],
  ];
  for (const [data, make] of hostile) {
    const [small = 0, large = 0] = [1_000, 2_000].map((n) => {
      const text = new CountingText(make(n));
      assert.equal(findPattern(text, compilePattern(data)), -1);
      return text.steps;
    });
    assert.ok(
      small > 0 && large <= 2.2 * small,
      `${JSON.stringify(data)}: ${small} → ${large}`,
    );
  }
});
