import type { PropertyMap, PropertyValue } from "../core/property_value.ts";

const HEAD = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
`;

const INDENT = "  ";

// deno-lint-ignore no-control-regex
const UNWRITABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;

/**
 * Finds a text that cannot stand in a property list: XML has no way to write most control characters, half a pair of
 * surrogates or the two marks at the end of the first plane.
 *
 * @returns The first such text, a key's or a value's; `undefined` when there is none.
 */
export function badPropertyText(value: PropertyValue): string | undefined {
  if (typeof value === "string") {
    return value.isWellFormed() && !UNWRITABLE.test(value) ? undefined : value;
  }
  if (typeof value !== "object") return undefined;
  const parts = isList(value) ? value : Object.entries(value).flat();
  return parts.map(badPropertyText).find((text) => text !== undefined);
}

/**
 * Writes a property list as XML, the form that `plutil`, launchd and people read.
 *
 * @param value Its content. {@linkcode badPropertyText} finds nothing in it, numbers are whole.
 * @param comment One line for people above the content; it holds no `--`.
 */
export function propertyListText(value: PropertyMap, comment: string): string {
  return `${HEAD}<!-- ${comment} -->\n<plist version="1.0">\n${
    element(value, "")
  }\n</plist>\n`;
}

function element(value: PropertyValue, indent: string): string {
  if (typeof value === "string") {
    return `${indent}<string>${escaped(value)}</string>`;
  }
  if (typeof value === "number") {
    return `${indent}<integer>${value}</integer>`;
  }
  if (typeof value === "boolean") return `${indent}<${value}/>`;
  const inner = `${indent}${INDENT}`;
  if (isList(value)) {
    const parts = value.map((part) => `${element(part, inner)}\n`);
    return `${indent}<array>\n${parts.join("")}${indent}</array>`;
  }
  const parts = Object.entries(value).map(([key, part]) =>
    `${inner}<key>${escaped(key)}</key>\n${element(part, inner)}\n`
  );
  return `${indent}<dict>\n${parts.join("")}${indent}</dict>`;
}

function isList(
  value: readonly PropertyValue[] | PropertyMap,
): value is readonly PropertyValue[] {
  return Array.isArray(value);
}

/** A carriage return would be read back as a line break if it were not written as a number. */
function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;").replaceAll("\r", "&#13;");
}
