import assert from "node:assert/strict";
import {
  closeDrawing,
  panicsDrawing,
} from "../../lib/report/postmortem_timeline.ts";
import { emptyView, panicView } from "../postmortem_world.ts";

const panic = panicView();
const ago = (seconds: number): Temporal.Instant =>
  panic.at.subtract({ seconds });

Deno.test("panicsDrawing() marks panics and work, in words too", () => {
  // Kills: a drawing that says nothing to somebody who does not see it.
  const { words, figure } = panicsDrawing(emptyView({
    panics: [panic, panicView({ isGpu: false })],
    work: [{ what: "org/model", from: ago(60), to: null }],
  }));
  assert.equal(
    words,
    "1 GPU panic, 1 other panic, 0 survived failures, 1 piece of GPU work.",
  );
  const text = figure.markup;
  assert.equal(text.match(/<svg /g)?.length, 2);
  assert.equal(text.match(/role="img"/g)?.length, 2);
  assert.equal(text.match(/class="mark bad"/g)?.length, 2);
  assert.match(text, /class="work open"/);
  assert.doesNotMatch(text, /NaN|Infinity|undefined/);
});

Deno.test("closeDrawing() looks at the half hour before the panic, and has none where nothing was written down", () => {
  // Kills: an empty drawing; lines of yesterday squeezed into its left edge.
  assert.equal(closeDrawing(emptyView({ panics: [panic] })), undefined);
  assert.equal(closeDrawing(emptyView()), undefined);
  const crumb = (seconds: number) => ({
    at: ago(seconds),
    tag: "LOAD",
    payload: "x",
    figures: "",
  });
  const found = closeDrawing(emptyView({
    panics: [panic],
    crumbs: [crumb(1_801), crumb(1_800), crumb(5)],
    memory: [{
      label: "KV cache",
      points: [{ at: ago(9), bytes: 2e9 }, { at: ago(4_000), bytes: 9e9 }],
    }],
    work: [
      { what: "a", from: ago(4_000), to: ago(1_900) },
      { what: "b", from: ago(300), to: ago(200) },
      { what: "b", from: ago(100), to: null },
    ],
  }));
  assert.match(
    found?.words ?? "",
    /The last 30 min before the panic: 2 pieces of work, 2 lines of the log, memory up to 2\.0 GB/,
  );
  assert.equal(found?.figure.markup.match(/>b<\/text>/g)?.length, 2);
  assert.doesNotMatch(found?.figure.markup ?? "", /NaN|Infinity|undefined/);
});
