import assert from "node:assert/strict";
import { postmortemMarkdown } from "../../lib/report/postmortem_markdown.ts";
import { emptyView, HOSTILE, panicView } from "../postmortem_world.ts";

Deno.test("postmortemMarkdown() has every part, in the order in which one asks", () => {
  // Kills: an index without what to do.
  const text = postmortemMarkdown(emptyView({ panics: [panicView()] }));
  const titles = [...text.matchAll(/^#+ (.*)$/gm)].map((match) => match[1]);
  assert.deepEqual(titles, [
    "The GPU driver took this Mac down",
    "What happened",
    "What was running",
    "What to do now",
    "Last lines of the log",
    "The machine",
    "Files",
  ]);
});

Deno.test("postmortemMarkdown() lets nothing foreign be markup", () => {
  // Kills: a link, a tag, a table's cell or a heading out of a process name.
  const evil = `${HOSTILE} [x](javascript:1) | \`c\` **b**\n# heading`;
  const base = panicView();
  const text = postmortemMarkdown(emptyView({
    panics: [panicView({
      panicLine: evil,
      record: { ...base.record, process: evil, sourceFile: evil },
      running: {
        ...base.running,
        work: base.running.work.map((work) => ({ ...work, what: evil })),
      },
    })],
    findings: [{ code: "x", message: evil, fix: evil }],
    artefacts: [{
      name: evil,
      words: "w",
      sizeBytes: null,
      failure: evil,
      isCut: true,
      isKept: true,
    }],
  }));
  assert.doesNotMatch(text, /^# heading/m);
  assert.doesNotMatch(text, /(?<!\\)<script|(?<!\\)\[x|(?<!\\)\*\*b/);
  const row = text.split("\n").find((line) => line.includes("breadcrumbs, by"));
  assert.equal(row?.match(/(?<!\\)\|/g)?.length, 6);
});
