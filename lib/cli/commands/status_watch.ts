import { MetalGuardError } from "../../core/error.ts";
import { SECOND_MS } from "../../core/instant.ts";
import {
  drawing,
  ENTER_SCREEN,
  LEAVE_SCREEN,
  screenRows,
} from "../../report/screen.ts";
import { statusText } from "../../report/status.ts";
import type { StatusSnapshot } from "../../report/status_snapshot.ts";
import { type CliContext, outputStyle } from "../context.ts";
import { EXIT } from "../exit_code.ts";

/** Where a terminal does not tell its size. */
const USUAL_SIZE = { columns: 80, rows: 24 } as const;

/**
 * Shows the status in place until it is told to end.
 *
 * @param context Ports and streams.
 * @param intervalSeconds From one picture to the next.
 * @throws {MetalGuardError} Code `usage`, where nobody looks: not a terminal, or one that cannot be drawn on.
 */
export async function watchStatus(
  context: CliContext,
  intervalSeconds: number,
): Promise<number> {
  const { clock, env, own, signals } = context.ports;
  const { stdout } = context.terminal;
  if (!stdout.isTerminal || env("TERM") === "dumb") {
    throw new MetalGuardError(
      "usage",
      "--watch draws on a terminal, and this is none: metal-guard status-write keeps a file fresh",
    );
  }
  const style = outputStyle(context);
  let last: StatusSnapshot | undefined;
  let isShown = true;
  const draw = (): void => {
    if (last === undefined || !isShown) return;
    const timeZone = clock.timeZone();
    const time = last.capturedAt.toZonedDateTimeISO(timeZone)
      .toPlainTime().toString({ smallestUnit: "second" });
    const size = stdout.size?.() ?? USUAL_SIZE;
    const rows = screenRows(
      statusText(last, { timeZone, style, version: context.version }),
      style.dim(`${time}, every ${intervalSeconds} s, Ctrl-C ends`),
      size,
    );
    stdout.write(drawing(rows, size));
  };
  const enter = (): void => {
    isShown = true;
    stdout.write(ENTER_SCREEN);
  };
  const leave = (): void => {
    if (isShown) stdout.write(LEAVE_SCREEN);
    isShown = false;
  };
  using stop = signals?.listen({
    onResize: draw,
    onSuspend: leave,
    onResume: () => {
      enter();
      draw();
    },
  });
  const signal = stop?.signal ?? new AbortController().signal;
  enter();
  try {
    const { isCut } = await context.guard.status.watch({
      intervalMs: intervalSeconds * SECOND_MS,
      signal,
      onPicture: (snapshot) => {
        last = snapshot;
        draw();
      },
    });
    // A question to the machine may take its time, and somebody waits for our end.
    if (isCut && own !== undefined) own.hang.isSet = true;
  } finally {
    leave();
  }
  return EXIT.ok;
}
