import assert from "node:assert/strict";
import {
  artefactViews,
  BUNDLE_FILES,
} from "../../lib/report/postmortem_files.ts";

Deno.test("artefactViews() lists the page itself, which is written last, and what was kept", () => {
  // Kills: a list of files without the one that is being read; an old report that looks like a new one.
  const file = (name: string, kind: string) => ({
    name,
    kind,
    sizeBytes: 1,
    isCut: false,
    failure: undefined,
  });
  const views = artefactViews(
    [
      file("a.panic", "report"),
      file("b.panic", "report"),
      file("status.json", "text"),
    ],
    (name) => name === "b.panic",
  );
  assert.deepEqual(
    views.map(({ name, isKept, sizeBytes }) => [name, isKept, sizeBytes]),
    [
      ["index.html", false, null],
      ["index.md", false, null],
      ["a.panic", false, 1],
      ["b.panic", true, 1],
      ["status.json", false, 1],
    ],
  );
  assert.ok(views.every(({ words }) => words !== ""));
  assert.ok(BUNDLE_FILES.includes("apple_feedback.md"));
});
