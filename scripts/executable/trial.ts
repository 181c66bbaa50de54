import { asObject } from "../json.ts";
import { MAIN_FILE } from "../release/stage.ts";
import { extractPayload, permissionFlags } from "./extract.ts";
import {
  type ExtractedPlace,
  type ExtractedRun,
  nodeModules,
  runExtracted,
} from "./extracted_run.ts";
import type { Payload } from "./payload.ts";

/** One command line, and how it has to end. */
interface Trial {
  readonly args: readonly string[];
  readonly codes: readonly number[];
  /** Says whether the output is what it has to be. */
  readonly isGood: (stdout: string, version: string) => boolean;
  /** Whether no module of Node may be loaded for it. */
  readonly isFast?: boolean;
}

/** From each part of the program one command that needs nothing of the machine. */
const TRIALS: readonly Trial[] = [
  {
    args: ["panic-gate", "--json"],
    codes: [0],
    isGood: (stdout) => field(stdout, "kind") === "clear",
    isFast: true,
  },
  {
    args: ["panic-gate"],
    codes: [0],
    isGood: (stdout) => stdout.length > 0,
    isFast: true,
  },
  {
    args: ["--version"],
    codes: [0],
    isGood: (stdout, version) => stdout.trim() === version,
  },
  {
    args: ["status", "--json"],
    codes: [0],
    isGood: (stdout, version) => field(stdout, "version") === version,
  },
  {
    args: ["registry", "check", "owner/unknown", "--json"],
    codes: [0],
    isGood: (stdout) => Object.keys(parsed(stdout)).length > 0,
  },
  {
    args: ["completions", "bash"],
    codes: [0],
    isGood: (stdout) => stdout.includes("complete -o default"),
  },
  {
    args: ["no-such-command"],
    codes: [64],
    isGood: (stdout) => stdout === "",
  },
];

/**
 * Runs what an executable embeds.
 *
 * @param payload What was read.
 * @param version The version that it has to be.
 * @returns What is wrong, in words.
 */
export function tryPayload(payload: Payload, version: string): string[] {
  const root = Deno.realPathSync(
    Deno.makeTempDirSync({ prefix: "metal-guard-check-" }),
  );
  try {
    const program = `${root}/program`;
    const empty = `${root}/empty`;
    const home = `${root}/home`;
    for (const folder of [program, empty, home]) Deno.mkdirSync(folder);
    Deno.writeTextFileSync(`${empty}/${MAIN_FILE}`, "");
    extractPayload(payload, program);
    const flags = permissionFlags(payload.metadata);
    const bare = runExtracted({ program: empty, home, flags }, []);
    return TRIALS.flatMap((trial) =>
      judgeTrial(trial, { program, home, flags }, { bare, version })
    );
  } finally {
    Deno.removeSync(root, { recursive: true });
  }
}

function judgeTrial(
  trial: Trial,
  place: ExtractedPlace,
  against: { readonly bare: ExtractedRun; readonly version: string },
): string[] {
  const run = runExtracted(place, trial.args);
  const line = `metal-guard ${trial.args.join(" ")}`;
  const isGood = trial.codes.includes(run.code) &&
    trial.isGood(run.stdout, against.version);
  const wrong = isGood ? [] : [
    `extracted, ${line} ends with ${run.code} and says: ${
      (run.stderr === "" ? run.stdout : run.stderr).trim().slice(0, 300)
    }`,
  ];
  if (trial.isFast === true) {
    const modules = nodeModules(run.scripts, against.bare.scripts);
    if (modules.length > 0) {
      wrong.push(`${line} loads ${modules.slice(0, 5).join(", ")}`);
    }
  }
  return wrong;
}

function field(text: string, key: string): unknown {
  return parsed(text)[key];
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    return asObject(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
