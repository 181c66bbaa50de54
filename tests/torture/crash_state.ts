import { MetalGuardError } from "../../lib/core/error.ts";
import {
  addMs,
  epochSeconds,
  HOUR_MS,
  MINUTE_MS,
} from "../../lib/core/instant.ts";
import type { Verdict } from "../../lib/core/verdict.ts";
import { FirstSight } from "../../lib/facts/first_sight.ts";
import { Breadcrumbs } from "../../lib/layers/breadcrumbs.ts";
import { Cadence } from "../../lib/layers/cadence.ts";
import { CircuitBreaker } from "../../lib/layers/circuit_breaker.ts";
import { LiveGuards } from "../../lib/layers/live_guards.ts";
import { PanicLedger } from "../../lib/layers/panic_ledger.ts";
import { decodeAck } from "../../lib/parse/state/ack_file.ts";
import { decodePanicLedger } from "../../lib/parse/state/panic_ledger.ts";
import { BREAKER_DEFAULTS } from "../../lib/policy/circuit_breaker.ts";
import type { FileStore } from "../../lib/ports/file_store.ts";
import { FAILURE_TABLES } from "../../lib/registry/failures.ts";
import { FakeClock } from "../fakes/clock.ts";
import { MemoryFileStore } from "../fakes/file_store.ts";
import { FakeLog } from "../fakes/log.ts";
import { FakeSystemFacts } from "../fakes/system_facts.ts";
import { ACK, STATE, World } from "../fakes/world.ts";
import type { CrashCase } from "./crash_points.ts";

const NOW = Temporal.Instant.from("2026-05-01T12:00:00Z");
const SECONDS = epochSeconds(NOW);
const CADENCE = "/s/cadence.json";
const BREAKER = "/s/breaker.json";
const LEDGER = "/s/panics.jsonl";
const LOG = "/s/crumbs.log";
const GUARDS = "/s/guards";

/** Every state file but the lock's, written by its layer. */
export function stateCases(): readonly CrashCase[] {
  return [
    sentinelCase(),
    ackCase(),
    gateClockCase(),
    breakerCase(),
    cadenceCase(),
    ledgerCase("after whole lines", ""),
    ledgerCase("after a torn line", '{"ts": 17'),
    breadcrumbCase("after whole lines", ""),
    breadcrumbCase("after a torn line", "[2026-05-01 11:0"),
    liveGuardCase(),
  ];
}

function portsOver(
  store: FileStore,
  now = NOW,
): ConstructorParameters<typeof CircuitBreaker>[0] {
  const clock = new FakeClock(now);
  return {
    store,
    clock,
    log: new FakeLog(),
    owner: () => undefined,
    firstSight: new FirstSight(clock),
    tables: FAILURE_TABLES,
  };
}

/** A layer that answers all the same has to be told apart from one that has written. */
function notWritten(message: string): MetalGuardError {
  return new MetalGuardError("file-failed", message);
}

function disk(): MemoryFileStore {
  return new MemoryFileStore({ clock: new FakeClock(NOW) }).putFolder("/s");
}

/** Says so when a gate, a breaker or a cadence does not wait at least until `least`. */
function looser(
  verdict: Pick<Verdict, "kind"> & { readonly until?: Temporal.Instant },
  least: Temporal.Instant,
): string | undefined {
  if (verdict.kind !== "wait") return `looser: ${verdict.kind}`;
  return verdict.until !== undefined &&
      Temporal.Instant.compare(verdict.until, least) < 0
    ? `looser: until ${verdict.until}`
    : undefined;
}

function sentinelCase(): CrashCase {
  const world = new World();
  const until = (hours: number): Temporal.Instant =>
    addMs(world.clock.now(), hours * HOUR_MS);
  return {
    name: "the sentinel, when a longer hold replaces a hold",
    async initial(): Promise<MemoryFileStore> {
      const store = world.store.clone();
      await world.guard({}, store).panicCooldown.hold(2 * HOUR_MS);
      return store;
    },
    run: (store) => world.guard({}, store).panicCooldown.hold(5 * HOUR_MS),
    async judge({ store, lied, completed }): Promise<string | undefined> {
      const { exitCode, clearAt } = await world.guard({}, store)
        .panicCooldown.check();
      if (exitCode !== 2 || clearAt === null) return `looser: ${exitCode}`;
      // A torn one holds for the length of its kind, 24 h.
      const least = until(completed && !lied ? 5 : 2);
      return looser({ kind: "wait", until: clearAt }, least);
    },
  };
}

function ackCase(): CrashCase {
  const world = new World().panic(5).panic(6);
  const OLD = "2026-11-20T12:00:00\nlast week\n";
  return {
    name: "the ack, when it ends a lockout",
    initial: () =>
      world.store.clone().put(ACK, OLD, { modifiedAt: world.ago(80) }),
    run: (store) => world.guard({}, store).panicCooldown.ack("smaller model"),
    async judge({ store, lied, completed }): Promise<string | undefined> {
      const { kind } = await world.guard({}, store).panicCooldown.check();
      const text = store.text(ACK);
      if (completed && !lied) {
        return kind === "ack" ? undefined : `not durable: ${kind}`;
      }
      if (kind !== "ack" && kind !== "lockout") return `looser: ${kind}`;
      if (lied) return undefined;
      // Who said "go on", and why, is not lost by giving a new one.
      const reason = text === undefined ? undefined : decodeAck(text).reason;
      if (reason !== "last week" && reason !== "smaller model") {
        return `lost: ${text}`;
      }
      return (kind === "ack") === (reason === "smaller model")
        ? undefined
        : `opens by itself: ${kind}, ${reason}`;
    },
  };
}

/** A step of the wall clock must not end the hold, so the record of it must outlive any crash. */
function gateClockCase(): CrashCase {
  const world = new World().panic(0.5);
  const before = world.clock.now();
  return {
    name: "the gate's clock, after a step of the wall clock",
    async initial(): Promise<MemoryFileStore> {
      const store = world.store.clone();
      await world.guard({}, store).panicCooldown.check();
      world.clock.step(5 * HOUR_MS);
      return store;
    },
    run: (store) => world.guard({}, store).panicCooldown.check(),
    async judge({ store, lied }): Promise<string | undefined> {
      const path = `${STATE}/gate-clock.json`;
      if (store.text(path) === undefined) return "lost: the record";
      const { exitCode, clearAt } = await world.guard({}, store)
        .panicCooldown.check();
      // A torn record knows of no step: then the wall clock decides, and it has been set ahead here.
      if (lied) return undefined;
      if (exitCode !== 2 || clearAt === null) return `looser: ${exitCode}`;
      const end = addMs(before, 5 * HOUR_MS + 90 * MINUTE_MS);
      return looser({ kind: "wait", until: clearAt }, end);
    },
  };
}

function breakerOver(store: FileStore, now = NOW): CircuitBreaker {
  return new CircuitBreaker(portsOver(store, now), {
    path: BREAKER,
    ledger: LEDGER,
    reportFolders: [],
    options: BREAKER_DEFAULTS,
    isObserver: false,
  });
}

/** A ledger line of a panic some seconds ago. */
function line(age: number): string {
  return `{"ts": ${SECONDS - age}, "pid": ${age}, "source_file": "${age}"}\n`;
}

function breakerCase(): CrashCase {
  return {
    name: "the breaker, when it opens",
    initial: () => disk().put(LEDGER, line(1_800) + line(1_900)),
    run: async (store) => {
      const { findings } = await breakerOver(store).check();
      const failed = findings.find(({ code }) => code.includes("not-written"));
      if (failed !== undefined) throw notWritten(failed.message);
    },
    async judge({ store, lied, completed }): Promise<string | undefined> {
      // It writes what it finds open, so each question has a disk of its own.
      const now = looser(await breakerOver(store.clone()).check(), NOW);
      if (now !== undefined || !completed || lied) return now;
      // The panics have left the window: only its own record keeps it open.
      const later = addMs(NOW, 59 * MINUTE_MS);
      const answer = await breakerOver(store.clone(), later).check();
      return looser(answer, addMs(NOW, HOUR_MS));
    },
  };
}

function cadenceOver(store: FileStore): Cadence {
  return new Cadence(portsOver(store), {
    path: CADENCE,
    options: { sameModelIntervalMs: 180_000, crossModelIntervalMs: 0 },
    isObserver: false,
  });
}

function cadenceCase(): CrashCase {
  return {
    name: "the cadence, when another model is loaded",
    initial: () => disk().put(CADENCE, `{"a": ${SECONDS - 60}}`),
    run: (store) => cadenceOver(store).require("b"),
    async judge({ store, lied, completed }): Promise<string | undefined> {
      const first = looser(
        await cadenceOver(store).check("a"),
        addMs(NOW, lied ? 0 : 120_000),
      );
      if (first !== undefined || !completed || lied) return first;
      return looser(await cadenceOver(store).check("b"), addMs(NOW, 180_000));
    },
  };
}

function ledgerCase(when: string, torn: string): CrashCase {
  const old = `${line(10)}${line(20)}`;
  const panic = {
    time: { at: addMs(NOW, -30_000), source: "calendar" },
    signature: undefined,
    record: {
      ts: SECONDS - 30,
      signature: "unknown",
      explanation: null,
      pid: 30,
      sourceFile: "/r/30",
      bootSessionUuid: null,
      process: null,
      osBuild: null,
      kextVersion: null,
    },
    sourceFiles: ["/r/30"],
  } as const;
  return {
    name: `the ledger, ${when}`,
    initial: () => disk().put(LEDGER, `${old}${torn}`),
    run: async (store) => {
      const { findings } = await new PanicLedger(portsOver(store), LEDGER)
        .ingest({ panics: [panic] });
      const failed = findings.find(({ code }) => code.includes("not-written"));
      if (failed !== undefined) throw notWritten(failed.message);
    },
    judge: ({ store, lied, completed }) => {
      const text = store.text(LEDGER) ?? "";
      const { records } = decodePanicLedger(text);
      const pids = records.map(({ pid }) => pid);
      if (!text.startsWith(old)) return Promise.resolve(`lost: ${text}`);
      const isWhole = pids.includes(30);
      return Promise.resolve(
        completed && !lied && !isWhole ? "not durable: its line" : undefined,
      );
    },
  };
}

function breadcrumbCase(when: string, torn: string): CrashCase {
  const old = "[2026-05-01 11:00:00] LOAD: m\n[2026-05-01 11:00:01] FLUSH\n";
  return {
    name: `the breadcrumbs, ${when}`,
    initial: () => disk().put(LOG, `${old}${torn}`),
    run: async (store) => {
      const log = new FakeLog();
      await new Breadcrumbs(
        { ...portsOver(store), system: new FakeSystemFacts(), log },
        { requested: LOG, fallback: undefined },
      ).write("RUN_START", "m", { pid: 7 });
      if (log.messages.length > 0) throw notWritten("a breadcrumb");
    },
    judge: ({ store, lied, completed }) => {
      const text = store.text(LOG) ?? "";
      const isWhole = /^\[2026-05-01 12:00:00\] RUN_START: m \| .*pid=7\n/m
        .test(text);
      const words = !text.startsWith(old)
        ? `lost: ${text}`
        : completed && !lied && !isWhole
        ? "not durable: its line"
        : undefined;
      return Promise.resolve(words);
    },
  };
}

function liveGuardsOver(store: FileStore, pid: number): LiveGuards {
  const system = new FakeSystemFacts();
  system.pid = pid;
  return new LiveGuards({
    ...portsOver(store),
    system,
    identityOf: (one) =>
      Promise.resolve({ pid: one, startToken: { kind: "proc", value: "1" } }),
  }, GUARDS);
}

function liveGuardCase(): CrashCase {
  const report = { label: "run", phase: "loading" };
  return {
    name: "the live guards, when another one publishes itself",
    async initial(): Promise<MemoryFileStore> {
      const store = disk();
      await liveGuardsOver(store, 8).publish(() => report);
      return store;
    },
    run: async (store) => {
      await liveGuardsOver(store, 9).publish(() => report);
    },
    async judge({ store, lied }): Promise<string | undefined> {
      const { guards } = await liveGuardsOver(store, 7).list();
      const pids = guards.map(({ file }) => file.pid);
      if (!pids.includes(8)) return `lost: the other guard, ${pids}`;
      const text = store.text(`${GUARDS}/9.json`);
      return text !== undefined && !lied && !pids.includes(9)
        ? `torn: ${text}`
        : undefined;
    },
  };
}
