import assert from "node:assert/strict";
import { FileError, RefusedError } from "../../lib/core/error.ts";
import type { CooldownVerdict } from "../../lib/policy/cooldown_verdict.ts";
import {
  abortText,
  BOOT_A,
  BOOT_B,
  GPU_STATEMENTS,
  OTHER_STATEMENT,
  panicText,
} from "../fakes/reports.ts";
import { ACK, HOME, REPORTS, SENTINEL, STATE, World } from "../fakes/world.ts";

/** What a new process answers. */
function ask(world: World): Promise<CooldownVerdict> {
  return world.guard().panicCooldown.check();
}

async function kindOf(world: World): Promise<string> {
  const { kind, exitCode } = await ask(world);
  return `${kind} ${exitCode}`;
}

Deno.test("each statement of the GPU driver stops the gate through a real report", async () => {
  // Kills: IOGPUGroupMemory.cpp:219, :220, :323 and :528, for which the Python gate stays open.
  for (const [name, statement] of Object.entries(GPU_STATEMENTS)) {
    assert.equal(
      await kindOf(new World().panic(1, { statement })),
      "cooldown 2",
      name,
    );
  }
});

Deno.test("panics of other drivers and aborts never stop it", async () => {
  // Kills: GPU work locked for a day by a faulty network driver.
  const world = new World().panic(1, { statement: OTHER_STATEMENT });
  world.store.put(
    `${REPORTS}/python3-1.ips`,
    abortText("2026-11-23 11:59:00.00 +0000"),
  );
  const { kind, exitCode, abortCount24h, gpuPanics } = await ask(world);
  assert.deepEqual([kind, exitCode, abortCount24h, gpuPanics.length], [
    "clear",
    0,
    1,
    0,
  ]);
});

Deno.test("a watchdog's panic alone does not stop it, though its cause is known", async () => {
  // Kills: any known signature taken for the GPU driver's.
  const statement =
    "watchdog timeout: no checkins from watchdogd in 91 seconds";
  const world = new World().panic(1, { statement });
  const [panic] = await world.guard().panics.list();
  assert.equal(panic?.signature, "watchdog_timeout");
  assert.equal(await kindOf(world), "clear 0");
});

Deno.test("one crash in two files cools down; two boots of one second lock", async () => {
  // Kills: the seed's lockout after a single crash, and a merge that goes too far.
  const two = async (
    first: string | null,
    second: string | null,
  ): Promise<string> => {
    const world = new World();
    const calendarAt = "2026-11-23T11:00:00Z";
    for (const [name, boot] of [["full", first], ["base+socd", second]]) {
      world.store.put(
        `${REPORTS}/panic-${name}-2026-11-23-110100.panic`,
        panicText({ calendarAt, boot: boot ?? null }),
      );
    }
    return await kindOf(world);
  };
  assert.equal(await two(BOOT_A, BOOT_A), "cooldown 2");
  assert.equal(await two(null, null), "cooldown 2");
  assert.equal(await two(BOOT_A, null), "cooldown 2");
  assert.equal(await two(BOOT_A, BOOT_B), "lockout 2");
});

Deno.test("a file reached by two folders is one panic", async () => {
  // Kills: METALGUARD_REPORT_DIRS that names a folder twice and locks the machine.
  const world = new World().panic(1);
  world.env["METALGUARD_REPORT_DIRS"] = `${REPORTS}:${REPORTS}/`;
  assert.equal(await kindOf(world), "cooldown 2");
});

Deno.test("a folder that cannot be listed gives exit 3 and says how to grant access", async () => {
  // Kills: a gate that is open on each Mac where nobody granted access (SPEC 4.3).
  const world = new World();
  world.store.putFolder(REPORTS, { mode: 0 });
  const { exitCode, kind, verdict, howToClear, unreadableReports } = await ask(
    world,
  );
  assert.deepEqual([exitCode, kind, verdict.kind], [3, "broken", "proceed"]);
  assert.equal(unreadableReports[0]?.path, REPORTS);
  assert.match(howToClear[0] ?? "", /^Give this user access:\n\$ sudo chmod/);
});

Deno.test("a panic report that cannot be opened gives 3 within 72 h and a finding when older", async () => {
  // Kills: both edges of "changed in the last 72 h".
  const put = (modifiedAt: string): World => {
    const world = new World();
    world.store.put(`${REPORTS}/x.panic`, panicText(), { mode: 0, modifiedAt });
    return world;
  };
  assert.equal(await kindOf(put("2026-11-20T12:00:00Z")), "broken 3");
  const old = await ask(put("2026-11-20T11:59:59Z"));
  assert.deepEqual(
    [old.exitCode, old.findings.map((one) => one.code)],
    [0, ["report-unreadable"]],
  );
});

Deno.test("Jetsam, process reports and /var/db/PanicReporter that are closed are findings only", async () => {
  // Kills: exit 3 on every usual Mac.
  const world = new World();
  world.store.put(`${REPORTS}/JetsamEvent-1.ips`, "", { mode: 0 });
  world.store.put(`${REPORTS}/python3-1.ips`, "", { mode: 0 });
  world.store.putFolder("/var/db/PanicReporter", { mode: 0 });
  world.store.putFolder("/var/db", { mode: 0o755 });
  const closed = await ask(world);
  assert.deepEqual(
    [closed.exitCode, closed.findings.map((one) => one.code).sort()],
    [0, ["report-folder-unreadable", "reports-unreadable"]],
  );
  world.store.putFolder("/var/db/PanicReporter", { mode: 0o755 });
  world.store.put("/var/db/PanicReporter/current.panic", "", { mode: 0 });
  assert.equal(await kindOf(world), "clear 0");
});

Deno.test("absent folders are empty, and no HOME leaves the system's folders", async () => {
  // Kills: exit 3 on a fresh Mac; a panic that is missed by a launchd job without HOME (SAFETY H3).
  assert.equal(await kindOf(new World()), "clear 0");
  const homeless = new World({ env: { HOME: undefined } }).panic(1);
  const { exitCode, findings } = await ask(homeless);
  assert.deepEqual([exitCode, findings.map((one) => one.code)], [2, [
    "no-home",
  ]]);
});

Deno.test("anything to wait for wins over what cannot be read", async () => {
  // Kills: exit 3, on which wrappers go on, in place of a hold or a cooldown.
  const closed = (): World => {
    const world = new World();
    world.store.putFolder("/Users/ada/Library/Logs/DiagnosticReports", {
      mode: 0,
    });
    return world;
  };
  assert.equal(await kindOf(closed()), "broken 3");
  assert.equal(await kindOf(closed().panic(1)), "cooldown 2");
  const held = closed();
  await held.guard().panicCooldown.hold(1_000);
  assert.equal(await kindOf(held), "sentinel 2");
});

Deno.test("the gate fails closed: a torn hold file is a hold, never exit 3", async () => {
  // Kills: a crash in the middle of a write that opens the gate, or breaks it (SAFETY H2).
  for (const mode of [0o600, 0]) {
    const world = new World();
    world.store.put(SENTINEL, '{"cooldown_until": "20', { mode });
    const { kind, exitCode, hold } = await ask(world);
    assert.deepEqual([kind, exitCode, hold?.by], ["sentinel", 2, "damaged"]);
  }
});

Deno.test("the kill switch opens the gate and reads no report", async () => {
  // Kills: a switch that works only after the reports have been read, where they are what breaks.
  const world = new World({ env: { METALGUARD_PANIC_GATE_DISABLED: "1" } })
    .panic(1).panic(2);
  assert.equal(await kindOf(world), "kill_switch 0");
  assert.deepEqual(world.store.opened, []);
});

Deno.test("the usual gate writes nothing and starts nothing", async () => {
  // Kills: a gate that leaves files on each machine, or asks sysctl.
  const world = new World().panic(25);
  let effects = 0;
  world.store.onEffect = () => {
    effects += 1;
  };
  await ask(world);
  assert.deepEqual([effects, world.system.bootReads, world.children.starts], [
    0,
    0,
    [],
  ]);
});

Deno.test("a lockout is lifted by an ack and comes back with the next panic", async () => {
  // Kills: an ack that lifts what happens after it.
  const world = new World().panic(1).panic(2);
  assert.equal(await kindOf(world), "lockout 2");
  const { panicCooldown } = world.guard();
  assert.equal(await panicCooldown.ack("smaller model"), ACK);
  assert.equal(world.store.text(ACK), "2026-11-23T12:00:00\nsmaller model\n");
  assert.equal(await kindOf(world), "ack 0");
  await world.clock.advance(60_000);
  world.panic(0);
  assert.equal(await kindOf(world), "lockout 2");
});

Deno.test("an ack ends after 24 h to the millisecond, and can be taken back", async () => {
  // Kills: a "go on" that is good for ever.
  const world = new World().panic(30).panic(31).panic(32);
  const { panicCooldown } = world.guard();
  await panicCooldown.ack();
  await world.clock.advance(86_400_000 - 1);
  assert.equal(await kindOf(world), "ack 0");
  await world.clock.advance(1);
  assert.equal(await kindOf(world), "lockout 2");
  await panicCooldown.ack();
  assert.equal(await panicCooldown.clearAck(), true);
  assert.equal(await panicCooldown.clearAck(), false);
  assert.equal(await kindOf(world), "lockout 2");
});

Deno.test("what the gate says about its end is what it does", async () => {
  // Kills: clearAt of the policy that the layer around it does not keep (files, windows, rounding).
  const worlds = [
    new World().panic(1),
    new World().panic(1).panic(2),
    new World().panic(1).panic(30).panic(50),
    new World().panic(0.5).panic(23.9).panic(71.9),
  ];
  for (const [index, world] of worlds.entries()) {
    const { clearAt } = await ask(world);
    assert.ok(clearAt !== null);
    const leftMs = clearAt.epochMilliseconds -
      world.clock.now().epochMilliseconds;
    await world.clock.advance(leftMs - 1);
    assert.match(await kindOf(world), / 2$/, `world ${index}`);
    await world.clock.advance(1);
    assert.match(await kindOf(world), / 0$/, `world ${index}`);
  }
});

Deno.test("require() throws with layer and verdict, and is silent when the gate is open", async () => {
  // Kills: a library caller that goes on because nothing was thrown.
  const world = new World().panic(1).panic(2);
  await assert.rejects(
    world.guard().panicCooldown.require(),
    (error: unknown) => {
      assert.ok(error instanceof RefusedError);
      assert.deepEqual([error.layer, error.verdict.kind], [
        "panic_cooldown",
        "refuse",
      ]);
      return true;
    },
  );
  await new World().guard().panicCooldown.require();
});

Deno.test("in observer mode require() tells instead of throwing", async () => {
  // Kills: an observer that refuses, or that says nothing.
  const world = new World().panic(1);
  await world.guard({ mode: "observer" }).panicCooldown.require();
  assert.deepEqual(world.log.messages, [{
    level: "warn",
    text: "observer: would refuse: newest GPU panic 1 h ago < 2 h",
  }]);
});

Deno.test("bad thresholds are told in the verdict and the defaults hold", async () => {
  // Kills: `0` that locks for ever and NaN that never does (SAFETY T7).
  const world = new World({
    env: {
      METALGUARD_PANIC_LOCKOUT_24H_N: "0",
      METALGUARD_PANIC_COOLDOWN_STAGE1_H: "NaN",
      METALGUARD_PANIC_LOCKOUT_MAX_H: "-1",
    },
  }).panic(1);
  const { kind, findings, clearAt } = await ask(world);
  assert.equal(kind, "cooldown");
  assert.equal(clearAt?.toString(), "2026-11-23T13:00:00Z");
  assert.equal(findings.length, 3);
});

Deno.test("a HOME that is a file holds no hold and no ack, and the panics still count", async () => {
  // Kills: a crash, or 24 h of hold, because HOME is nonsense.
  const world = new World().panic(1);
  world.store.put("/file", "");
  world.env["HOME"] = "/file";
  const { kind, findings } = await ask(world);
  assert.equal(kind, "cooldown");
  assert.deepEqual(findings.map((one) => one.code), [
    "state-folder-impossible",
  ]);
});

Deno.test("nothing hostile in a report or a name reaches a sentence of the verdict", async () => {
  // Kills: a process that is named like a command of the terminal.
  const world = new World().panic(1, { process: "\u001b[2J\u202eevil\u009b" });
  world.store.put(`${REPORTS}/\u001b[31mred.panic`, "", { mode: 0 });
  world.store.putOther(`${REPORTS}/\u0007bell.panic`);
  const verdict = await ask(world);
  const words = [
    verdict.verdict.reason,
    verdict.gpuPanics[0]?.record.process ?? "",
    ...verdict.howToClear.flatMap((way) => way.split("\n")),
    ...verdict.unreadableReports.flatMap((one) => [
      one.message,
      ...one.fix.split("\n"),
    ]),
    ...verdict.findings.flatMap((one) => [
      one.message,
      ...(one.fix ?? "").split("\n"),
    ]),
  ];
  assert.ok(words.length > 6);
  for (const word of words) assert.doesNotMatch(word, /[\p{Cc}\u202e]/u);
});

Deno.test("a hold and an ack of nobody: without a place both are refused in words", async () => {
  // Kills: `undefined` as a path.
  const { panicCooldown } = new World({ env: { HOME: "" } }).guard();
  for (
    const write of [
      () => panicCooldown.hold(1_000),
      () => panicCooldown.clearHold(),
      () => panicCooldown.ack(),
      () => panicCooldown.clearAck(),
    ]
  ) {
    await assert.rejects(write, { code: "usage" });
  }
});

Deno.test("under root and another's HOME all files and folders go to HOME's owner", async () => {
  // Kills: `sudo metal-guard ack` that leaves a file which its owner can neither read nor remove (SAFETY H4).
  const world = new World({ userId: 0 });
  world.store.groupId = 0;
  const { panicCooldown, breadcrumbs } = world.guard();
  await panicCooldown.hold(1_000);
  await panicCooldown.ack();
  await breadcrumbs.write("LOAD");
  for (
    const path of [
      SENTINEL,
      ACK,
      STATE,
      `${HOME}/.cache`,
      `${STATE}/metal_breadcrumb.log`,
      `${STATE}/metal_breadcrumb.log.flock`,
    ]
  ) {
    const { userId, groupId } = world.store.stat(path);
    assert.deepEqual([userId, groupId], [501, 20], path);
  }
});

Deno.test("where files cannot be given away nothing is written, and it is said", async () => {
  // Kills: a root-owned hold in a user's home.
  const world = new World({ userId: 0 });
  world.store.chown = (path) => {
    throw new FileError("denied", path, "Cannot give it away");
  };
  await assert.rejects(world.guard().panicCooldown.ack(), {
    message: "Cannot give it away",
  });
  assert.equal(world.store.text(ACK), undefined);
});
