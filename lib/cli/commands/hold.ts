import { formatCivilTime, formatUtc } from "../../core/civil_time.ts";
import { HOUR_MS } from "../../core/instant.ts";
import { formatDistance, formatLocalTime } from "../../report/local_time.ts";
import { type CliContext, command, printJson } from "../context.ts";

/** Flags of `hold`. */
export interface HoldFlags {
  readonly json: boolean;
  readonly clear: boolean;
  /** Length in milliseconds. */
  readonly for?: number;
  readonly reason?: string;
}

const DEFAULT_HOLD_MS = 2 * HOUR_MS;

/** `metal-guard hold`: keeps GPU work away by hand, or lifts that. */
export default command<HoldFlags>(async (context, flags) => {
  if (flags.clear) return await clear(context, flags.json);
  const { guard, ports: { clock }, terminal } = context;
  const { until, path, isUnchanged } = await guard.panicCooldown.hold(
    flags.for ?? DEFAULT_HOLD_MS,
    flags.reason === undefined ? {} : { reason: flags.reason },
  );
  const timeZone = clock.timeZone();
  if (flags.json) {
    printJson(context, {
      sentinel_path: path,
      status: isUnchanged ? "unchanged" : "held",
      cooldown_until: formatCivilTime(until, timeZone),
      cooldown_until_utc: formatUtc(until),
    });
    return 0;
  }
  const words = isUnchanged
    ? "A longer hold stays in force"
    : "GPU work is on hold";
  terminal.stdout.write(
    `${words} until ${formatLocalTime(until, timeZone)}, ${
      formatDistance(until, clock.now())
    }.\nLift it: metal-guard hold --clear\n`,
  );
  return 0;
});

async function clear(context: CliContext, json: boolean): Promise<number> {
  const removed = await context.guard.panicCooldown.clearHold();
  if (json) {
    printJson(context, {
      sentinel_path: context.guard.paths.sentinel,
      status: removed.length > 0 ? "cleared" : "absent",
      removed,
    });
    return 0;
  }
  context.terminal.stdout.write(
    removed.length > 0
      ? "The hold is lifted. metal-guard panic-gate shows what is left.\n"
      : "There was no hold.\n",
  );
  return 0;
}
