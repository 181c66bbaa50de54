/**
 * Reads a file of `scripts/evidence.sh`: says what our own readers make of it, and turns it into fixtures.
 *
 * Run: `deno run --allow-read scripts/read_evidence.ts FILE`; with `--allow-write … --name m4-max [--into FOLDER]` it
 * writes the fixtures too, into a folder that must not be there yet.
 *
 * @module
 */
import { plainText } from "../lib/core/plain_text.ts";
import {
  type Evidence,
  EvidenceError,
  MAX_EVIDENCE_BYTES,
  parseEvidence,
} from "./evidence/evidence_file.ts";
import { FIXTURE_FILES } from "./evidence/fixtures.ts";
import { describeEvidence } from "./evidence/reading.ts";

/** What {@linkcode main} was asked for. */
interface Request {
  readonly file: string;
  readonly name: string | undefined;
  readonly into: string;
}

const USAGE =
  "usage: read_evidence.ts FILE [--name NAME [--into FOLDER]], NAME of a-z, 0-9 and dashes";

/**
 * Understands the command line.
 *
 * @returns `undefined` where it cannot be understood.
 */
export function parseRequest(args: readonly string[]): Request | undefined {
  let file: string | undefined;
  let name: string | undefined;
  let into = "tests/fixtures/machine";
  for (let at = 0; at < args.length; at++) {
    const word = args[at] ?? "";
    const next = args[at + 1];
    if (word === "--name" && next !== undefined) {
      name = next;
      at++;
    } else if (word === "--into" && next !== undefined) {
      into = next;
      at++;
    } else if (word.startsWith("-") || file !== undefined) return undefined;
    else file = word;
  }
  if (file === undefined) return undefined;
  // A name is one folder, never a way to another one.
  return name === undefined || /^[a-z0-9][a-z0-9-]{0,39}$/.test(name)
    ? { file, name, into }
    : undefined;
}

/** At most so much of a file is read: one byte more says that it is too long. */
function readBounded(path: string): string {
  using file = Deno.openSync(path);
  const buffer = new Uint8Array(MAX_EVIDENCE_BYTES + 1);
  let length = 0;
  while (length < buffer.length) {
    const read = file.readSync(buffer.subarray(length));
    if (read === null) break;
    length += read;
  }
  return new TextDecoder().decode(buffer.subarray(0, length));
}

/** Writes each section that our tests can use, as the file that they read. */
function writeFixtures(evidence: Evidence, folder: string): readonly string[] {
  Deno.mkdirSync(folder);
  return FIXTURE_FILES.flatMap(({ section, file }) => {
    const found = evidence.sections.get(section);
    if (found === undefined || found.text.trim() === "") return [];
    const path = `${folder}/${file}`;
    Deno.writeTextFileSync(path, found.text, { createNew: true });
    return [path];
  });
}

function say(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}

async function main(args: readonly string[]): Promise<number> {
  const request = parseRequest(args);
  if (request === undefined) {
    say(USAGE);
    return 64;
  }
  try {
    const evidence = parseEvidence(readBounded(request.file));
    for (const line of await describeEvidence(evidence)) say(line);
    if (request.name !== undefined) {
      const folder = `${request.into}/${request.name}`;
      for (const path of writeFixtures(evidence, folder)) say(`wrote ${path}`);
      say(
        `Now say in ${request.into}/README.md which values of it are real: all of them, but those that were masked.`,
      );
    }
    return 0;
  } catch (error) {
    if (!(error instanceof EvidenceError) && !isOfTheDisk(error)) throw error;
    say(plainText(error instanceof Error ? error.message : String(error), 300));
    return 1;
  }
}

function isOfTheDisk(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound ||
    error instanceof Deno.errors.AlreadyExists ||
    error instanceof Deno.errors.PermissionDenied ||
    error instanceof Deno.errors.NotADirectory ||
    error instanceof Deno.errors.IsADirectory;
}

if (import.meta.main) {
  void main(Deno.args).then((code) => Deno.exit(code));
}
