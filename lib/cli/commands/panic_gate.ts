import { addMs, earlier } from "../../core/instant.ts";
import type { GateGuard } from "../../compose/gate.ts";
import type { CooldownVerdict } from "../../policy/cooldown_verdict.ts";
import { gateJson, gateText } from "../../report/gate.ts";
import { formatLocalTime } from "../../report/local_time.ts";
import {
  command,
  complain,
  type GateContext,
  outputStyle,
  printJson,
} from "../context.ts";

/** Flags of `panic-gate`. */
export interface PanicGateFlags {
  readonly json: boolean;
  readonly quiet: boolean;
  /** Longest wait in milliseconds; `Infinity` for `--wait` alone. */
  readonly wait?: number;
}

/** The gate itself failed: wrappers go on, loudly. 1 and 2 would mean something else to them. */
const BROKEN = 3;
/** An ack or a lifted hold is noticed this soon. */
const POLL_MS = 5_000;

/** `metal-guard panic-gate`: may GPU work start? */
export default command<PanicGateFlags, [], GateContext>(
  async (context, flags) => {
    const { verdict, history } = flags.wait === undefined
      ? await ask(context)
      : await waitUntilClear(context, flags.wait, !flags.quiet);
    if (!flags.quiet) tryPrint(context, verdict, flags.json);
    await tryIngest(context, history);
    return verdict.exitCode;
  },
  { failedCode: BROKEN },
);

type FailureHistory = Awaited<ReturnType<GateGuard["panics"]["read"]>>;

/** The gate's answer, and what it rests on. */
interface Answer {
  readonly verdict: CooldownVerdict;
  readonly history: FailureHistory | undefined;
}

async function ask({ guard }: GateContext): Promise<Answer> {
  const history = guard.config.panicGateEnabled
    ? await guard.panics.read()
    : undefined;
  return { verdict: await guard.panicCooldown.check(history), history };
}

/**
 * Writes panics and reports down that are not known yet. Whatever comes of it, the answer stands: wrappers would take any other exit
 * code for a broken gate and go on. What could not be written is told by `status`.
 */
async function tryIngest(
  { guard }: GateContext,
  history: FailureHistory | undefined,
): Promise<void> {
  if (history === undefined) return;
  try {
    await guard.panics.ingest(history);
  } catch {
    // Nothing was lost that is not still in its report.
  }
}

/** A full disk behind standard output changes nothing: wrappers would take any other code for a broken gate and go on. */
function tryPrint(
  context: GateContext,
  verdict: CooldownVerdict,
  json: boolean,
): void {
  try {
    print(context, verdict, json);
  } catch (error) {
    complain(
      context,
      `Cannot print the answer: ${
        error instanceof Error ? error.message : String(error)
      }`,
    );
  }
}

function print(
  context: GateContext,
  verdict: CooldownVerdict,
  json: boolean,
): void {
  const { clock } = context.ports;
  if (json) {
    // The zone's tables take more memory than all our own data, and an open gate has no local time to tell.
    const timeZone = verdict.clearAt === null ? "UTC" : clock.timeZone();
    printJson(context, gateJson(verdict, timeZone));
    return;
  }
  const timeZone = clock.timeZone();
  const style = outputStyle(context);
  context.terminal.stdout.write(gateText(verdict, { timeZone, style }));
}

/**
 * Asks again and again until the gate opens or the time is up. Only "wait" is waited out: evidence that cannot be read
 * does not become readable by waiting.
 */
async function waitUntilClear(
  context: GateContext,
  waitMs: number,
  isTalking: boolean,
): Promise<Answer> {
  const { clock } = context.ports;
  const start = clock.monotonicMs();
  let hasTold = false;
  for (;;) {
    const { verdict, history } = await ask(context);
    const leftMs = waitMs - (clock.monotonicMs() - start);
    if (verdict.exitCode !== 2 || leftMs <= 0) return { verdict, history };
    if (isTalking && !hasTold) {
      hasTold = true;
      const timeUp = addMs(verdict.askedAt, waitMs);
      const end = verdict.clearAt === null
        ? timeUp
        : earlier(verdict.clearAt, timeUp);
      complain(
        context,
        `waiting (${verdict.verdict.reason}), at the latest until ${
          formatLocalTime(end, clock.timeZone())
        }`,
      );
    }
    await tryIngest(context, history);
    const untilClear = verdict.clearAt === null
      ? POLL_MS
      : verdict.clearAt.epochMilliseconds - clock.now().epochMilliseconds;
    await clock.sleep(Math.max(1, Math.min(POLL_MS, leftMs, untilClear)));
  }
}
