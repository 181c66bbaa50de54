import assert from "node:assert/strict";
import { ABI_VERSION, ERROR_CODES, SYMBOLS } from "../../ffi/symbols.ts";

const HEADER = Deno.readTextFileSync(
  new URL("../../ffi/src/metal_guard.h", import.meta.url),
);

/** C type to FFI type. */
const TYPES: Readonly<Record<string, string>> = {
  "int32_t": "i32",
  "uint32_t": "u32",
  "int64_t": "i64",
  "uint64_t": "u64",
  "const char *": "buffer",
  "char *": "buffer",
  "uint64_t *": "buffer",
};

interface Signature {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly result: string;
}

/** The functions that the header declares, in its order. */
function declared(): Signature[] {
  const functions = HEADER.matchAll(
    /^MG_EXPORT (?<result>\w+) (?<name>mg_\w+)\((?<list>[^)]*)\);/gm,
  );
  return [...functions].map(({ groups }) => ({
    name: groups?.["name"] ?? "",
    result: typeOf(groups?.["result"] ?? ""),
    parameters: groups?.["list"] === "void" ? [] : (groups?.["list"] ?? "")
      .split(", ").map((one) => typeOf(one.replace(/\w+$/, "").trim())),
  }));
}

function typeOf(type: string): string {
  const found = TYPES[type];
  assert.ok(found !== undefined, `${type} has no FFI type`);
  return found;
}

Deno.test("SYMBOLS are the functions of the header, in its order", () => {
  // Kills: a parameter that is added in C alone, which makes every later one another.
  assert.deepEqual(
    Object.entries(SYMBOLS).map((
      [name, { parameters, result }],
    ): Signature => ({
      name,
      parameters: [...parameters],
      result,
    })),
    declared(),
  );
  assert.equal(
    [...HEADER.matchAll(/\bMG_EXPORT\b(?!\s*(?:__attribute__|\n))/g)].length,
    declared().length,
    "a declaration that this test does not understand",
  );
});

Deno.test("ABI_VERSION and ERROR_CODES are those of the header", () => {
  // Kills: a new code that counts as an answer of a wrong kind.
  assert.equal(
    /#define MG_ABI_VERSION (?<n>\d+)/.exec(HEADER)?.groups?.["n"],
    String(ABI_VERSION),
  );
  const codes = [
    ...HEADER.matchAll(/#define MG_E_(?<name>\w+) \((?<n>-\d+)\)/g),
  ];
  assert.deepEqual(
    codes.map(({ groups }) => groups?.["n"]).sort(),
    Object.keys(ERROR_CODES).sort(),
  );
  const words = codes.map(({ groups }): [string, string] => [
    groups?.["n"] ?? "",
    (groups?.["name"] ?? "").toLowerCase().replace("_", "-"),
  ]);
  for (const [number, word] of words) {
    const code: string = Object.entries(ERROR_CODES).find(([n]) =>
      n === number
    )?.[1] ?? "";
    assert.ok(code.startsWith(word), `${number} is ${word}, not ${code}`);
  }
});

Deno.test("no function blocks the event loop", () => {
  // Kills: a driver that hangs and takes the whole program along; machine code that Deno compiles at each start.
  const blocking = Object.entries(SYMBOLS).filter(([, one]) =>
    !("nonblocking" in one)
  );
  assert.deepEqual(blocking, []);
});
