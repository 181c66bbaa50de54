import assert from "node:assert/strict";
import { FileError } from "../../lib/core/error.ts";
import { forwardingStore } from "../fakes/forwarding_store.ts";
import { panicText } from "../fakes/reports.ts";
import { HOME, REPORTS, SENTINEL, STATE, World } from "../fakes/world.ts";
import {
  HOSTILE,
  panickedWorld,
  PLANTED,
  PLANTED_LINE,
} from "../postmortem_world.ts";

const OUT = `${HOME}/out`;
const FILES = [
  "apple_feedback.md",
  "breadcrumb_tail.log",
  "bundle.json",
  "environment.json",
  "gpu_stats.json",
  "index.html",
  "index.md",
  "panic-full-1.panic",
  "panics.jsonl",
  "status.json",
];

function namesIn(world: World, folder = OUT): readonly string[] {
  return world.store.list(folder).map(({ name }) => name).toSorted();
}

function text(world: World, name: string): string {
  return world.store.text(`${OUT}/${name}`) ?? "";
}

Deno.test("collect() makes a whole bundle, readable by its owner alone", async () => {
  // Kills: an artefact that is missing; a file that others may read.
  const world = panickedWorld();
  const result = await world.guard().postmortem.collect(`${OUT}/`);
  assert.deepEqual(
    [result.status, result.outputDir, result.panicCount, result.index],
    ["collected", OUT, 1, `${OUT}/index.md`],
  );
  assert.equal(result.sentinel, SENTINEL);
  assert.deepEqual(result.failures, []);
  assert.deepEqual(namesIn(world), FILES);
  assert.equal((world.store.mode(OUT) ?? 0) & 0o777, 0o700);
  for (const name of FILES) {
    assert.equal((world.store.mode(`${OUT}/${name}`) ?? 0) & 0o777, 0o600);
  }
  for (const name of FILES.filter((one) => one.endsWith(".json"))) {
    JSON.parse(text(world, name));
  }
  assert.match(text(world, "index.md"), /Sure: a trace names this boot/);
});

Deno.test("collect() takes every planted word out of every artefact, and leaves it in where that was asked for", async () => {
  // Kills: a name, path, serial number, host or token that leaves the machine in any file.
  const world = panickedWorld();
  await world.guard().postmortem.collect(OUT);
  for (const name of FILES) {
    for (const word of PLANTED) {
      const found = word === "ada"
        ? /(?<![A-Za-z])ada(?![A-Za-z])/i.test(text(world, name))
        : text(world, name).includes(word);
      assert.ok(!found, `${word} stands in ${name}`);
    }
  }
  const open = panickedWorld();
  await open.guard().postmortem.collect(OUT, { isRedacted: false });
  assert.ok(text(open, "breadcrumb_tail.log").includes(PLANTED_LINE));
  assert.match(text(open, "index.md"), /names, paths and serial numbers stand/);
});

Deno.test("collect() writes hostile text as text", async () => {
  // Kills: markup out of a report that runs in a browser; an escape that reaches a terminal through `cat`.
  const world = panickedWorld();
  await world.guard().postmortem.collect(OUT);
  const page = text(world, "index.html");
  assert.ok(!page.includes("<script") && !page.includes("<img"));
  assert.ok(page.includes("&lt;script&gt;"));
  for (const name of ["index.md", "index.html", "apple_feedback.md"]) {
    // deno-lint-ignore no-control-regex
    assert.doesNotMatch(text(world, name), /[\u001b\u202e]/);
  }
  assert.ok(HOSTILE.includes("../"));
  assert.deepEqual(namesIn(world), FILES);
});

Deno.test("collect() holds GPU work once for each panic, whatever a person does in between", async () => {
  // Kills: a hold that is renewed at each start, or comes back after somebody has lifted it.
  const world = panickedWorld();
  const guard = world.guard();
  await guard.postmortem.collect(OUT);
  const until = JSON.parse(world.store.text(SENTINEL) ?? "");
  assert.match(until["for_boot"], /^AAAAAAAA/);
  assert.equal(until["set_by"], "postmortem");
  world.clock.advance(600_000);
  await world.guard().postmortem.collect(OUT);
  assert.deepEqual(JSON.parse(world.store.text(SENTINEL) ?? ""), until);
  await world.guard().panicCooldown.clearHold();
  const again = await world.guard().postmortem.collect(OUT);
  assert.equal(again.sentinel, null);
  assert.equal(world.store.text(SENTINEL), undefined);
  world.panic(0.01);
  const next = await world.guard().postmortem.collect(OUT);
  assert.equal(next.sentinel, SENTINEL);
});

Deno.test("collect() never shortens a person's hold, and sets none for 0 hours or without a panic", async () => {
  // Kills: two hours in place of a night; a quiet Mac that is locked by looking at it.
  const world = panickedWorld();
  const { until } = await world.guard().panicCooldown.hold(8 * 3_600_000);
  const before = world.store.text(SENTINEL);
  await world.guard().postmortem.collect(OUT);
  assert.equal(world.store.text(SENTINEL), before);
  assert.ok(Temporal.Instant.compare(until, world.clock.now()) > 0);
  const off = panickedWorld();
  off.env["METALGUARD_POSTMORTEM_SENTINEL_H"] = "0";
  assert.equal((await off.guard().postmortem.collect(OUT)).sentinel, null);
  const quiet = new World();
  const result = await quiet.guard().postmortem.collect(OUT);
  assert.deepEqual([result.panicCount, result.sentinel], [0, null]);
  const old = new World().panic(25);
  const late = await old.guard().postmortem.collect(OUT);
  assert.deepEqual([late.panicCount, late.sentinel], [0, null]);
});

Deno.test("collect() collects nothing where METALGUARD_POSTMORTEM_DISABLED is 1", async () => {
  // Kills: a switch that leaves a folder, or a hold, behind.
  const world = panickedWorld();
  world.env["METALGUARD_POSTMORTEM_DISABLED"] = "1";
  const result = await world.guard().postmortem.collect(OUT);
  assert.deepEqual([result.status, result.index], ["disabled", null]);
  assert.throws(() => world.store.list(OUT), FileError);
  assert.equal(world.store.text(SENTINEL), undefined);
});

Deno.test("a second run replaces its own files, touches no other, and keeps reports that are gone", async () => {
  // Kills: somebody's notes that are lost; evidence that a second run throws away.
  const world = panickedWorld();
  world.store.putFolder(OUT).put(`${OUT}/notes.txt`, "mine")
    .put(`${OUT}/index.md`, "somebody's");
  const first = await world.guard().postmortem.collect(OUT);
  assert.deepEqual(
    first.findings.filter(({ code }) => code === "bundle-file-aside").length,
    1,
  );
  world.store.remove(`${REPORTS}/panic-full-1.panic`);
  world.panic(0.1);
  await world.guard().postmortem.collect(OUT);
  const names = namesIn(world);
  assert.ok(names.includes("panic-full-1.panic"));
  assert.equal(text(world, "notes.txt"), "mine");
  const aside = names.find((name) => name.startsWith("index.md.before-"));
  assert.equal(text(world, aside ?? ""), "somebody's");
  assert.equal(names.filter((name) => name.includes("before-")).length, 1);
});

Deno.test("two reports of one name are kept apart, and one of them when the other is gone", async () => {
  // Kills: a second report written over the first, in one run or in the next.
  const world = new World();
  const put = (folder: string, boot: string): void => {
    const at = world.ago(1);
    world.store.put(
      `${folder}/panic-full-x.panic`,
      panicText({ boot, calendarAt: at, pid: 1 }),
    );
  };
  put(REPORTS, "AAAAAAAA-1111-4111-8111-111111111111");
  put(`${REPORTS}/Retired`, "BBBBBBBB-1111-4111-8111-111111111111");
  await world.guard().postmortem.collect(OUT);
  const [a, b] = [
    text(world, "panic-full-x.panic"),
    text(world, "panic-full-x-2.panic"),
  ];
  assert.ok(a !== "" && b !== "" && a !== b);
  world.store.remove(`${REPORTS}/panic-full-x.panic`);
  await world.guard().postmortem.collect(OUT);
  assert.deepEqual(
    [text(world, "panic-full-x.panic"), text(world, "panic-full-x-2.panic")],
    [a, b],
  );
});

Deno.test("at most five reports are copied, newest first", async () => {
  // Kills: a folder that fills the disk after a night of panics.
  const world = new World();
  for (let hours = 1; hours <= 7; hours++) world.panic(hours);
  const result = await world.guard().postmortem.collect(OUT);
  assert.equal(result.panicCount, 7);
  assert.deepEqual(
    namesIn(world).filter((name) => name.endsWith(".panic")),
    [1, 2, 3, 4, 5].map((number) => `panic-full-${number}.panic`),
  );
});

Deno.test("a disk that refuses one artefact costs that one; it reports which", async () => {
  // Kills: a bundle that ends at its first full disk, or says that all went well.
  for (const victim of FILES) {
    const world = panickedWorld();
    const store = forwardingStore(world.store, {
      rename: (from: string, to: string): void => {
        if (to === `${OUT}/${victim}`) {
          throw new FileError("disk-full", to, `Cannot write ${to}: disk full`);
        }
        world.store.rename(from, to);
      },
    });
    const result = await world.guard({}, store).postmortem.collect(OUT);
    assert.deepEqual(result.failures.map(({ name }) => name), [victim]);
    assert.deepEqual(
      namesIn(world),
      FILES.filter((name) => name !== victim),
    );
    assert.equal(result.status, victim === "index.md" ? "failed" : "collected");
    if (!victim.startsWith("index") && victim !== "bundle.json") {
      assert.match(text(world, "index.md"), /NOT WRITTEN: Cannot write/);
    }
  }
});

Deno.test("a report that cannot be read is named, with what grants access", async () => {
  // Kills: evidence that is there and passed over in silence.
  const world = panickedWorld();
  world.store.put(`${REPORTS}/panic-full-2.panic`, "x", { mode: 0, userId: 0 });
  const result = await world.guard().postmortem.collect(OUT);
  assert.deepEqual(result.failures.map(({ name }) => name), [
    "panic-full-2.panic",
  ]);
  assert.match(text(world, "index.md"), /sudo chmod o\+r/);
  assert.equal(result.panicCount, 1);
});

Deno.test("a folder that cannot be made is a failure that still holds GPU work", async () => {
  // Kills: a gate that stays open because a path was wrong.
  const world = panickedWorld();
  world.store.put(OUT, "a file");
  const result = await world.guard().postmortem.collect(OUT);
  assert.equal(result.status, "failed");
  assert.equal(result.sentinel, SENTINEL);
  assert.equal(
    world.store.text(`${STATE}/postmortem.json`)?.includes("AAAA"),
    true,
  );
});

Deno.test("a crash between the hold and its record neither opens the gate nor renews the hold", async () => {
  // Kills: the record written first, so that a crash leaves a panic without its hold.
  const world = panickedWorld();
  const store = forwardingStore(world.store, {
    rename: (from: string, to: string): void => {
      if (to === `${STATE}/postmortem.json`) {
        throw new FileError("disk-full", to, `Cannot write ${to}: disk full`);
      }
      world.store.rename(from, to);
    },
  });
  const first = await world.guard({}, store).postmortem.collect(OUT);
  assert.equal(first.sentinel, SENTINEL);
  assert.ok(
    first.findings.some(({ message }) => /postmortem\.json/.test(message)),
  );
  const before = world.store.text(SENTINEL);
  world.clock.advance(60_000);
  await world.guard().postmortem.collect(OUT);
  assert.equal(world.store.text(SENTINEL), before);
  assert.ok(world.store.text(`${STATE}/postmortem.json`) !== undefined);
});
