import { type PropertyValue, tryParsePropertyList } from "./property_list.ts";

/** The properties of one object of the IORegistry, under the names that the dylib uses too. */
export type RegistryEntry = Readonly<Record<string, PropertyValue>>;

/**
 * Reads what `ioreg -r -a` prints: one property list with an array of objects, or nothing where none was found.
 *
 * @param text Its standard output.
 * @returns The objects with `class` and `registryId`, or `undefined` when the text is something else.
 */
export function tryParseIoreg(
  text: string,
): readonly RegistryEntry[] | undefined {
  if (text.trim() === "") return [];
  const value = tryParsePropertyList(text);
  if (!Array.isArray(value)) return undefined;
  const entries: RegistryEntry[] = [];
  for (const item of value) {
    if (!isDict(item)) return undefined;
    entries.push(renamed(item));
  }
  return entries;
}

function isDict(value: PropertyValue): value is RegistryEntry {
  return typeof value === "object" && !Array.isArray(value);
}

function renamed(item: RegistryEntry): RegistryEntry {
  const entry: Record<string, PropertyValue> = Object.assign(
    Object.create(null),
    item,
  );
  const className = item["IOObjectClass"] ?? item["IOClass"];
  const id = item["IORegistryEntryID"];
  if (className !== undefined) entry["class"] = className;
  if (id !== undefined) entry["registryId"] = id;
  const creator = item["IOUserClientCreator"];
  const owner = typeof creator === "string"
    ? tryParseCreator(creator)
    : undefined;
  if (owner !== undefined) {
    entry["pid"] = owner.pid;
    entry["name"] = owner.name;
  }
  return entry;
}

/**
 * Reads `IOUserClientCreator`: `pid 812, WindowServer`.
 *
 * @returns `undefined` when it has another form.
 */
export function tryParseCreator(
  text: string,
): { readonly pid: number; readonly name: string } | undefined {
  const match = /^pid (\d{1,10}), (.{0,256})$/s.exec(text);
  if (match === null) return undefined;
  const pid = Number(match[1]);
  return pid > 0 ? { pid, name: match[2] ?? "" } : undefined;
}
