/**
 * Random schedules of steps, sleeps and reboots against the gate's countdown (SAFETY T6).
 *
 *     deno run tests/torture/clock.ts --rounds 1000000 [--seed N]
 *
 * @module
 */
import { HOUR_MS, MINUTE_MS } from "../../lib/core/instant.ts";
import {
  type ClockReading,
  type GateClockRecord,
  nextRecord,
  type RemainingHold,
  stepGateClock,
  type WallHold,
} from "../../lib/policy/gate_clock.ts";

/** A schedule that broke a promise. */
export interface BrokenSchedule {
  /** Seed that makes the same schedule again. */
  readonly seed: number;
  /** What was promised and what happened. */
  readonly complaint: string;
}

/** Which countdown is tried: ours, or one that believes the wall clock, which must be convicted. */
export type Countdown = "ours" | "wall-clock-only";

const LENGTH_MS = 2 * HOUR_MS;
/** The boot clock may show whole seconds; two looks may each be off by one, and a step below two is none. */
const GRAIN_MS = 3_000;
/** A look comes at least this often, as from a wrapper that waits. */
const LOOK_MS = MINUTE_MS;

/** A small generator that gives the same numbers for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One machine with one cooldown of two hours. */
class Machine {
  wallMs = 1_800_000_000_000;
  bootMs = 0;
  boot = 0;
  runningMs = 0;
  readonly hold: WallHold;
  #record: GateClockRecord | undefined;
  readonly #countdown: Countdown;

  constructor(countdown: Countdown) {
    this.#countdown = countdown;
    this.hold = { key: "cooldown x", untilMs: this.wallMs + LENGTH_MS };
  }

  /** Milliseconds that the gate says are left. */
  look(): number {
    if (this.#countdown === "wall-clock-only") {
      return Math.max(0, this.hold.untilMs - this.wallMs);
    }
    const now: ClockReading = {
      wallMs: this.wallMs,
      bootMs: Math.floor(this.bootMs / 1_000) * 1_000,
      bootSessionUuid: `${this.boot}`,
    };
    const seen = this.wallMs < this.hold.untilMs ? [this.hold] : [];
    const left: readonly RemainingHold[] = stepGateClock(
      this.#record,
      now,
      seen,
    );
    this.#record = nextRecord(this.#record, now, left) ?? this.#record;
    return left.find((one) => one.key === this.hold.key)?.remainingMs ?? 0;
  }

  run(ms: number): void {
    this.wallMs += ms;
    this.bootMs += ms;
    this.runningMs += ms;
  }

  /** Off for a while; the wall clock may have been set meanwhile. */
  reboot(offMs: number, stepMs: number): void {
    this.wallMs += offMs + stepMs;
    this.boot += 1;
    this.bootMs = 5_000;
  }
}

/**
 * Runs one random schedule.
 *
 * @param seed Makes the schedule.
 * @param countdown What is tried.
 * @returns What was broken, if anything.
 */
export function trySchedule(
  seed: number,
  countdown: Countdown = "ours",
): BrokenSchedule | undefined {
  const random = randomOf(seed);
  const machine = new Machine(countdown);
  let left = machine.look();
  const broken = (complaint: string): BrokenSchedule => ({ seed, complaint });
  for (let event = 0; event < 600; event++) {
    const leftBefore = left;
    const ranBefore = machine.runningMs;
    const kind = random();
    let offMs = 0;
    let isReboot = false;
    if (kind < 0.06) {
      machine.wallMs += Math.round((random() - 0.5) * 48 * HOUR_MS);
    } else if (kind < 0.08) {
      // Off, with the clock as it was or set back: one set ahead while off cannot be told from a long pause.
      const stepMs = random() < 0.5 ? 0 : -Math.round(random() * 24 * HOUR_MS);
      offMs = Math.round(random() * 30 * MINUTE_MS);
      machine.reboot(offMs, stepMs);
      isReboot = true;
    } else {
      machine.run(Math.round(random() * LOOK_MS));
    }
    left = machine.look();
    const passedMs = machine.runningMs - ranBefore + offMs;
    if (leftBefore - left > passedMs + GRAIN_MS) {
      return broken(
        `event ${event}: ${leftBefore} → ${left} in ${passedMs} ms`,
      );
    }
    if (left > leftBefore + GRAIN_MS + (isReboot ? LOOK_MS : 0)) {
      return broken(`event ${event}: prolonged from ${leftBefore} to ${left}`);
    }
    // A minute may pass unrecorded before each reboot.
    const most = LENGTH_MS + machine.boot * (LOOK_MS + GRAIN_MS) + GRAIN_MS;
    if (left > 0 && machine.runningMs > most) {
      return broken(`still held after ${machine.runningMs} ms of running`);
    }
    if (left === 0 && event > 300) break;
  }
  while (left > 0) {
    machine.run(LOOK_MS);
    const next = machine.look();
    if (next >= left) return broken(`locked out: ${left} ms never end`);
    left = next;
  }
  return undefined;
}

/** Runs many schedules; the first that breaks a promise is answered with its seed. */
export function trySchedules(
  rounds: number,
  firstSeed: number,
  countdown: Countdown = "ours",
): BrokenSchedule | undefined {
  for (let round = 0; round < rounds; round++) {
    const broken = trySchedule(firstSeed + round, countdown);
    if (broken !== undefined) return broken;
  }
  return undefined;
}

if (import.meta.main) {
  const option = (name: string, fallback: number): number => {
    const at = Deno.args.indexOf(name);
    return at < 0 ? fallback : Number(Deno.args[at + 1]);
  };
  const rounds = option("--rounds", 100_000);
  const broken = trySchedules(rounds, option("--seed", 1));
  const words = broken === undefined
    ? `${rounds} schedules kept every promise\n`
    : `seed ${broken.seed}: ${broken.complaint}\n`;
  Deno.stdout.writeSync(new TextEncoder().encode(words));
  if (broken !== undefined) Deno.exitCode = 1;
}
