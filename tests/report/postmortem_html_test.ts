import assert from "node:assert/strict";
import { postmortemHtml } from "../../lib/report/postmortem_html.ts";
import { emptyView, HOSTILE, panicView } from "../postmortem_world.ts";

Deno.test("postmortemHtml() loads nothing, runs nothing and forbids both", () => {
  // Kills: a page that is blank without a network, or calls home.
  const page = postmortemHtml(emptyView({ panics: [panicView()] }));
  assert.match(page, /^<!doctype html>\s*<html lang="en">/);
  assert.match(page, /Content-Security-Policy" content="default-src 'none'/);
  assert.doesNotMatch(
    page,
    /<script|<link[^>]+stylesheet|src=|url\(|@import|https?:/,
  );
  assert.doesNotMatch(page, /undefined|\[object/);
});

Deno.test("postmortemHtml() escapes whatever is foreign, wherever it stands", () => {
  // Kills: one field that was put in by hand.
  const evil = `${HOSTILE}'><svg onload=alert(3)>`;
  const base = panicView();
  const page = postmortemHtml(emptyView({
    panics: [
      panicView({
        panicLine: evil,
        plainWords: evil,
        nextStep: evil,
        upstream: [evil],
        record: { ...base.record, process: evil, sourceFile: evil },
        running: {
          ...base.running,
          model: evil,
          work: base.running.work.map((work) => ({
            ...work,
            what: evil,
            activity: evil,
            figures: [evil],
          })),
        },
      }),
      panicView({ isGpu: false, record: { ...base.record, process: evil } }),
    ],
    machine: [["Machine", evil]],
    crumbs: [{ at: base.at, tag: evil, payload: evil, figures: evil }],
    work: [{ what: evil, from: base.at.subtract({ seconds: 9 }), to: null }],
    memory: [{ label: evil, points: [{ at: base.at, bytes: 1 }] }],
    artefacts: [
      {
        name: evil,
        words: evil,
        sizeBytes: 1,
        failure: null,
        isCut: false,
        isKept: false,
      },
      {
        name: "x",
        words: "w",
        sizeBytes: null,
        failure: evil,
        isCut: false,
        isKept: false,
      },
    ],
    findings: [{ code: "x", message: evil, fix: `${evil}\n$ ${evil}` }],
  }));
  assert.doesNotMatch(page, /<script|<img|<svg onload/);
  assert.ok((page.match(/&lt;script&gt;/g) ?? []).length >= 15);
});

Deno.test("postmortemHtml() keeps each command on a line of its own, and spaces that count", () => {
  // Kills: two commands that become one when they are pasted.
  const page = postmortemHtml(emptyView({
    findings: [{ code: "x", message: "m", fix: "Do:\n$ one  two\n$ three" }],
  }));
  assert.match(
    page,
    /\$ <\/span>one {2}two\n<span class="prompt">\$ <\/span>three/,
  );
});
