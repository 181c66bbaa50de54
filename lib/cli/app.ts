import {
  type Application,
  type ApplicationText,
  ArgumentParseError,
  buildApplication,
  buildCommand,
  buildRouteMap,
  type Command,
  text_en,
} from "@stricli/core";
import { plainText } from "../core/plain_text.ts";
import type { CliContext } from "./context.ts";
import { diagnose } from "./diagnose_routes.ts";
import { ack, hold, panicGate } from "./gate_routes.ts";
import { lock } from "./lock_routes.ts";
import { breaker, orphanScan } from "./process_routes.ts";
import { launchd } from "./launchd_routes.ts";
import { fit, run } from "./running_routes.ts";
import { doctor, hardware } from "./machine_routes.ts";
import { feedback, postmortem } from "./postmortem_routes.ts";
import { registry } from "./registry_routes.ts";
import {
  aborts,
  breadcrumb,
  completions,
  mode,
  panics,
  status,
} from "./report_routes.ts";
import { statusWrite } from "./status_routes.ts";
import { advisories } from "./version_routes.ts";

/** Stands in the list of commands only: `run.ts` hands its arguments to python before they are scanned. */
const safePython: Command<CliContext> = buildCommand<
  Readonly<Record<never, never>>,
  string[],
  CliContext
>({
  func: () => {},
  parameters: {
    positional: {
      kind: "array",
      parameter: {
        brief: "python's arguments",
        parse: String,
        placeholder: "args",
      },
    },
  },
  docs: {
    brief: "Start python unless the gate is closed",
    fullDescription:
      "Runs python3 (or MLX_SAFE_PYTHON_BIN) with the arguments given, unless panic-gate says wait.\n" +
      "pip, build, venv and the like pass unasked. MLX_SAFE_PYTHON_FORCE=1 runs it anyway.\n\n" +
      "Exit codes: python's own, 10 blocked, 127 no python. With --check nothing runs: 0, 10, 11 (gate broken).",
    customUsage: [
      {
        input: "-c 'import mlx.core as mx; print(mx.__version__)'",
        brief: "blocked after a GPU panic",
      },
      { input: "-m pip list", brief: "always runs" },
      { input: "--check", brief: "would it run?" },
    ],
  },
});

/** Longest message that repeats what was typed. */
const LONGEST_MESSAGE = 300;

/**
 * The scanner's own words, without what a terminal would obey. A value that cannot be used is said with its flag as it is
 * typed, and a command that is like no other with where they are listed.
 */
const CLI_TEXT: ApplicationText = {
  ...text_en,
  noCommandRegisteredForInput: (wrong) => {
    const words = text_en.noCommandRegisteredForInput({
      ...wrong,
      input: plainText(wrong.input, 80),
    });
    return wrong.corrections.length > 0
      ? words
      : `${words}; metal-guard --help lists them all`;
  },
  exceptionWhileParsingArguments: (exc, ansiColor) => {
    if (!(exc instanceof ArgumentParseError)) {
      return plainText(
        text_en.exceptionWhileParsingArguments(exc, ansiColor),
        LONGEST_MESSAGE,
      );
    }
    const why = exc.exception instanceof Error
      ? exc.exception.message
      : String(exc.exception);
    return `Cannot use "${
      plainText(exc.input, 80)
    }" for --${exc.externalFlagNameOrPlaceholder}: ${why}`;
  },
};

/** The whole command line. */
export function buildCli(version: string): Application<CliContext> {
  const root = buildRouteMap({
    routes: {
      status,
      diagnose,
      "status-write": statusWrite,
      "panic-gate": panicGate,
      ack,
      hold,
      panics,
      aborts,
      advisories,
      breadcrumb,
      mode,
      lock,
      breaker,
      "orphan-scan": orphanScan,
      fit,
      run,
      postmortem,
      feedback,
      hardware,
      doctor,
      registry,
      "safe-python": safePython,
      launchd,
      completions,
    },
    docs: {
      brief: "Keeps Apple-Silicon Macs alive under MLX",
      fullDescription:
        "After a GPU kernel panic launchd starts everything again, and the Mac panics again.\n" +
        "metal-guard panic-gate breaks that loop; metal-guard status shows the whole picture.\n\n" +
        "It lowers the risk. It does not fix Apple's driver.",
    },
  });
  return buildApplication(root, {
    name: "metal-guard",
    versionInfo: { currentVersion: version },
    scanner: {
      caseStyle: "allow-kebab-for-camel",
      allowArgumentEscapeSequence: true,
    },
    documentation: { disableAnsiColor: true },
    localization: { text: CLI_TEXT },
  });
}
