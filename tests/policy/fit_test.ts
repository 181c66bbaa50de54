import assert from "node:assert/strict";
import { GB } from "../../lib/core/bytes.ts";
import { known, unknown } from "../../lib/core/observed.ts";
import { evaluateFit, neededBytes } from "../../lib/policy/fit.ts";

Deno.test("what fits exactly is let through, one byte more is not", () => {
  // Kills: `<` for `<=`; an overhead of 2 GiB, or none.
  const facts = { activeBytes: known(10 * GB), limitBytes: known(48 * GB) };
  assert.equal(
    evaluateFit({ ...facts, modelBytes: 36 * GB }).kind,
    "proceed",
  );
  const over = evaluateFit({ ...facts, modelBytes: 36 * GB + 1 });
  assert.equal(over.kind, "refuse");
  assert.match(over.reason, /38\.00 GB .*limit 48\.00 GB − in use 10\.00 GB/);
});

Deno.test("fails open: where the limit or what is in use is not known it passes, and says so", () => {
  // Kills: a refusal on a machine that cannot be asked, and a silent pass.
  const unasked = evaluateFit({
    modelBytes: 1e15,
    activeBytes: known(0),
    limitBytes: unknown("no GPU"),
  });
  assert.equal(unasked.kind, "proceed");
  assert.match(unasked.reason, /no GPU/);
  const blind = { activeBytes: unknown<number>("ioreg failed") };
  assert.equal(
    evaluateFit({ ...blind, modelBytes: 40 * GB, limitBytes: known(48 * GB) })
      .kind,
    "proceed",
  );
  // More than the whole limit fits into no rest of it.
  assert.equal(
    evaluateFit({ ...blind, modelBytes: 47 * GB, limitBytes: known(48 * GB) })
      .kind,
    "refuse",
  );
});

Deno.test("context and overhead are part of what is needed", () => {
  // Kills: a context that costs nothing.
  const facts = { activeBytes: known(0), limitBytes: known(0) };
  assert.equal(neededBytes({ ...facts, modelBytes: 1 }), 2 * GB + 1);
  assert.equal(
    neededBytes({ ...facts, modelBytes: 1, contextBytes: 2, overheadBytes: 4 }),
    7,
  );
});
