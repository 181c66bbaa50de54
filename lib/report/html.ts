import { plainText } from "../core/plain_text.ts";

/** A piece of a page that is safe to stand there as it is. Only {@linkcode html} makes one. */
export class Html {
  /** The markup. */
  readonly markup: string;

  /** Used by {@linkcode html} and by constants of a page. */
  constructor(markup: string) {
    this.markup = markup;
  }
}

/** What may be put into a page: text is escaped, lists are joined. */
export type HtmlValue =
  | string
  | number
  | Html
  | null
  | readonly HtmlValue[];

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Longest text that is put into a page in one piece. */
const LONGEST_TEXT = 4_096;

/** Makes foreign text safe inside an element and inside a quoted attribute; control characters become spaces. */
export function escapeHtml(text: string): string {
  return plainText(text, LONGEST_TEXT).replace(
    /[&<>"']/g,
    (mark) => ENTITIES[mark] ?? "",
  );
}

/**
 * Writes a piece of a page. Every value is escaped, unless it came from here.
 *
 * @example
 * ```ts
 * import { html } from "./html.ts";
 *
 * const name = "<b>";
 * console.assert(html`<p>${name}</p>`.markup === "<p>&lt;b&gt;</p>");
 * ```
 */
export function html(
  parts: TemplateStringsArray,
  ...values: readonly HtmlValue[]
): Html {
  return new Html(
    parts.map((part, index) => {
      const value = values[index];
      return value === undefined ? part : part + markupOf(value);
    }).join(""),
  );
}

function markupOf(value: HtmlValue): string {
  if (value === null) return "";
  if (typeof value === "string") return escapeHtml(value);
  if (typeof value === "number") return String(value);
  if (value instanceof Html) return value.markup;
  return value.map(markupOf).join("");
}
