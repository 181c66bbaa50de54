/** What an XML property list can say, as JSON would say it. */
export type PropertyValue =
  | string
  | number
  | boolean
  /** Bytes, as hexadecimal digits. */
  | { readonly hex: string }
  | readonly PropertyValue[]
  | { readonly [key: string]: PropertyValue };

/** A busy Mac's list of GPU clients has some hundred KiB. In UTF-16 units. */
const MAX_LENGTH = 32 * 2 ** 20;
/** The IORegistry is some twenty levels deep at most. */
const MAX_DEPTH = 128;

const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
};

/**
 * Reads an XML property list as Apple's programs print it. There are no entities but the five of XML and character
 * numbers, and nothing is fetched.
 *
 * @param text The whole document. An empty text is no list.
 * @returns The value, or `undefined` when it is no whole property list.
 */
export function tryParsePropertyList(text: string): PropertyValue | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const scan = new Scan(text);
  try {
    return scan.document();
  } catch (error) {
    if (error instanceof NotWholeError) return undefined;
    throw error;
  }
}

class NotWholeError extends Error {}

interface Tag {
  readonly name: string;
  readonly kind: "open" | "close" | "empty";
}

class Scan {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): PropertyValue {
    this.#need(this.#tag(), "plist", "open");
    const value = this.#value(this.#tag(), 0);
    this.#need(this.#tag(), "plist", "close");
    return value;
  }

  /** The next tag; text, comments, processing instructions and the document's type before it are passed over. */
  #tag(): Tag {
    for (;;) {
      const start = this.#text.indexOf("<", this.#at);
      if (start < 0) throw new NotWholeError();
      if (this.#text.startsWith("<!--", start)) {
        this.#at = this.#end("-->", start);
        continue;
      }
      const end = this.#end(">", start);
      this.#at = end;
      const inner = this.#text.slice(start + 1, end - 1);
      if (inner.startsWith("?") || inner.startsWith("!")) continue;
      if (inner.startsWith("/")) {
        return { name: inner.slice(1).trim(), kind: "close" };
      }
      const isEmpty = inner.endsWith("/");
      const [name = ""] = (isEmpty ? inner.slice(0, -1) : inner).split(" ", 1);
      return { name, kind: isEmpty ? "empty" : "open" };
    }
  }

  #end(mark: string, from: number): number {
    const at = this.#text.indexOf(mark, from);
    if (at < 0) throw new NotWholeError();
    return at + mark.length;
  }

  #need(tag: Tag, name: string, kind: Tag["kind"]): void {
    if (tag.name !== name || tag.kind !== kind) throw new NotWholeError();
  }

  #value(tag: Tag, depth: number): PropertyValue {
    if (tag.kind === "close" || depth > MAX_DEPTH) throw new NotWholeError();
    switch (tag.name) {
      case "true":
      case "false":
        if (tag.kind === "open") this.#content(tag.name);
        return tag.name === "true";
      case "dict":
        return tag.kind === "empty" ? {} : this.#dict(depth);
      case "array":
        return tag.kind === "empty" ? [] : this.#array(depth);
      case "integer":
        return integerOf(this.#leaf(tag));
      case "real":
        return realOf(this.#leaf(tag));
      case "data":
        return { hex: hexOf(this.#leaf(tag)) };
      case "string":
      case "date":
        return this.#leaf(tag);
      default:
        throw new NotWholeError();
    }
  }

  #dict(depth: number): { readonly [key: string]: PropertyValue } {
    // Without a prototype: a property may well be called `__proto__`.
    const dict: Record<string, PropertyValue> = Object.create(null);
    for (;;) {
      const tag = this.#tag();
      if (tag.name === "dict" && tag.kind === "close") return dict;
      if (tag.name !== "key") throw new NotWholeError();
      const key = this.#leaf(tag);
      dict[key] = this.#value(this.#tag(), depth + 1);
    }
  }

  #array(depth: number): readonly PropertyValue[] {
    const list: PropertyValue[] = [];
    for (;;) {
      const tag = this.#tag();
      if (tag.name === "array" && tag.kind === "close") return list;
      list.push(this.#value(tag, depth + 1));
    }
  }

  #leaf(tag: Tag): string {
    return tag.kind === "empty" ? "" : this.#content(tag.name);
  }

  #content(name: string): string {
    const start = this.#at;
    const end = this.#text.indexOf("<", start);
    if (end < 0) throw new NotWholeError();
    this.#at = end;
    this.#need(this.#tag(), name, "close");
    return unescaped(this.#text.slice(start, end));
  }
}

function unescaped(text: string): string {
  return text.replace(
    /&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|([a-z]{2,4}));/g,
    (whole, decimal, hex, name) => {
      if (name !== undefined) return ENTITIES[name] ?? whole;
      const code = decimal === undefined ? parseInt(hex, 16) : Number(decimal);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}

/** `NaN` for what is no whole number: every reading refuses it. */
function integerOf(text: string): number {
  const plain = text.trim();
  return /^[+-]?\d{1,20}$|^0x[0-9a-fA-F]{1,16}$/.test(plain)
    ? Number(plain)
    : NaN;
}

function realOf(text: string): number {
  const plain = text.trim();
  return plain === "" ? NaN : Number(plain);
}

function hexOf(base64: string): string {
  try {
    return Uint8Array.fromBase64(base64).toHex();
  } catch (error) {
    if (error instanceof SyntaxError) throw new NotWholeError();
    throw error;
  }
}
