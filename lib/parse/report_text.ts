/** How far into a text without byte order mark is looked for the zeros of UTF-16. */
const SAMPLE_BYTES = 256;

/** Made for the first report: a gate without reports decodes nothing. */
let utf8: TextDecoder | undefined;

/**
 * Decodes a report: UTF-8, or UTF-16 with or without byte order mark. Never throws: bytes that mean nothing become
 * replacement characters, zeros are left out.
 */
export function decodeReportBytes(bytes: Uint8Array): string {
  const encoding = utf16In(bytes);
  const text = encoding === undefined
    ? (utf8 ??= new TextDecoder()).decode(bytes)
    : new TextDecoder(encoding).decode(bytes);
  return text.includes("\0") ? text.replaceAll("\0", "") : text;
}

function utf16In(bytes: Uint8Array): "utf-16le" | "utf-16be" | undefined {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  if (first !== 0 && second !== 0) return undefined;
  const length = Math.min(bytes.length & ~1, SAMPLE_BYTES);
  let evenZeros = 0;
  let oddZeros = 0;
  for (let i = 0; i < length; i += 2) {
    if (bytes[i] === 0) evenZeros += 1;
    if (bytes[i + 1] === 0) oddZeros += 1;
  }
  // Latin text in UTF-16 is a zero every other byte; anything else with zeros in it is damaged UTF-8.
  const many = length * 0.35;
  if (oddZeros >= many && evenZeros < many / 4) return "utf-16le";
  if (evenZeros >= many && oddZeros < many / 4) return "utf-16be";
  return undefined;
}

/** Control characters but tab and line break, and the marks that turn writing direction around. */
const CONTROL =
  // deno-lint-ignore no-control-regex
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+/g;

/**
 * Takes out of foreign text of several lines what acts on a terminal. For a single line there is `plainText`.
 *
 * @returns The text with its tabs and line breaks; carriage returns are gone.
 */
export function stripControl(text: string): string {
  return text.replace(CONTROL, "");
}

/** A report in two: macOS writes a line of JSON, then the report itself. */
export interface SplitReport {
  /** The first line, if it is a JSON object. */
  readonly header: string | undefined;
  /** The rest, or all of it. */
  readonly body: string;
}

/** A first line longer than this is not the short record that macOS writes. */
const LONGEST_HEADER = 4_096;

/** Tells the JSON line at the start of a report from what follows. */
export function splitReport(text: string): SplitReport {
  const end = text.slice(0, LONGEST_HEADER).indexOf("\n");
  if (end < 0) return { header: undefined, body: text };
  const line = text.slice(0, end).trim();
  return line.startsWith("{") && line.endsWith("}")
    ? { header: line, body: text.slice(end + 1) }
    : { header: undefined, body: text };
}
