import assert from "node:assert/strict";
import { NativeLibrary } from "../../ffi/library.ts";
import { type NativeSymbols, SYMBOLS } from "../../ffi/symbols.ts";
import { projectRoot } from "../../scripts/source_tree.ts";

/** What the simulated Mac counts. */
const COUNTERS = {
  mgsim_live_cf: { parameters: [], result: "i64" },
  mgsim_live_handles: { parameters: [], result: "i64" },
  mgsim_live_metal: { parameters: [], result: "i64" },
  mgsim_live_ports: { parameters: [], result: "i64" },
  mgsim_errors: { parameters: [], result: "i64" },
  mgsim_metal_opens: { parameters: [], result: "i64" },
} as const satisfies Deno.ForeignLibraryInterface;

/** A value in a machine's file. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

/** A JSON object. */
export type JsonObject = { readonly [key: string]: Json };

/** What the simulated Mac is owed. */
export interface Owed {
  /** References of CoreFoundation. */
  readonly references: number;
  /** Handles of IOKit. */
  readonly handles: number;
  /** Objects of Metal. */
  readonly metal: number;
  /** Ports of Mach. */
  readonly ports: number;
  /** Releases of what was not alive. */
  readonly errors: number;
}

/** Nothing is owed. */
export const NOTHING: Owed = {
  references: 0,
  handles: 0,
  metal: 0,
  ports: 0,
  errors: 0,
};

/** An answer as JSON, or the code that came instead. */
export type Raw = Json;

/** Folder of the machines. */
const MACHINES = new URL("../../ffi/machines/", import.meta.url);
const ROOT = projectRoot([]);

/** The library under test: the simulated Mac, or the loader with the shipped slice in it. */
export const LIBRARY = Deno.env.get("METALGUARD_FFI_LIBRARY") ??
  `${ROOT}/dist/ffi/linux-${Deno.build.arch}/libmetalguard-sim.so`;

const opened = openLibrary();
/** Its functions. */
export const symbols: NativeSymbols = opened;
/** Its functions, typed. */
export const library = new NativeLibrary(opened);

function openLibrary(): Deno.DynamicLibrary<
  typeof SYMBOLS & typeof COUNTERS
>["symbols"] {
  try {
    return Deno.dlopen(LIBRARY, { ...SYMBOLS, ...COUNTERS }).symbols;
  } catch (error) {
    throw new Error(
      `Cannot open ${LIBRARY}: run the native tests by \`deno task test:native\``,
      { cause: error },
    );
  }
}

/** What is owed now. */
export function owed(): Owed {
  return {
    references: Number(opened.mgsim_live_cf()),
    handles: Number(opened.mgsim_live_handles()),
    metal: Number(opened.mgsim_live_metal()),
    ports: Number(opened.mgsim_live_ports()),
    errors: Number(opened.mgsim_errors()),
  };
}

/** How often Metal was opened so far. */
export function metalOpens(): number {
  return Number(opened.mgsim_metal_opens());
}

/** Names of the machines. */
export function machineNames(): string[] {
  return [...Deno.readDirSync(MACHINES)].map(({ name }) =>
    name.replace(/\.json$/, "")
  ).sort();
}

/** A machine's file. */
export function readMachine(name: string): JsonObject {
  const json: Json = JSON.parse(
    Deno.readTextFileSync(new URL(`${name}.json`, MACHINES)),
  );
  return asObject(json);
}

/** An object, or the test is wrong. */
export function asObject(value: Json | undefined): JsonObject {
  assert.ok(
    typeof value === "object" && value !== null && !isList(value),
    `${JSON.stringify(value)} is no object`,
  );
  return value;
}

/** A list, or the test is wrong. */
export function asList(value: Json | undefined): readonly Json[] {
  assert.ok(isList(value), `${JSON.stringify(value)} is no list`);
  return value;
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** A copy with another value at a path; `undefined` takes it away. */
export function withValue(
  machine: Json,
  path: readonly (string | number)[],
  value: Json | undefined,
): JsonObject {
  return asObject(replaced(machine, path, value));
}

function replaced(
  from: Json,
  [first, ...rest]: readonly (string | number)[],
  value: Json | undefined,
): Json {
  if (typeof first === "number") {
    return asList(from).map((one, i) =>
      i !== first
        ? one
        : rest.length > 0
        ? replaced(one, rest, value)
        : value ??
          null
    );
  }
  const { [first ?? ""]: old, ...others } = asObject(from);
  const renewed = rest.length > 0 ? replaced(old ?? {}, rest, value) : value;
  return renewed === undefined ? others : { ...others, [first ?? ""]: renewed };
}

/** Plays a scene on a machine; afterwards nothing is owed, or only what `left` says. */
export async function play(
  machine: JsonObject,
  scene: () => Promise<void>,
  left: Partial<Owed> = {},
): Promise<void> {
  const before = owed();
  const file = Deno.makeTempFileSync({ suffix: ".json" });
  Deno.writeTextFileSync(file, JSON.stringify(machine));
  Deno.env.set("METAL_GUARD_SIM", file);
  try {
    await scene();
  } finally {
    Deno.env.delete("METAL_GUARD_SIM");
    Deno.removeSync(file);
  }
  assert.deepEqual(owed(), add(before, { ...NOTHING, ...left }));
}

function add(a: Owed, b: Owed): Owed {
  return {
    references: a.references + b.references,
    handles: a.handles + b.handles,
    metal: a.metal + b.metal,
    ports: a.ports + b.ports,
    errors: a.errors + b.errors,
  };
}

/** Asks a function that answers JSON; a code below 0 is the answer itself. */
export async function ask(
  call: (
    out: Uint8Array<ArrayBuffer>,
    cap: bigint,
  ) => bigint | Promise<bigint>,
  cap = 4_096,
): Promise<Raw> {
  let size = cap;
  for (let tries = 0; tries < 4; tries++) {
    const out = new Uint8Array(size).fill(0xee);
    const length = Number(await call(out, BigInt(size)));
    if (length < 0) return length;
    if (length < size) {
      assert.equal(out[length], 0, "the text has no NUL behind it");
      const text = new TextDecoder("utf-8", { fatal: true }).decode(
        out.subarray(0, length),
      );
      const json: Json = JSON.parse(text);
      return json;
    }
    if (size > 0) assert.equal(out[0], 0, "a text that does not fit is empty");
    assert.ok(
      out.subarray(1).every((byte) => byte === 0xee),
      "nothing is written of a text that does not fit",
    );
    size = length + 1;
  }
  throw new assert.AssertionError({ message: "the answer never fitted" });
}

/** A text with its NUL, as the functions take it. */
export function cString(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${text}\0`);
}
