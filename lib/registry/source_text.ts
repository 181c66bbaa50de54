import {
  createScanner,
  findNodeAtLocation,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from "jsonc-parser";
import type { RegistryProblem } from "../core/registry_problem.ts";

/** A file as it was read. */
export interface RegistryFile {
  /** Its name, as problems give it. */
  readonly path: string;
  /** Its content, at most one byte more than {@linkcode MAX_FILE_BYTES}. */
  readonly bytes: Uint8Array;
}

/** Largest file that is looked at, in bytes: the longest of ours has a tenth of it. */
export const MAX_FILE_BYTES = 512 * 1024;
/** Deepest nesting: no schema here has more than ten levels. */
const MAX_DEPTH = 32;
/** Looking back for a comma takes time for each; a person corrects this many at once. */
const MAX_FORM_PROBLEMS = 20;

/** The text of a file with the places of its values. */
export class SourceText {
  /** The file's name. */
  readonly path: string;
  readonly #text: string;
  readonly #lineStarts: readonly number[];
  /** The tree; `undefined` where the text is no JSON. */
  readonly root: Node | undefined;

  /** Use {@linkcode readSource}. */
  constructor(path: string, text: string, root: Node | undefined) {
    this.path = path;
    this.#text = text;
    this.root = root;
    this.#lineStarts = lineStarts(text);
  }

  /** A problem at a place in the text, in characters from its start. */
  problemAt(
    offset: number,
    what: Pick<RegistryProblem, "rule" | "message" | "fix">,
  ): RegistryProblem {
    const line = this.#lineOf(offset);
    const start = this.#lineStarts[line - 1] ?? 0;
    // Characters as an editor counts them: one that takes two units is one.
    const column = [...this.#text.slice(start, offset)].length + 1;
    return { file: this.path, line, column, ...what };
  }

  /** A problem at a value, or at the nearest thing around it that is there. */
  problem(
    path: readonly (string | number)[],
    what: Pick<RegistryProblem, "rule" | "message" | "fix">,
  ): RegistryProblem {
    return this.problemAt(this.#nodeAt(path)?.offset ?? 0, what);
  }

  /** A problem at a key. */
  problemAtKey(
    path: readonly (string | number)[],
    key: string,
    what: Pick<RegistryProblem, "rule" | "message" | "fix">,
  ): RegistryProblem {
    const node = this.#nodeAt(path);
    const property = node?.children?.find((child) =>
      child.children?.[0]?.value === key
    );
    return this.problemAt(property?.offset ?? node?.offset ?? 0, what);
  }

  #nodeAt(path: readonly (string | number)[]): Node | undefined {
    if (this.root === undefined) return undefined;
    for (let length = path.length; length > 0; length--) {
      const node = findNodeAtLocation(this.root, path.slice(0, length));
      if (node !== undefined) return node;
    }
    return this.root;
  }

  #lineOf(offset: number): number {
    let low = 0;
    let high = this.#lineStarts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#lineStarts[middle] ?? Infinity) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  }
}

/** What {@linkcode readSource} answers. */
export interface ReadSource {
  /** The text. */
  readonly source: SourceText;
  /** What it says; `undefined` where it is no JSON. */
  readonly value: unknown;
  /** What is wrong with its form. */
  readonly problems: readonly RegistryProblem[];
}

/** Reads a file's form: size, encoding, JSON with comments. Linear in its size, and bounded. */
export function readSource(file: RegistryFile): ReadSource {
  const bare = (
    rule: string,
    message: string,
    fix: string,
  ): ReadSource => {
    const source = new SourceText(file.path, "", undefined);
    const problem = source.problemAt(0, { rule, message, fix });
    return { source, value: undefined, problems: [problem] };
  };
  if (file.bytes.length > MAX_FILE_BYTES) {
    const kib = MAX_FILE_BYTES / 1024;
    return bare(
      "too-large",
      `The file is larger than ${kib} KiB`,
      "Give each entry a file of its own and keep logs out of it",
    );
  }
  if (hasByteOrderMark(file.bytes)) {
    return bare(
      "byte-order-mark",
      "The file starts with a byte order mark",
      "Save it as UTF-8 without one",
    );
  }
  const text = tryDecode(file.bytes);
  if (text === undefined) {
    return bare("not-utf8", "The file is not UTF-8", "Save it as UTF-8");
  }
  return parseText(file.path, text);
}

function parseText(path: string, text: string): ReadSource {
  const plain = new SourceText(path, text, undefined);
  const tooDeep = offsetTooDeep(text);
  if (tooDeep !== undefined) {
    const problem = plain.problemAt(tooDeep, {
      rule: "too-deep",
      message: `Nested more than ${MAX_DEPTH} levels deep`,
      fix: "Follow the schema: none of them nests like this",
    });
    return { source: plain, value: undefined, problems: [problem] };
  }
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, {
    allowTrailingComma: false,
    disallowComments: false,
    allowEmptyContent: false,
  });
  const source = new SourceText(path, text, root);
  if (errors.length > 0 || root === undefined) {
    return {
      source,
      value: undefined,
      problems: formProblems(source, text, errors),
    };
  }
  return { source, value: valueOf(root), problems: twiceKeys(source, root) };
}

/** Every trailing comma, and the first other fault: what the parser says behind that one mostly follows from it. */
function formProblems(
  source: SourceText,
  text: string,
  errors: readonly ParseError[],
): readonly RegistryProblem[] {
  const commas = new Set<number>();
  const others: RegistryProblem[] = [];
  for (const error of errors) {
    const before = text.slice(0, error.offset).trimEnd();
    const at = text[error.offset];
    if (before.endsWith(",") && (at === "}" || at === "]")) {
      commas.add(before.length - 1);
    } else if (others.length === 0 && commas.size === 0) {
      others.push(source.problemAt(error.offset, {
        rule: "not-json",
        message: `This is no JSON: ${wordsOf(error)}`,
        fix: "Put it right here; comments are allowed, trailing commas are not",
      }));
    }
    if (commas.size >= MAX_FORM_PROBLEMS) break;
  }
  return [
    ...others,
    ...[...commas].map((offset) =>
      source.problemAt(offset, {
        rule: "trailing-comma",
        message: "A comma stands before the closing bracket",
        fix: "Take it away: other readers of the registry refuse it",
      })
    ),
  ];
}

function wordsOf(error: ParseError): string {
  return printParseErrorCode(error.error)
    .replaceAll(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
}

/** As `getNodeValue`, but what is written `__proto__` stays a key of its own. */
function valueOf(node: Node): unknown {
  if (node.type === "array") return (node.children ?? []).map(valueOf);
  if (node.type !== "object") return node.value;
  const entries = (node.children ?? []).map(({ children = [] }) => {
    const [key, value] = children;
    const name: unknown = key?.value;
    return [
      String(name),
      value === undefined ? undefined : valueOf(value),
    ] as const;
  });
  return Object.fromEntries(entries);
}

function twiceKeys(source: SourceText, node: Node): RegistryProblem[] {
  const problems: RegistryProblem[] = [];
  const seen = new Set<string>();
  for (const child of node.children ?? []) {
    if (node.type === "object") {
      const key = String(child.children?.[0]?.value);
      if (seen.has(key)) {
        problems.push(source.problemAt(child.offset, {
          rule: "key-twice",
          message: `The key "${key}" stands here twice`,
          fix: "Keep one of the two: readers take either",
        }));
      }
      seen.add(key);
    }
    problems.push(...twiceKeys(source, child));
  }
  return problems;
}

/** The parser recurses; what would exhaust its stack is found before it starts. */
function offsetTooDeep(text: string): number | undefined {
  const scanner = createScanner(text, true);
  let depth = 0;
  do {
    scanner.scan();
    const mark = text[scanner.getTokenOffset()];
    if (mark === "{" || mark === "[") depth += 1;
    else if (mark === "}" || mark === "]") depth -= 1;
    if (depth > MAX_DEPTH) return scanner.getTokenOffset();
  } while (scanner.getTokenLength() > 0);
  return undefined;
}

function hasByteOrderMark(bytes: Uint8Array): boolean {
  const [a, b, c] = bytes;
  return (a === 0xef && b === 0xbb && c === 0xbf) ||
    (a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff);
}

function tryDecode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    // Only said by the exception: the decoder has no other way to tell.
    return undefined;
  }
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) {
    starts.push(at + 1);
  }
  return starts;
}
