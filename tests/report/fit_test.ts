import assert from "node:assert/strict";
import { GB } from "../../lib/core/bytes.ts";
import { known, unknown } from "../../lib/core/observed.ts";
import { fitJson, fitText, type FitView } from "../../lib/report/fit.ts";
import { textStyle } from "../../lib/report/text_style.ts";

const VIEW: FitView = {
  model: "org/m",
  folder: "/m",
  weights: { bytes: known(35 * GB), source: "2 safetensors files" },
  facts: unknown("its config.json cannot be read"),
  kvBytesPerToken: null,
  contextTokens: 4_096,
  context: { bytes: known(2 * GB), source: "exact caches" },
  overheadBytes: 2 * GB,
  active: known(10 * GB),
  limit: { bytes: known(48 * GB), source: "iogpu.wired_limit_mb" },
  verdict: { kind: "refuse", reason: "needs 39 GB > 38 GB", wayOut: "smaller" },
};

function text(view: FitView): string {
  return fitText(view, { style: textStyle({ color: false, emoji: false }) });
}

Deno.test("every number stands there with its source", () => {
  // Kills: an answer without its figures, and figures without their origin.
  const out = text(VIEW);
  for (
    const words of [
      /DOES NOT FIT/,
      /needs 39 GB > 38 GB/,
      /35\.00 GB {2}\(2 safetensors files\)/,
      /4096 tokens: 2\.00 GB/,
      /In use +10\.00 GB/,
      /48\.00 GB {2}\(iogpu\.wired_limit_mb\)/,
      /Way out +smaller/,
    ]
  ) assert.match(out, words);
});

Deno.test("a pass for lack of figures is not called a fit", () => {
  // Kills: FITS on a machine whose GPU was never asked.
  const view: FitView = {
    ...VIEW,
    limit: { bytes: unknown("no probe"), source: "none" },
    verdict: { kind: "proceed", reason: "not judged" },
  };
  assert.match(text(view), /CANNOT TELL: GPU memory/);
  assert.equal(fitJson(view)["fits"], null);
  assert.equal(fitJson(view)["limit_gb"], null);
  assert.match(
    text({ ...view, verdict: null }),
    /the model's size is not known/,
  );
});

Deno.test("the object says yes, no or nothing", () => {
  // Kills: `false` for "nobody knows".
  assert.equal(fitJson(VIEW)["fits"], false);
  assert.equal(fitJson(VIEW)["way_out"], "smaller");
  const fits: FitView = {
    ...VIEW,
    verdict: { kind: "proceed", reason: "needs less" },
  };
  assert.equal(fitJson(fits)["fits"], true);
  assert.equal(fitJson({ ...VIEW, verdict: null })["fits"], null);
});

Deno.test("foreign words cannot reach a terminal's controls", () => {
  // Kills: an id or a path with an escape sequence.
  assert.ok(!text({ ...VIEW, model: "a\u001b[2Jb" }).includes("\u001b"));
});
