import assert from "node:assert/strict";
import { REPORTS, World } from "../fakes/world.ts";
import { panickedWorld, PLANTED } from "../postmortem_world.ts";

Deno.test("feedback() tells of the newest GPU panic, without what is private", async () => {
  // Kills: a text for Apple that names its sender; one without the panic, the work or the log.
  const text = await panickedWorld().guard().postmortem.feedback() ?? "";
  assert.match(text, /prepare count underflow/);
  assert.match(text, /org\/model, generate, KV cache 5\.0 GB, pid 812/);
  assert.match(text, /SUBPROC_PRE {2}org\/model/);
  assert.match(text, /ml-explore\/mlx#3186/);
  for (const word of PLANTED.slice(1)) assert.ok(!text.includes(word), word);
});

Deno.test("feedback() leaves the log out where that is asked for, and knows no panic where there is none", async () => {
  // Kills: a switch that does nothing; a text about nothing.
  const short = await panickedWorld().guard().postmortem
    .feedback(undefined, { hasBreadcrumbs: false });
  assert.doesNotMatch(short ?? "", /SUBPROC_PRE/);
  assert.equal(await new World().guard().postmortem.feedback(), undefined);
});

Deno.test("feedback() reads a report that is named, also one that the folders do not hold", async () => {
  // Kills: a report out of a mail that cannot be written about.
  const world = panickedWorld();
  world.store.put(
    "/tmp/mine.panic",
    world.store.text(`${REPORTS}/panic-full-1.panic`) ?? "",
  );
  world.store.remove(`${REPORTS}/panic-full-1.panic`);
  const text = await world.guard().postmortem.feedback("/tmp/mine.panic");
  assert.match(text ?? "", /prepare count underflow/);
  await assert.rejects(world.guard().postmortem.feedback("/tmp/none.panic"), {
    code: "file-failed",
  });
});

Deno.test("the story reports what it cannot read, and tells the rest", async () => {
  // Kills: a page that is not written because one layer failed.
  const world = panickedWorld();
  world.env["METALGUARD_BREADCRUMB_PATH"] = "/nowhere/crumbs.log";
  const { status } = await world.guard().postmortem.collect("/Users/ada/out");
  assert.equal(status, "collected");
  assert.match(
    world.store.text("/Users/ada/out/index.md") ?? "",
    /live guard, by boot/,
  );
});
