import assert from "node:assert/strict";
import { subjectOf } from "../../lib/report/postmortem_view.ts";
import { emptyView, panicView } from "../postmortem_world.ts";

Deno.test("subjectOf() is the newest GPU panic, else the newest", () => {
  // Kills: a page about a disk's panic while the GPU's lies below it.
  const other = panicView({ isGpu: false });
  const gpu = panicView();
  assert.equal(subjectOf(emptyView({ panics: [other, gpu] })), gpu);
  assert.equal(subjectOf(emptyView({ panics: [other] })), other);
  assert.equal(subjectOf(emptyView()), undefined);
});
