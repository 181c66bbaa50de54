/** Longest file of evidence that is read. */
export const MAX_EVIDENCE_BYTES = 8 * 1024 * 1024;
/** Most sections: `scripts/evidence.sh` writes some seventeen. */
const MAX_SECTIONS = 64;
/** The form that this reads. */
const FORMAT = "metal-guard evidence 1";

/** What one command printed. */
export interface EvidenceSection {
  /** Its exit code. */
  readonly exitCode: number;
  /** How many bytes it printed before anything was masked or cut. */
  readonly bytes: number;
  /** The command line as it was shown. */
  readonly command: string;
  /** Its standard output, masked. */
  readonly text: string;
  /** The beginning of its standard error, masked. */
  readonly errors: string;
}

/** A whole file of evidence. */
export interface Evidence {
  /** The day on which it was made, as `YYYY-MM-DD`. */
  readonly made: string;
  /** Whether the file has its last line: a file that was cut has not. */
  readonly isWhole: boolean;
  /** Sections by name, the first one of each name. */
  readonly sections: ReadonlyMap<string, EvidenceSection>;
}

/** A file that is no evidence, or more than is read. */
export class EvidenceError extends Error {
  /** Its name in a stack. */
  override readonly name = "EvidenceError";
}

/**
 * Reads a file of `scripts/evidence.sh`. The file comes from strangers: it is bounded, read once from front to back, and
 * nothing in it names a path, a command or a section that we did not ask for.
 *
 * @param text The whole file.
 * @throws {EvidenceError} If it is too long, of another form, or ends inside a section.
 */
export function parseEvidence(text: string): Evidence {
  if (text.length > MAX_EVIDENCE_BYTES) {
    throw new EvidenceError(
      `The evidence is longer than ${MAX_EVIDENCE_BYTES} bytes`,
    );
  }
  const lines = text.split("\n");
  if (lines[0]?.trimEnd() !== FORMAT) {
    throw new EvidenceError(`The first line is not "${FORMAT}"`);
  }
  const made = /^made (?<day>\d{4}-\d\d-\d\d)$/.exec(lines[1]?.trimEnd() ?? "")
    ?.groups?.["day"];
  if (made === undefined) {
    throw new EvidenceError("The second line does not say when it was made");
  }
  const sections = new Map<string, EvidenceSection>();
  let open: OpenSection | undefined;
  let isWhole = false;
  for (let at = 2; at < lines.length; at++) {
    const line = (lines[at] ?? "").replace(/\r$/, "");
    if (open === undefined) {
      if (line === "== done") isWhole = true;
      open = tryBegin(line);
    } else if (line === `== end ${open.name}`) {
      if (!sections.has(open.name)) sections.set(open.name, closed(open));
      open = undefined;
    } else take(open, line);
    if (sections.size > MAX_SECTIONS) {
      throw new EvidenceError(`There are more than ${MAX_SECTIONS} sections`);
    }
  }
  if (open !== undefined) {
    throw new EvidenceError(`The file ends inside of the section ${open.name}`);
  }
  return { made, isWhole, sections };
}

interface OpenSection {
  readonly name: string;
  readonly exitCode: number;
  readonly bytes: number;
  command: string;
  readonly out: string[];
  readonly errors: string[];
}

function tryBegin(line: string): OpenSection | undefined {
  const groups =
    /^== begin (?<name>[a-z_]{1,20}) exit=(?<exit>\d{1,3}) bytes=(?<bytes>\d{1,12})$/
      .exec(line)?.groups;
  return groups === undefined ? undefined : {
    name: groups["name"] ?? "",
    exitCode: Number(groups["exit"]),
    bytes: Number(groups["bytes"]),
    command: "",
    out: [],
    errors: [],
  };
}

/** What an answer prints begins with `| `, so it can neither end its section nor begin another one. */
function take(section: OpenSection, line: string): void {
  if (line.startsWith("| ")) section.out.push(line.slice(2));
  else if (line.startsWith("! ")) section.errors.push(line.slice(2));
  else if (line.startsWith("$ ") && section.command === "") {
    section.command = line.slice(2);
  } else if (line === "|") section.out.push("");
}

function closed(section: OpenSection): EvidenceSection {
  const { exitCode, bytes, command, out, errors } = section;
  const text = out.length === 0 ? "" : `${out.join("\n")}\n`;
  return { exitCode, bytes, command, text, errors: errors.join("\n") };
}
