/**
 * Proves an executable that `deno compile` made, whatever runtime is around it: that it embeds exactly the files which
 * these sources make, within the limit of size; that it has the permissions of `permissions.ts` and no other; and that
 * what it embeds runs, taken out, offline, from an empty cache.
 *
 * `deno task check:bundle FILE…`; `--list` only shows what is inside, `--extract FOLDER` takes it out.
 *
 * What it cannot prove is the runtime around the program, and what an operating system says to the file.
 *
 * @module
 */
import { ExecutableError } from "./executable/byte_reader.ts";
import { findPayloads, type FoundPayload } from "./executable/container.ts";
import { extractPayload, permissionFlags } from "./executable/extract.ts";
import { judgePayload } from "./executable/judge.ts";
import { parsePayload, type Payload } from "./executable/payload.ts";
import { tryPayload } from "./executable/trial.ts";
import { asText } from "./json.ts";
import { formatProblem, type Problem } from "./problem.ts";
import { needLibrary } from "./release/library.ts";
import { layStage, type Stage } from "./release/stage.ts";
import { projectRoot } from "./source_tree.ts";
import { VERSION } from "../lib/version.ts";

/** What of an executable could be proved. */
export interface BundleReport {
  /** One line for each architecture in it. */
  readonly facts: readonly string[];
  /** What is wrong. */
  readonly problems: readonly Problem[];
}

const FIX = "build it anew from these sources: deno task build";

/**
 * Checks one executable.
 *
 * @param path The file.
 * @param stage What it has to embed.
 */
export function checkBundle(path: string, stage: Stage): BundleReport {
  try {
    const facts: string[] = [];
    const problems: Problem[] = [];
    for (const found of findPayloads(Deno.readFileSync(path))) {
      const payload = parsePayload(found.data);
      facts.push(factsOf(found, payload));
      const wrong = [
        ...judgePayload(payload, stage.files),
        ...tryPayload(payload, VERSION),
      ];
      problems.push(...wrong.map((words) => ({
        path,
        message: `${found.arch}: ${words}`,
        fix: FIX,
      })));
    }
    return { facts, problems };
  } catch (error) {
    if (!(error instanceof ExecutableError)) throw error;
    return {
      facts: [],
      problems: [{ path, message: error.message, fix: FIX }],
    };
  }
}

/** What a payload is, in one line. */
function factsOf({ arch, isMac }: FoundPayload, payload: Payload): string {
  return `${
    isMac ? "macOS" : "Linux"
  } ${arch}: ${payload.files.length} files, ${payload.byteLength} bytes, ${
    permissionFlags(payload.metadata).join(" ")
  }`;
}

/** What is inside, for a person. */
export function listing(path: string): string {
  return findPayloads(Deno.readFileSync(path)).map((found) => {
    const payload = parsePayload(found.data);
    const rows = payload.files.map((file) =>
      `${String(file.bytes.length).padStart(10)}  ${file.path}\n`
    );
    const entry = asText(payload.metadata["entrypoint_key"]);
    return `${factsOf(found, payload)}\n${rows.join("")}starts ${entry}\n`;
  }).join("");
}

function extract(path: string, folder: string): void {
  const found = findPayloads(Deno.readFileSync(path));
  for (const { arch, data } of found) {
    const target = found.length === 1 ? folder : `${folder}/${arch}`;
    Deno.mkdirSync(target, { recursive: true });
    extractPayload(parsePayload(data), target);
  }
}

/**
 * Lays down what an executable of each kind has to embed, once.
 *
 * @throws {Error} If the dylib is needed and cannot be built.
 */
async function checkAll(paths: readonly string[]): Promise<number> {
  const root = projectRoot([]);
  const temporary = Deno.makeTempDirSync({ prefix: "metal-guard-check-" });
  const stages = new Map<boolean, Stage>();
  let count = 0;
  try {
    for (const path of paths) {
      const isMac = isForMac(path);
      let stage = stages.get(isMac);
      if (stage === undefined) {
        if (isMac) await needLibrary(root, (line) => say(Deno.stderr, line));
        const folder = `${temporary}/${isMac ? "mac" : "other"}`;
        Deno.mkdirSync(folder);
        stage = await layStage(root, folder, { hasLibrary: isMac });
        stages.set(isMac, stage);
      }
      const { facts, problems } = checkBundle(path, stage);
      for (const line of facts) say(Deno.stdout, `${path}: ${line}`);
      for (const one of problems) say(Deno.stderr, formatProblem(one));
      count += problems.length;
    }
  } finally {
    Deno.removeSync(temporary, { recursive: true });
  }
  say(
    count === 0 ? Deno.stdout : Deno.stderr,
    count === 0
      ? "check:bundle: all that is embedded is as these sources make it, and runs"
      : `check:bundle: ${count} ${count === 1 ? "problem" : "problems"}`,
  );
  return count === 0 ? 0 : 1;
}

function isForMac(path: string): boolean {
  try {
    return findPayloads(Deno.readFileSync(path)).some(({ isMac }) => isMac);
  } catch (error) {
    if (error instanceof ExecutableError) return false;
    throw error;
  }
}

function say(stream: typeof Deno.stdout, line: string): void {
  stream.writeSync(new TextEncoder().encode(`${line}\n`));
}

const USAGE = `Usage: deno task check:bundle FILE…
       deno task check:bundle --list FILE
       deno task check:bundle --extract FOLDER FILE`;

async function main(args: readonly string[]): Promise<number> {
  const [first = "--help", second, third] = args;
  try {
    if (first === "--list" && second !== undefined) {
      say(Deno.stdout, listing(second).trimEnd());
      return 0;
    }
    if (first === "--extract" && second !== undefined && third !== undefined) {
      extract(third, second);
      return 0;
    }
    if (first.startsWith("-")) {
      say(first === "--help" ? Deno.stdout : Deno.stderr, USAGE);
      return first === "--help" && args.length > 0 ? 0 : 64;
    }
    return await checkAll(args);
  } catch (error) {
    const isKnown = error instanceof ExecutableError ||
      error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.PermissionDenied;
    if (!isKnown) throw error;
    say(Deno.stderr, `check:bundle: ${error.message}`);
    return 1;
  }
}

if (import.meta.main) {
  void main(Deno.args).then((code) => {
    Deno.exitCode = code;
  });
}
