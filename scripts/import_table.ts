/**
 * Which room of the house may import which: the table of ARCHITECTURE as data.
 *
 * @module
 */

/** How far one room may reach into another one. */
export type Reach = "all" | "types";

/** What the files of one room may import, besides their own room. */
export interface Room {
  /** Rooms it may import from, and how far. */
  readonly mayImport: Readonly<Record<string, Reach>>;
  /** Whether its files may import each other. */
  readonly isOneRoom: boolean;
}

/** `types` where the table says so; `all` elsewhere. */
function room(
  names: string,
  types = "",
  isOneRoom = true,
): Room {
  const mayImport: Record<string, Reach> = {};
  for (const name of types.split(" ")) mayImport[name] = "types";
  for (const name of names.split(" ")) mayImport[name] = "all";
  return { mayImport, isOneRoom };
}

const BELOW_COMPOSE =
  "core parse policy report ports adapters/deno adapters/mlx adapters/native adapters/ioreg adapters/unsupported registry facts layers config paths version";

/** Every room. A folder that is not here may not exist. */
export const ROOMS: Readonly<Record<string, Room>> = {
  core: room(""),
  parse: room("core"),
  policy: room("core"),
  report: room("core", "policy"),
  ports: room("core"),
  "adapters/deno": room("core parse ports"),
  "adapters/mlx": room("core parse ports"),
  "adapters/native": room("core parse ports ffi"),
  "adapters/ioreg": room("core parse ports ffi"),
  "adapters/unsupported": room("core parse ports ffi"),
  registry: room("core parse data"),
  facts: room("core parse ports registry"),
  layers: room("core parse policy report ports registry facts", "", false),
  config: room("core ports"),
  paths: room("core ports config"),
  version: room("manifest"),
  compose: room(BELOW_COMPOSE),
  cli: room(
    "core parse report registry compose version",
    "policy ports config layers",
  ),
  program: room("adapters/deno cli"),
  "status_program": room("adapters/deno cli", "program"),
  "registry_program": room("adapters/deno cli", "program"),
  "run_program": room("adapters/deno cli", "program"),
  main: room(
    "adapters/deno cli program status_program registry_program run_program",
  ),
  mod: room(`${BELOW_COMPOSE} compose`),
  ffi: room(""),
};

/** One npm package: which rooms may import it, and whether it is too heavy for the fast path. */
export interface Package {
  /** Rooms that may import it. */
  readonly rooms: readonly string[];
  /** Whether only a dynamic import may reach it from the fast path. */
  readonly isHeavy: boolean;
}

/** Every npm package of `deno.json`, with its reason in CONTRIBUTING. */
export const PACKAGES: Readonly<Record<string, Package>> = {
  "@stricli/core": { rooms: ["cli", "main"], isHeavy: false },
  "jsonc-parser": { rooms: ["registry", "parse"], isHeavy: true },
  "ajv": { rooms: ["registry"], isHeavy: true },
};

/**
 * Names the room of a file.
 *
 * @param path Path below the project's folder, with slashes.
 * @returns A key of {@linkcode ROOMS}, `data` for `registry/`, `manifest` for
 *   `deno.json`, or `undefined` for a file outside the table.
 */
export function roomOf(path: string): string | undefined {
  const parts = path.split("/");
  const [first, second, third] = parts;
  if (path === "deno.json") return "manifest";
  if (first === "registry") return "data";
  if (first === "ffi") return "ffi";
  if (first !== "lib") {
    return path === "main.ts" ? "main" : path === "mod.ts" ? "mod" : undefined;
  }
  const name = parts.length === 2
    ? second?.replace(/\.ts$/, "")
    : second === "adapters"
    ? `adapters/${third}`
    : second;
  return name !== undefined && Object.hasOwn(ROOMS, name) ? name : undefined;
}

/**
 * Judges one import by the table.
 *
 * @param from Path of the importing file.
 * @param to Path of the imported file.
 * @param isTypeOnly Whether only types are taken.
 * @returns What is wrong, or `undefined`.
 */
export function judgeImport(
  from: string,
  to: string,
  isTypeOnly: boolean,
): string | undefined {
  const own = roomOf(from);
  const other = roomOf(to);
  if (own === undefined) return `${from} is in no room of the import table`;
  if (other === undefined) return `${to} is in no room of the import table`;
  const rules = ROOMS[own];
  if (rules === undefined) return `${own} imports nothing`;
  if (own === other) {
    return rules.isOneRoom
      ? undefined
      : `files of ${own} may not import each other`;
  }
  const reach = rules.mayImport[other];
  if (reach === "all" || (reach === "types" && isTypeOnly)) return undefined;
  return reach === "types"
    ? `${own} may import only types from ${other}`
    : `${own} may not import ${other}`;
}

/** What a room may import, as a sentence for somebody who has to mend it. */
export function describeRoom(name: string): string {
  const rules = ROOMS[name];
  const list = Object.entries(rules?.mayImport ?? {})
    .filter(([other]) => other !== "")
    .map(([other, reach]) => reach === "types" ? `${other} (types)` : other);
  if (rules?.isOneRoom === true) list.unshift("itself");
  return `${name} may import: ${list.join(", ")}`;
}
