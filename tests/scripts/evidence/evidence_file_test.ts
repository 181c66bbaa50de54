import assert from "node:assert/strict";
import {
  EvidenceError,
  MAX_EVIDENCE_BYTES,
  parseEvidence,
} from "../../../scripts/evidence/evidence_file.ts";

const HEAD = "metal-guard evidence 1\nmade 2026-11-24\n";

function section(name: string, ...lines: readonly string[]): string {
  return `== begin ${name} exit=0 bytes=9\n${
    lines.map((line) => `${line}\n`).join("")
  }== end ${name}\n`;
}

Deno.test("parseEvidence() reads sections, errors and the command line, also with a Windows mailer's line ends", () => {
  // Kills: `\r` in every value of a file that came by mail.
  const text = `${HEAD}${
    section("vm_stat", "$ vm_stat", "| a", "|", "! b")
  }== done\n`;
  for (const form of [text, text.replaceAll("\n", "\r\n")]) {
    const evidence = parseEvidence(form);
    assert.equal(evidence.made, "2026-11-24");
    assert.equal(evidence.isWhole, true);
    assert.deepEqual(evidence.sections.get("vm_stat"), {
      exitCode: 0,
      bytes: 9,
      command: "vm_stat",
      text: "a\n\n",
      errors: "b",
    });
  }
});

Deno.test("parseEvidence() takes the first section of a name, and passes over what it does not know", () => {
  // Kills: an appended section that replaces the real one; a line without a mark that counts as an answer.
  const { sections, isWhole } = parseEvidence(
    `${HEAD}${section("ps", "| first", "no mark")}noise\n${
      section("ps", "| second")
    }== begin ../../x exit=0 bytes=1\n`,
  );
  assert.equal(sections.get("ps")?.text, "first\n");
  assert.deepEqual([...sections.keys()], ["ps"]);
  assert.equal(isWhole, false);
});

Deno.test("parseEvidence() refuses what is no evidence, too long, cut inside of a section, or of too many sections", () => {
  // Kills: gigabytes in memory; half an ioreg listing taken for a whole one; a list without end.
  const refused: readonly (readonly [string, RegExp])[] = [
    ["", /first line/],
    ["metal-guard evidence 2\nmade 2026-11-24\n", /first line/],
    ["metal-guard evidence 1\nmade yesterday\n", /second line/],
    [`${HEAD}== begin ps exit=0 bytes=1\n| half`, /ends inside of .* ps/],
    [HEAD + "x".repeat(MAX_EVIDENCE_BYTES), /longer/],
    [
      HEAD + Array.from(
        { length: 65 },
        (_, at) =>
          section(
            `s${String.fromCharCode(97 + at % 26, 97 + Math.floor(at / 26))}`,
          ),
      ).join(""),
      /more than 64/,
    ],
  ];
  for (const [text, words] of refused) {
    assert.throws(
      () => parseEvidence(text),
      (error) => error instanceof EvidenceError && words.test(error.message),
    );
  }
});

Deno.test("parseEvidence() takes a longest file of nothing but begins in linear time", () => {
  // Kills: a mark that is looked for from every place in the text.
  const text = `${HEAD}== begin ps exit=0 bytes=1\n${
    "== begin ps exit=0 bytes=1\n".repeat(100_000)
  }== end ps\n`;
  assert.equal(parseEvidence(text).sections.get("ps")?.text, "");
});
