import assert from "node:assert/strict";
import { KNOBS } from "../../lib/config.ts";
import { LAYERS } from "../../lib/core/layers.ts";
import { makePages, withNames } from "../../scripts/build_docs.ts";
import { LAYER_NOTES } from "../../scripts/docs/layer_notes.ts";
import { layerPage } from "../../scripts/docs/layer_page.ts";
import { decodeModuleDocs } from "../../scripts/docs/module_docs.ts";
import { isFile, projectRoot } from "../../scripts/source_tree.ts";

const ROOT = projectRoot([]);

Deno.test("makePages() makes a page a layer, which says its fail direction and the test that proves it", async () => {
  // Kills: a layer without a page; a page that is made otherwise each time.
  const pages = await makePages(ROOT);
  for (const { name, fails } of LAYERS) {
    const page = pages.get(`docs/layers/${name}.md`) ?? "";
    assert.match(
      page,
      new RegExp(`^\\*\\*It ${fails}|It ${fails}|fails ${fails}`, "m"),
    );
    assert.match(page, /what it does when it cannot know:\n {2}- /, name);
    assert.doesNotMatch(page, /\{@link/, name);
  }
  for (const { env } of Object.values(KNOBS)) {
    assert.ok(pages.get("docs/variables.md")?.includes(`\`${env}\``), env);
  }
});

Deno.test("notes are about layers and policies that there are", () => {
  // Kills: a note that outlives its layer; a page that points at a file that was renamed.
  const names = new Set(LAYERS.map(({ name }) => name));
  for (const [name, note] of Object.entries(LAYER_NOTES)) {
    assert.ok(names.has(name), name);
    for (const policy of note.policies ?? []) {
      assert.ok(isFile(ROOT, `lib/policy/${policy}.ts`), policy);
    }
  }
});

Deno.test("layerPage() is whole for a layer of which nobody has written a note", () => {
  // Kills: a new layer that breaks the build of all pages.
  const page = layerPage({
    row: {
      number: "—",
      name: "new_one",
      phase: "during",
      fails: "open",
      summary: "Does something new.",
    },
    note: undefined,
    parts: [{
      name: "NewOne",
      summary: "See {@linkcode Other}.",
      members: [],
    }],
    tests: 'Deno.test("it fails open: x", () => {});',
  });
  assert.match(page, /^# `new_one`\n\n/);
  assert.match(page, /See `Other`\./);
  assert.match(page, /^ {2}- it fails open: x$/m);
  assert.doesNotMatch(page, /undefined|On the command line/);
});

Deno.test("decodeModuleDocs() takes classes and functions, and leaves out what is private or without words", () => {
  // Kills: private methods on a page; a crash on a module that exports a type only.
  const answer = {
    nodes: {
      "file:///r/lib/a.ts": {
        symbols: [{
          name: "A",
          declarations: [{
            kind: "class",
            jsDoc: { doc: "Does." },
            def: {
              methods: [
                { name: "go", jsDoc: { doc: "Goes.\n\nMore." } },
                { name: "mute" },
                {
                  name: "own",
                  accessibility: "private",
                  jsDoc: { doc: "x" },
                },
              ],
            },
          }],
        }, { name: "T", declarations: [{ kind: "typeAlias" }] }],
      },
    },
  };
  assert.deepEqual(decodeModuleDocs(answer, "/r").get("lib/a.ts"), [{
    name: "A",
    summary: "Does.",
    members: [{ name: "go", summary: "Goes." }],
  }]);
  assert.equal(decodeModuleDocs(null, "/r").size, 0);
});

Deno.test("withNames() needs its marks", () => {
  // Kills: a table that is appended below, or written over prose.
  assert.throws(() => withNames("no marks"), /names:begin/);
  const page = "a\n<!-- names:begin -->\nold\n<!-- names:end -->\nz\n";
  assert.match(withNames(page), /register_thread/);
  assert.doesNotMatch(withNames(page), /^old$/m);
});
