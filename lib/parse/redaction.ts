import { findPrivateMarks } from "./private_marks.ts";

/** What tells who somebody is, and nothing about a panic. */
export interface PrivateWords {
  /** Home folder; `undefined` where there is none. */
  readonly home: string | undefined;
  /** Names of the user: the short one, the full one. */
  readonly users: readonly string[];
  /** Names of the machine. */
  readonly hosts: readonly string[];
  /** Serial numbers and identities of the machine. */
  readonly serials: readonly string[];
}

/** Takes what is private out of a text. */
export type Redact = (text: string) => string;

/** A shorter name stands in every other word. */
const SHORTEST_NAME = 3;
/** Names that stand in every report anyway: they tell nobody who somebody is, and without them no report can be read. */
const COMMON = new Set(
  "admin administrator apple default gpu guest home host kernel localhost mac macos mac-mini mac-studio macbook macbook-pro macbook-air metal mlx model panic python root runner server staff system test user users"
    .split(" "),
);

/**
 * Makes a function that takes names, home folders, hosts, serial numbers and secrets out of a text (SPEC 12, SAFETY P3).
 *
 * Fails closed: what looks private goes, also where it is not. Whatever stands in its place holds neither quotes nor
 * backslashes, so that JSON stays JSON. Linear in the text's length. A boot session's UUID stays: it names a crash.
 *
 * @param words What is known to be private here.
 */
export function createRedactor(words: PrivateWords): Redact {
  const home = homePattern(words.home);
  const names = namesPattern(words);
  return (text) => {
    const withoutHome = home === undefined ? text : text.replace(home, "~");
    const withoutPlaces = redactPlaces(withoutHome);
    const withoutMarks = redactMarks(withoutPlaces);
    return names === undefined ? withoutMarks : names(withoutMarks);
  };
}

function homePattern(home: string | undefined): RegExp | undefined {
  if (home === undefined || home.length < 4) return undefined;
  const parts = home.split("/").map((part) => formsOf(part).map(escaped));
  const source = parts.map((forms) => `(?:${forms.join("|")})`).join(SLASH);
  // A longer name that begins alike is another folder.
  return new RegExp(`${source}(?![\\w-])`, "gi");
}

/** A slash, as JSON may write it. */
const SLASH = String.raw`\\?/`;

/** Folders whose next part names somebody or something of somebody. */
const PLACES = new RegExp(
  `(${SLASH}(?:Users|home)${SLASH})(?!Shared\\b)[^\\s/\\\\"'<>|:,;()[\\]]{1,64}` +
    `|(${SLASH}Volumes${SLASH})(?!Macintosh HD\\b)(?:[^/\\\\"\\n\\r<>|:]{1,64}(?=${SLASH})|[^\\s/\\\\"'<>|:,;()[\\]]{1,64})` +
    `|(${SLASH}var${SLASH}folders${SLASH})[\\w+-]{1,16}(?:${SLASH}[\\w+-]{1,64})?`,
  "gi",
);

function redactPlaces(text: string): string {
  return text.replace(
    PLACES,
    (_, users?: string, volumes?: string, folders?: string) =>
      users !== undefined
        ? `${users}[user]`
        : volumes !== undefined
        ? `${volumes}[volume]`
        : `${folders ?? ""}[folder]`,
  );
}

function redactMarks(text: string): string {
  const parts: string[] = [];
  let done = 0;
  for (const { from, to, put } of findPrivateMarks(text)) {
    parts.push(text.slice(done, from), put);
    done = to;
  }
  return parts.length === 0 ? text : parts.join("") + text.slice(done);
}

function namesPattern(words: PrivateWords): Redact | undefined {
  const kinds = new Map<string, string>();
  const add = (names: readonly string[], put: string): void => {
    for (const name of names) {
      for (const form of formsOf(name.trim())) {
        const key = form.toLowerCase();
        if (form.length < SHORTEST_NAME || COMMON.has(key)) continue;
        if (!kinds.has(key)) kinds.set(key, put);
      }
    }
  };
  add(words.serials, "[serial]");
  add(words.hosts, "[host]");
  add(words.hosts.map((host) => host.split(".")[0] ?? ""), "[host]");
  add(words.users, "[user]");
  // A name in several parts: each of them is one.
  add(words.users.flatMap((name) => name.split(/\s+/)), "[user]");
  if (kinds.size === 0) return undefined;
  const longestFirst = [...kinds.keys()].toSorted((a, b) =>
    b.length - a.length
  );
  const pattern = new RegExp(longestFirst.map(escaped).join("|"), "gi");
  return (text) =>
    text.replace(
      pattern,
      (found: string, at: number, whole: string) =>
        isWordStart(whole, at) && isWordEnd(whole, at + found.length)
          ? kinds.get(found.toLowerCase()) ?? "[user]"
          : found,
    );
}

/** A name as texts may write it: composed or not, with its letters escaped as in JSON, in an address, in HTML. */
function formsOf(name: string): readonly string[] {
  if (name === "") return [""];
  const plain = [name.normalize("NFC"), name.normalize("NFD")];
  const typographic = plain.flatMap((form) => [
    form,
    form.replaceAll("'", "’"),
    form.replaceAll("’", "'"),
  ]);
  return [
    ...new Set(typographic.flatMap((form) => [
      form,
      form.replace(
        /[\u0080-\uffff]/g,
        (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
      ),
      encodeURIComponent(form.toWellFormed()),
      form.replaceAll("&", "&amp;").replaceAll("'", "&#39;"),
    ])),
  ];
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}

const WORD = /[\p{L}\p{N}]/u;
/** An escape of JSON that ends in a letter is no letter. */
const ESCAPE_BEFORE = /\\(?:[bfnrt]|u[0-9a-f]{4})$/i;

function isWordStart(text: string, at: number): boolean {
  if (at === 0 || !WORD.test(text.charAt(at - 1))) return true;
  return ESCAPE_BEFORE.test(text.slice(Math.max(0, at - 6), at));
}

function isWordEnd(text: string, at: number): boolean {
  return at >= text.length || !WORD.test(text.charAt(at));
}
