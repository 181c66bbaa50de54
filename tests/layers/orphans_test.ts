import assert from "node:assert/strict";
import { addMs } from "../../lib/core/instant.ts";
import {
  findOrphans,
  type OrphanKill,
  type OrphanProcess,
  Orphans,
  type OrphanSetup,
} from "../../lib/layers/orphans.ts";
import {
  anchorMeta,
  formatBreadcrumb,
} from "../../lib/parse/breadcrumb_line.ts";
import { encodeLiveGuard } from "../../lib/parse/state/live_guard_file.ts";
import { FakeClock } from "../fakes/clock.ts";
import { MemoryFileStore } from "../fakes/file_store.ts";
import { FakeSystemFacts } from "../fakes/system_facts.ts";

const LOG = "/s/crumbs.log";
const GUARDS = "/s/guards";
const BOOT = "11111111-2222-4333-8444-555555555555";

class Machine {
  readonly clock = new FakeClock("2026-11-23T12:00:00Z");
  readonly store = new MemoryFileStore({ clock: this.clock }).putFolder("/s");
  readonly system = new FakeSystemFacts();
  readonly signals: string[] = [];
  /** How a signal ends. */
  outcome: "sent" | "gone" | "denied" = "sent";
  /** Who has pid 77. */
  process: OrphanProcess | undefined = {
    pid: 77,
    startToken: { kind: "ps", value: "Mon Nov 23 11:00:00 2026" },
    startedAt: Temporal.Instant.from("2026-11-23T11:00:00Z"),
    userId: 501,
  };

  orphans(setup: Partial<OrphanSetup> = {}): Orphans {
    return new Orphans({
      store: this.store,
      clock: this.clock,
      system: this.system,
      processes: {
        identityOf: (pid) =>
          Promise.resolve(this.process?.pid === pid ? this.process : undefined),
        kill: (process, signal) => {
          this.signals.push(`${signal} ${process.pid}`);
          return Promise.resolve(this.outcome);
        },
      },
    }, {
      log: () => LOG,
      isLogByChance: () => false,
      guards: GUARDS,
      thresholdMs: 90_000,
      isEnabled: true,
      ...setup,
    });
  }

  /** Writes a log as our own worker does: ready, then a start 300 s ago. */
  crumbs(
    options: {
      readonly preMeta?: Readonly<Record<string, string | number>>;
      readonly readyMeta?: Readonly<Record<string, string | number>>;
      readonly boot?: string;
    } = {},
  ): this {
    const at = addMs(this.clock.now(), -300_000);
    const {
      preMeta = { pid: 77 },
      readyMeta = { start_token: "ps:Mon Nov 23 11:00:00 2026" },
    } = options;
    const crumb = (
      tag: string,
      payload: string,
      meta: Readonly<Record<string, string | number>>,
    ): string => formatBreadcrumb({ at, timeZone: "UTC", tag, payload, meta });
    this.store.put(
      LOG,
      [
        crumb("SUBPROCESS_WORKER", "m ready, pid=77", readyMeta),
        crumb("SUBPROC_PRE", "m", {
          ...preMeta,
          ...anchorMeta(at, options.boot ?? BOOT),
        }),
        "",
      ].join("\n"),
    );
    return this;
  }

  async kill(setup: Partial<OrphanSetup> = {}): Promise<OrphanKill> {
    const layer = this.orphans(setup);
    const [kill] = await layer.kill(await layer.scan());
    assert.ok(kill !== undefined, "no orphan");
    return kill;
  }

  /** Why it was spared; fails when anything was signalled. */
  async spared(setup: Partial<OrphanSetup> = {}): Promise<string | null> {
    const { outcome, because } = await this.kill(setup);
    assert.deepEqual([outcome, this.signals], ["spared", []]);
    return because;
  }
}

Deno.test("findOrphans() reports starts without their ends in lines of either tool", () => {
  // Kills: the Python tool's lines, which name no pid at their ends, left over as orphans.
  const found = findOrphans([
    "[2026-11-23 03:23:58] SUBPROC_PRE: mlx-community/other",
    "[2026-11-23 03:27:18] SUBPROC_PRE: mlx-community/tiny | ctx=512 pid=4242",
    "[2026-11-23 03:37:18] SUBPROC_POST: mlx-community/tiny | ctx=512 elapsed_ms=12",
  ], {
    now: Temporal.Instant.from("2026-11-23T03:37:18.9Z"),
    timeZone: "UTC",
    thresholdMs: 90_000,
  });
  assert.deepEqual(
    found.map((one) => [one.modelId, one.ageMs, one.pid]),
    [["mlx-community/other", 800_900, null]],
  );
});

Deno.test("orphans reports and signals nobody by itself; switched off or without a log it finds none", async () => {
  // Kills: a scan that acts; a kill switch that is passed over.
  const machine = new Machine().crumbs();
  assert.equal((await machine.orphans().scan()).length, 1);
  assert.equal((await machine.orphans({ isEnabled: false }).scan()).length, 0);
  assert.equal((await machine.orphans({ log: () => null }).scan()).length, 0);
  const older = await machine.orphans().scan({ thresholdMs: 300_001 });
  assert.deepEqual([older, machine.signals], [[], []]);
});

Deno.test("kill() ends the worker that its own ready line proves", async () => {
  // Kills: a token of `ps`, whose spaces the log turns into underscores, that never matches.
  const machine = new Machine().crumbs();
  assert.equal((await machine.kill()).outcome, "killed");
  assert.deepEqual(machine.signals, ["SIGKILL 77"]);
});

Deno.test("kill() ends the worker that a guard's record proves", async () => {
  // Kills: a worker that hung before it was ready and can never be ended.
  const machine = new Machine().crumbs({ readyMeta: {} });
  machine.store.put(
    `${GUARDS}/77.json`,
    encodeLiveGuard({
      pid: 77,
      startToken: { kind: "ps", value: "Mon Nov 23 11:00:00 2026" },
      bootSessionUuid: BOOT,
      label: "worker",
      model: "m",
      phase: "generating",
      heartbeatAt: machine.clock.now(),
      kvRequests: [],
      resourceCount: undefined,
      extra: new Map(),
    }),
  );
  assert.equal((await machine.kill()).outcome, "killed");
});

Deno.test("a recycled pid is never signalled", async () => {
  // Kills: SIGKILL to whoever has the worker's pid by now (SAFETY I4).
  const machine = new Machine().crumbs();
  machine.process = {
    pid: 77,
    startToken: { kind: "ps", value: "Mon Nov 23 11:58:00 2026" },
    startedAt: Temporal.Instant.from("2026-11-23T11:58:00Z"),
    userId: 501,
  };
  assert.match(await machine.spared() ?? "", /another process by now/);
});

Deno.test("what cannot be proved is spared: no pid, no token, another kind, another user, a later start", async () => {
  // Kills: each single proof left out.
  const noPid = new Machine().crumbs({ preMeta: {} });
  assert.match(await noPid.spared() ?? "", /names no pid/);
  const noToken = new Machine().crumbs({ readyMeta: {} });
  assert.match(await noToken.spared() ?? "", /nothing of ours/);
  const otherKind = new Machine().crumbs({
    readyMeta: { start_token: "proc:5" },
  });
  assert.match(await otherKind.spared() ?? "", /cannot be compared/);
  for (const userId of [502, 0, undefined]) {
    const user = new Machine().crumbs();
    assert.ok(user.process !== undefined);
    user.process = { ...user.process, userId };
    assert.match(await user.spared() ?? "", /process belongs to somebody else/);
  }
  for (const startedAt of ["2026-11-23T11:55:00.001Z", undefined]) {
    const younger = new Machine().crumbs();
    assert.ok(younger.process !== undefined);
    younger.process = {
      ...younger.process,
      startedAt: startedAt === undefined
        ? undefined
        : Temporal.Instant.from(startedAt),
    };
    assert.match(await younger.spared() ?? "", /younger/);
  }
  const denied = new Machine().crumbs();
  denied.outcome = "denied";
  assert.match((await denied.kill()).because ?? "", /does not allow/);
});

Deno.test("a process that started with its line is old enough", async () => {
  // Kills: `>` for `>=` where the clock is coarse.
  const machine = new Machine().crumbs();
  assert.ok(machine.process !== undefined);
  machine.process = {
    ...machine.process,
    startedAt: Temporal.Instant.from("2026-11-23T11:55:00Z"),
  };
  assert.equal((await machine.kill()).outcome, "killed");
});

Deno.test("a log that was only found as ./logs/, or belongs to another, ends nobody", async () => {
  // Kills: a folder that somebody hands us, with a log that names our own processes (SAFETY I4).
  const chance = new Machine().crumbs();
  assert.match(
    await chance.spared({ isLogByChance: () => true }) ?? "",
    /\.\/logs\//,
  );
  const foreign = new Machine().crumbs();
  foreign.store.put(LOG, foreign.store.text(LOG) ?? "", {
    userId: 666,
    mode: 0o644,
  });
  foreign.store.userId = 0;
  assert.match(await foreign.spared() ?? "", /log belongs to somebody else/);
});

Deno.test("starts of an earlier boot, and of this very process, are spared", async () => {
  // Kills: a pid of yesterday's boot; a program that ends itself.
  const yesterday = new Machine().crumbs({ boot: "99999999" });
  assert.match(await yesterday.spared() ?? "", /earlier boot/);
  const self = new Machine().crumbs();
  self.system.pid = 77;
  assert.match(await self.spared() ?? "", /this process/);
});

Deno.test("who is gone, or a zombie, is told as gone", async () => {
  // Kills: an error for a race that was won by the worker.
  const machine = new Machine().crumbs();
  machine.process = undefined;
  assert.equal((await machine.kill()).outcome, "gone");
  const late = new Machine().crumbs();
  late.outcome = "gone";
  assert.equal((await late.kill()).outcome, "gone");
});
