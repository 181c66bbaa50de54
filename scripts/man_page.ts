/**
 * Writes the manual page from what the command line itself is defined by: `deno task build:man [FILE]`. So no command, flag
 * or variable can be missing from it.
 *
 * @module
 */
import { buildCli } from "../lib/cli/app.ts";
import { KNOBS } from "../lib/config.ts";
import { VERSION } from "../lib/version.ts";
import { parseHelp } from "./release/help_text.ts";
import { printed } from "./release/printed.ts";
import {
  roffBold,
  roffLines,
  roffParagraph,
  roffSection,
  roffSubsection,
  roffTerm,
  roffText,
} from "./release/roff.ts";
import { projectRoot } from "./source_tree.ts";

/** Name of the page. */
export const MAN_PAGE = "metal-guard.1";

/** What belongs to every command and is told once. */
const COMMON_FLAGS: ReadonlySet<string> = new Set(["-h --help", "--"]);

const EXIT_CODES: readonly (readonly [string, string])[] = [
  ["0", "done; the gate is open; all is well"],
  ["1", "something warns, or a file could not be written"],
  ["2", "panic-gate: wait. status: critical"],
  ["3", "panic-gate: panic records exist that cannot be read"],
  ["64", "the command line cannot be understood"],
  ["70", "a mistake of metal-guard's own"],
  ["75", "refused before anything was started"],
  ["76", "run: ended by the guard"],
  ["126, 127", "run: the command cannot be started, or is not there"],
];

const FILES: readonly (readonly [string, string])[] = [
  ["~/.cache/metal-guard/", "state; METALGUARD_STATE_DIR names another folder"],
  ["~/.metal-guard-ack", "the ack that ends a lockout"],
  [
    "~/.metal-guard/locks/mlx_exclusive.lock",
    "who has the GPU; MLX_LOCK_PATH names another file",
  ],
  [
    "/Library/Logs/DiagnosticReports/",
    "reports of the system, which are only read",
  ],
];

/** The manual page, as text for roff. */
export async function manPage(version: string): Promise<string> {
  const commands: string[] = [];
  for (const command of commandsOf(version)) {
    const help = await printed([...command.route, "--help"]);
    commands.push(commandSection(command, help));
  }
  return [
    `.TH METAL\\-GUARD 1 "" "metal\\-guard ${
      roffText(version)
    }" "User Commands"\n`,
    // No end of a line in a command that is copied from the page.
    ".nh\n.ad l\n",
    roffSection("NAME"),
    "metal\\-guard \\- keep Apple Silicon Macs alive under MLX\n",
    roffSection("SYNOPSIS"),
    `${roffBold("metal-guard")} [${
      roffText("--json")
    }] \\fIcommand\\fR [\\fIoptions\\fR]\n`,
    roffSection("DESCRIPTION"),
    roffParagraph([
      "After a GPU kernel panic launchd starts everything again, and the Mac panics again. metal-guard panic-gate breaks that loop; other commands prevent panics, contain what dies, and explain what happened.",
    ]),
    roffParagraph([
      "It lowers the risk. It does not fix Apple's driver. It has no access to the network.",
    ]),
    roffSection("OPTIONS OF EVERY COMMAND"),
    roffTerm("-h, --help", "Print help and exit."),
    roffTerm("--version", "Print the version and exit; in place of a command."),
    roffTerm(
      "--json",
      "One JSON object on standard output; before or behind the command.",
    ),
    roffSection("COMMANDS"),
    ...commands,
    roffSection("ENVIRONMENT"),
    ...Object.values(KNOBS).map((knob) =>
      roffTerm(knob.env, `${knob.help}. Expects ${knob.expects}.`)
    ),
    roffSection("FILES"),
    ...FILES.map(([path, what]) => roffTerm(path, what)),
    roffSection("EXIT STATUS"),
    ...EXIT_CODES.map(([code, what]) => roffTerm(code, what)),
  ].join("");
}

function commandSection(
  { route, brief }: DefinedCommand,
  help: string,
): string {
  const name = route.join(" ");
  const { usage, paragraphs, flags, args } = parseHelp(help);
  const own = flags.filter(({ name }) => !COMMON_FLAGS.has(name));
  const lines = usage
    .filter(({ line }) => line !== `metal-guard ${name} --help`)
    .flatMap(({ line, what }) => what === "" ? [line] : [line, `    ${what}`]);
  return [
    roffSubsection(name),
    roffParagraph([`${brief}.`.replace(/([?.])\.$/, "$1")]),
    ...paragraphs.map(roffParagraph),
    ...[...args, ...own].map(({ name, what }) =>
      roffTerm(
        name.replace(/^\[(.*)\]$/, "$1").replace(/ \[(.*)\]$/, ", $1"),
        what,
      )
    ),
    lines.length === 0 ? "" : roffLines(lines),
  ].join("");
}

/** One command that the command line knows. */
export interface DefinedCommand {
  /** Its words. */
  readonly route: readonly string[];
  /** What lists of commands say of it. */
  readonly brief: string;
}

/** Every command, in the order of the help. */
export function commandsOf(version: string): readonly DefinedCommand[] {
  return below(buildCli(version).root, []);
}

function below(
  target: ReturnType<typeof buildCli>["root"],
  route: readonly string[],
): readonly DefinedCommand[] {
  if (!("getAllEntries" in target)) return [{ route, brief: target.brief }];
  return target.getAllEntries().filter(({ hidden }) => !hidden)
    .flatMap((entry) =>
      below(entry.target, [...route, entry.name["convert-camel-to-kebab"]])
    );
}

async function main(args: readonly string[]): Promise<number> {
  const [path = `${projectRoot([])}/dist/${MAN_PAGE}`] = args;
  if (args.length > 1 || path.startsWith("-")) {
    Deno.stderr.writeSync(
      new TextEncoder().encode("Usage: deno task build:man [FILE]\n"),
    );
    return path === "--help" ? 0 : 64;
  }
  Deno.mkdirSync(path.slice(0, path.lastIndexOf("/") + 1) || ".", {
    recursive: true,
  });
  Deno.writeTextFileSync(path, await manPage(VERSION));
  return 0;
}

if (import.meta.main) {
  void main(Deno.args).then((code) => {
    Deno.exitCode = code;
  });
}
