import type { StatusWriter } from "../../compose/status_writer.ts";
import { SECOND_MS } from "../../core/instant.ts";
import { plainText } from "../../core/plain_text.ts";
import { type CliContext, command, printJson } from "../context.ts";
import { EXIT } from "../exit_code.ts";

/** Flags of `status-write`. */
export interface StatusWriteFlags {
  readonly json: boolean;
  readonly once: boolean;
  readonly public: boolean;
  /** From one picture to the next, in seconds. */
  readonly interval: number;
  /** The file; left out, `status.json` in the state folder. */
  readonly out?: string;
  /** Folder of node_exporter's textfile collector; left out, no metrics are written. */
  readonly metricsDir?: string;
}

/** `metal-guard status-write`: keeps `status.json` fresh, or writes it once. */
export default command<StatusWriteFlags>(async (context, flags) => {
  const { out, metricsDir: folder, once, interval } = flags;
  const writer = await context.guard.statusWriter({
    ...(out === undefined ? {} : { path: out }),
    isPublic: flags.public,
    ...(folder === undefined ? {} : {
      metrics: {
        folder,
        intervalMs: once ? null : interval * SECOND_MS,
      },
    }),
  });
  if (!once) return await runOn(context, writer, flags);
  await writer.write();
  if (flags.json) printJson(context, { out: writer.path, mode: "once" });
  else context.terminal.stdout.write(`Wrote ${plainText(writer.path)}\n`);
  return EXIT.ok;
});

async function runOn(
  context: CliContext,
  writer: StatusWriter,
  { interval, json }: StatusWriteFlags,
): Promise<number> {
  const { log, own, signals } = context.ports;
  using stop = signals?.listen();
  const signal = stop?.signal ?? new AbortController().signal;
  if (json) {
    printJson(context, {
      out: writer.path,
      mode: "daemon",
      interval_sec: interval,
    });
  } else {
    log.info(`writing ${plainText(writer.path)} every ${interval} s`);
  }
  const { isCut } = await writer.run({
    intervalMs: interval * SECOND_MS,
    signal,
  });
  // Somebody waits for our end, and a question to the machine may take its time.
  if (isCut && own !== undefined) own.hang.isSet = true;
  return EXIT.ok;
}
