/**
 * The command that writes the status: what it is called, takes and says of itself. What it does is loaded when it runs.
 *
 * @module
 */
import { buildCommand, type Command } from "@stricli/core";
import { DAY_MS, SECOND_MS } from "../core/instant.ts";
import type { StatusWriteFlags } from "./commands/status_write.ts";
import type { CliContext } from "./context.ts";
import { JSON_FLAG, parseNumberFlag, switchFlag } from "./flags.ts";

const LONGEST_INTERVAL = DAY_MS / SECOND_MS;

/** `status-write`. */
export const statusWrite: Command<CliContext> = buildCommand<
  StatusWriteFlags,
  [],
  CliContext
>({
  loader: async () => (await import("./commands/status_write.ts")).default,
  parameters: {
    flags: {
      json: JSON_FLAG,
      once: switchFlag("Write one picture and end"),
      interval: {
        kind: "parsed",
        parse: (text) =>
          parseNumberFlag(text, {
            min: 1,
            max: LONGEST_INTERVAL,
            whole: false,
          }),
        default: "30",
        placeholder: "seconds",
        brief: "From one picture to the next",
      },
      out: {
        kind: "parsed",
        parse: parsePath,
        optional: true,
        placeholder: "path",
        brief: "The file [default = status.json in the state folder]",
      },
      metricsDir: {
        kind: "parsed",
        parse: parseFolder,
        optional: true,
        placeholder: "folder",
        brief:
          "Also write metal_guard.prom there, for node_exporter's textfile collector",
      },
      public: switchFlag(
        "Readable for everybody: no command lines, breadcrumbs and paths in it",
      ),
    },
  },
  docs: {
    brief: "Keep status.json fresh for menu bars and dashboards",
    fullDescription:
      "Writes one picture of all layers into a file, whole each time, until it is told to end. Under launchd:\n" +
      "metal-guard launchd install status-writer. A disk that cannot be written is told once and tried again.\n" +
      "With --public name a file in a folder that others may enter: the state folder is closed.\n" +
      "The folder of --metrics-dir has to be there, and open to node_exporter.\n\n" +
      "Exit codes: 0 written, or asked to end; 1 it cannot be written (--once), or there is no place for it; 64 usage.",
    customUsage: [
      { input: "--once", brief: "now, and once" },
      { input: "--interval 10", brief: "every ten seconds" },
      {
        input: "--public --out /Users/Shared/metal-guard.json",
        brief: "for other users",
      },
      {
        input: "--metrics-dir /usr/local/var/node_exporter",
        brief: "for Prometheus too",
      },
    ],
  },
});

function parseFolder(text: string): string {
  if (text !== "") return text;
  throw new SyntaxError("write the path of a folder");
}

function parsePath(text: string): string {
  if (text !== "" && !text.endsWith("/")) return text;
  throw new SyntaxError("write the path of a file");
}
