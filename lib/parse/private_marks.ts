import { isSecretName } from "./command_line.ts";

/** A piece of a text and what comes in its place. */
export interface Edit {
  /** Where it begins. */
  readonly from: number;
  /** Where it ends. */
  readonly to: number;
  /** What comes there. */
  readonly put: string;
}

/** What is private around a mark, by its look; `at` is where the mark stands. */
type Rule = (text: string, at: number) => Edit | undefined;

/**
 * Finds what is private by its look: secrets under their names, tokens, serial numbers, addresses of mail and of network
 * cards, names of hosts.
 *
 * Each rule has a few literal marks, which one pass over the text looks for by their first three letters: reports have
 * five megabytes, and a pattern of all marks takes ten times as long.
 *
 * @param text The text.
 * @returns Pieces that do not overlap, in their order.
 */
export function findPrivateMarks(text: string): readonly Edit[] {
  const edits: Edit[] = [];
  let free = 0;
  eachCandidate(text, (end) => {
    const edit = tryMark(text, end, free);
    if (edit === undefined || edit.from < free) return;
    edits.push(edit);
    free = edit.to;
  });
  return edits;
}

/** Calls back for each place at which the third letter of a mark may stand, an `@`, or two colons with a pair between. */
function eachCandidate(text: string, found: (end: number) => void): void {
  const bytes = new TextEncoder().encode(text);
  // Letters of a text cost three times as much to look at as bytes; they are the same where there is nothing but ASCII.
  const codes = bytes.length === text.length ? bytes : codesOf(text);
  const { length } = codes;
  let hash = 0;
  let lastColon = -1;
  for (let end = 0; end < length; end++) {
    const code = codes[end] ?? 0;
    hash = ((hash << SHIFT) ^ (code | SMALL)) & MASK;
    if (code === COLON) {
      if (lastColon === end - 3) found(end);
      lastColon = end;
    } else if (TABLE[hash] !== 0 || code === AT) found(end);
  }
}

/** Every letter as a byte; one that is none cannot stand in a mark. */
function codesOf(text: string): Uint8Array {
  const codes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    codes[at] = code < 0x80 ? code : 0;
  }
  return codes;
}

function tryMark(text: string, end: number, free: number): Edit | undefined {
  const code = text.charCodeAt(end);
  if (code === AT) return mail(text, end);
  const edit = end - 2 < free ? undefined : tryRules(text, end - 2);
  return edit ?? (code === COLON ? networkCard(text, end - 3) : undefined);
}

function tryRules(text: string, at: number): Edit | undefined {
  for (const [mark, rule] of RULES) {
    if (!startsWith(text, at, mark)) continue;
    const edit = rule(text, at);
    if (edit !== undefined) return edit;
  }
  return undefined;
}

function startsWith(text: string, at: number, mark: string): boolean {
  for (let i = 0; i < mark.length; i++) {
    if ((text.charCodeAt(at + i) | SMALL) !== (mark.charCodeAt(i) | SMALL)) {
      return false;
    }
  }
  return true;
}

/** Turns a large letter into a small one, and a few other characters into ones that no mark has. */
const SMALL = 32;
/** Three letters fill the hash; a fourth pushes the first one out. */
const SHIFT = 5;
const MASK = 0x7fff;

/** Longest secret that is looked at. */
const AFTER_KEY =
  /[\w-]{1,44}?(\\?["']?\s{0,2}[:=]\s{0,2}\\?["']?)([^\s"'\\,;&<>]{4,256})/y;
const SERIAL_KEY =
  /[a-z_ ]{4,40}(?: \([a-z ]{1,16}\))?(\\?["']?\s{0,4}[:=]\s{0,4})(\\?["']?)([a-z0-9-]{6,64})/iy;
const TOKEN = /[A-Za-z0-9]{1,7}[_-][A-Za-z0-9_.-]{8,512}/y;
const JSON_TOKEN = /eyJ[A-Za-z0-9_.-]{8,4096}/y;
const CREDENTIALS = /(?:bearer|basic) {1,4}[\w.~+/=-]{8,512}/iy;
const USER_INFO = /:\/\/[^\s/@"'\\]{1,256}@/y;
const MAIL_END =
  /@[\w-]{1,63}(?:\.[\w-]{1,63}){0,4}\.([A-Za-z]{2,24})(?![\w.])/y;
const LOCAL_END = /\.local(?![\w-])(?!\.[a-z0-9])/iy;
const MAC_END =
  /(?:MacBook|iMac|Mac[ -](?:mini|Studio|Pro))(?:[ -](?:Pro|Air|\d{1,3}))*(?:\.local(?![\w-]))?/iy;
const CARD =
  /:[0-9a-f]{2}:[0-9a-f]{2}:[0-9a-f]{2}:[0-9a-f]{2}:[0-9a-f]{2}(?![0-9a-f:])/iy;
/** Whose name follows. A process, a file or a kext has a name too, and a report is about those. */
const NAMED = /(?:host|computer|user|full|real)$/i;
/** The rest of a key, then a name: in quotes inside of JSON's text, in quotes, or up to what ends a field or a line. */
const AFTER_NAMED =
  /[_ -]?name((?:\\?["'])?\s{0,2}[:=][ \t]{0,4}(?:\\?["'])?)(?:(?<=\\["'])((?:[^"'\\\n]|'(?=\w)|\\{2}u[\da-f]{4}){1,256})|(?<=")((?:[^"\\\n]|\\[^\n]){1,256})|(?<=')([^'\\\n]{1,256})|(?<!["'])([^\s"'\\,;|][^"\\\n,;|]{0,255}))/iy;
/** What stands behind an `@` in a panic's text is a file of the kernel's sources. */
const SOURCE_FILE = /^(?:cpp|c|h|m|mm|hpp|py|rs|swift|dylib|ts|js|kext)$/i;

const COLON = 58;
const AT = 64;

function match(
  pattern: RegExp,
  text: string,
  at: number,
): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function before(text: string, at: number, pattern: RegExp): string | undefined {
  return pattern.exec(text.slice(Math.max(0, at - 64), at))?.[0];
}

function isInWord(text: string, at: number): boolean {
  return at > 0 && /[A-Za-z0-9_]/.test(text.charAt(at - 1));
}

const secretKey: Rule = (text, at) => {
  const found = match(AFTER_KEY, text, at);
  const [whole, mark, value] = found ?? [];
  if (whole === undefined || mark === undefined || value === undefined) {
    return undefined;
  }
  const name = `${before(text, at, /[\w-]*$/) ?? ""}${
    whole.slice(0, whole.length - mark.length - value.length)
  }`;
  const isPlain = /^(?:-?[\d.]+|true|false|null)[\]})]*$/.test(value);
  if (isPlain || !isSecretName(name)) return undefined;
  const to = at + whole.length;
  // `Authorization: Bearer abc`: the word behind it is the secret.
  const scheme = /^(?:bearer|basic)$/i.test(value)
    ? match(CREDENTIALS, text, to - value.length)?.[0]
    : undefined;
  const from = to - value.length;
  return {
    from,
    to: scheme === undefined ? to : from + scheme.length,
    put: "[secret]",
  };
};

const serialKey: Rule = (text, at) => {
  const found = match(SERIAL_KEY, text, at);
  const [whole, mark = "", quote, value] = found ?? [];
  if (whole === undefined || value === undefined || !/\d/.test(value)) {
    return undefined;
  }
  // A bare number under a quoted key: a word in its place would break the JSON around it.
  const isBare = quote === "" && mark.includes('"');
  const to = at + whole.length;
  return {
    from: to - value.length,
    to,
    put: isBare ? "null" : "[serial]",
  };
};

const namedName: Rule = (text, at) => {
  const whose = NAMED.exec(text.slice(Math.max(0, at - 16), at + 1))?.[0];
  if (whose === undefined) return undefined;
  const found = match(AFTER_NAMED, text, at + 1);
  const [whole, mark = "", nested, quoted, single, bare] = found ?? [];
  const value = nested ?? quoted ?? single ?? bare?.trimEnd();
  if (whole === undefined || value === undefined || value === "") {
    return undefined;
  }
  const isHost = /host|computer/i.test(whose);
  const from = at + 1 + whole.indexOf(mark) + mark.length;
  const isValue = /^(?:-?[\d.]+|true|false|null|[[{])/.test(value);
  return bare !== undefined && isValue
    ? undefined
    : { from, to: from + value.length, put: isHost ? "[host]" : "[user]" };
};

const token: Rule = (text, at) => {
  if (isInWord(text, at)) return undefined;
  const found = match(TOKEN, text, at)?.[0];
  return found === undefined || /^[^_-]*[_-][a-z-]+$/.test(found)
    ? undefined
    : { from: at, to: at + found.length, put: "[secret]" };
};

const jsonToken: Rule = (text, at) => {
  const found = isInWord(text, at) ? undefined : match(JSON_TOKEN, text, at);
  return found === null || found === undefined
    ? undefined
    : { from: at, to: at + found[0].length, put: "[secret]" };
};

const credentials: Rule = (text, at) => {
  const found = match(CREDENTIALS, text, at)?.[0];
  return found === undefined || isInWord(text, at) ||
      !/\d|[A-Z].*[a-z]/.test(found.slice(7))
    ? undefined
    : { from: at, to: at + found.length, put: "[secret]" };
};

const mail: Rule = (text, at) => {
  const found = match(MAIL_END, text, at);
  const name = before(text, at, /[\w.+-]+$/);
  return found === null || name === undefined ||
      SOURCE_FILE.test(found[1] ?? "")
    ? undefined
    : { from: at - name.length, to: at + found[0].length, put: "[email]" };
};

const userInfo: Rule = (text, at) => {
  const found = match(USER_INFO, text, at)?.[0];
  return found === undefined
    ? undefined
    : { from: at + 3, to: at + found.length - 1, put: "[secret]" };
};

const localHost: Rule = (text, at) => {
  const found = match(LOCAL_END, text, at)?.[0];
  const name = before(text, at, /[\p{L}\p{N}-]+$/u);
  return found === undefined || name === undefined
    ? undefined
    : { from: at - name.length, to: at + found.length, put: "[host]" };
};

const ownedMac: Rule = (text, at) => {
  const found = match(MAC_END, text, at)?.[0];
  const owner = before(
    text,
    at,
    /(?:(?:\p{Lu}[\p{L}\p{N}]* )?[\p{L}\p{N}]+['’]s |[\p{L}\p{N}]+s-)$/u,
  );
  return found === undefined || owner === undefined
    ? undefined
    : { from: at - owner.length, to: at + found.length, put: "[host]" };
};

const networkCard: Rule = (text, at) => {
  const start = at - 2;
  const isPair = start >= 0 && /^[0-9a-f]{2}$/i.test(text.slice(start, at)) &&
    !isInWord(text, start);
  const found = isPair ? match(CARD, text, at)?.[0] : undefined;
  return found === undefined
    ? undefined
    : { from: start, to: at + found.length, put: "[address]" };
};

/** Marks are in small letters, three at least. */
const RULES: readonly (readonly [string, Rule])[] = [
  ...[
    "serial",
    "udid",
    "ecid",
    "crashreporterkey",
    "platformuuid",
    "hardware uuid",
    "hardwareuuid",
    "anonuuid",
  ].map((mark) => [mark, serialKey] as const),
  ...[
    "key",
    "token",
    "secret",
    "passw",
    "passphrase",
    "pwd",
    "credential",
    "authorization",
  ].map((mark) => [mark, secretKey] as const),
  ...["hf_", "sk-", "ghp_", "gho_", "ghu_", "ghs_", "github_pat_"].map((
    mark,
  ) => [mark, token] as const),
  ...["xoxa-", "xoxb-", "xoxp-"].map((mark) => [mark, token] as const),
  // The last letter of whose name it is, and the word `name`, as they may be written.
  ...["t", "r", "l"].flatMap((last) =>
    ["", " ", "_", "-"].map((blank) =>
      [`${last}${blank}name`, namedName] as const
    )
  ),
  ["eyj", jsonToken],
  ["bearer ", credentials],
  ["basic ", credentials],
  ["://", userInfo],
  [".local", localHost],
  ["macbook", ownedMac],
  ["imac", ownedMac],
  ["mac mini", ownedMac],
  ["mac-mini", ownedMac],
  ["mac studio", ownedMac],
  ["mac-studio", ownedMac],
  ["mac pro", ownedMac],
  ["mac-pro", ownedMac],
];

const TABLE: Uint8Array = tableOf(RULES.map(([mark]) => mark));

function tableOf(marks: readonly string[]): Uint8Array {
  const table = new Uint8Array(MASK + 1);
  for (const mark of marks) {
    let hash = 0;
    for (let i = 0; i < 3; i++) {
      hash = ((hash << SHIFT) ^ (mark.charCodeAt(i) | SMALL)) & MASK;
    }
    table[hash] = 1;
  }
  return table;
}
