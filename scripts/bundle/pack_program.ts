import { brotliCompressSync, constants } from "node:zlib";

/** The parts of the program that the gate does not need, as they are embedded. */
export interface PackedProgram {
  /** By the name of each part: text of the module that takes its place, which unpacks and runs it. */
  readonly loaders: ReadonlyMap<string, string>;
  /** All parts, compressed as one: they have much in common. */
  readonly packed: Uint8Array<ArrayBuffer>;
}

/** The packed file, beside the loaders. */
export const PACKED_FILE = "program.br";

/** How the bundler ends a module that exports one function. */
const EXPORTS = /export\{([\w$]+) as (run\w+)\};?\s*(?:\/\*.*\*\/\s*)*$/;
const MODULE_URL = "import.meta.url";

/**
 * Compresses the parts to a quarter. Deno keeps what it embeds as it is, and nothing but the gate is needed by everybody.
 * A loader makes a function of its part, not a module: a compiled program loads modules only from what was embedded under
 * their own name.
 *
 * @param parts Text of each part by its name, as it comes from the bundler.
 * @throws {Error} If a text is not of the form that this understands.
 */
export function packProgram(
  parts: ReadonlyMap<string, string>,
): PackedProgram {
  const loaders = new Map<string, string>();
  let all = "";
  for (const [file, part] of parts) {
    const { text, exported } = functionOf(file, part);
    loaders.set(
      file,
      loaderText(exported, [all.length, all.length + text.length]),
    );
    all += text;
  }
  return {
    loaders,
    packed: new Uint8Array(brotliCompressSync(all, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
        [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
        [constants.BROTLI_PARAM_SIZE_HINT]: all.length,
      },
    })),
  };
}

/** A part as the text of a function that answers what the module exports. */
function functionOf(
  file: string,
  part: string,
): { readonly text: string; readonly exported: string } {
  const end = EXPORTS.exec(part);
  const [, name, exported] = end ?? [];
  if (end === null || name === undefined || exported === undefined) {
    throw new Error(`${file} does not end with the export of one function`);
  }
  const body = part.slice(0, end.index).replaceAll(MODULE_URL, "moduleUrl");
  const text = `"use strict";${body}return ${name};\n`;
  try {
    // What only a module may say, such as an import, is a fault of grammar in a function.
    new Function("moduleUrl", text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new Error(`${file} cannot be packed: ${error.message}`, {
      cause: error,
    });
  }
  return { text, exported };
}

/** The stream of the platform, not of `node:zlib`: `status-write` loads no module of Node either. */
function loaderText(
  exported: string,
  [start, end]: readonly [number, number],
): string {
  return `const packed = Deno.readFileSync(new URL("./${PACKED_FILE}", import.meta.url));
const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream("brotli"))
  .pipeThrough(new TextDecoderStream()).getReader();
let all = "";
while (all.length < ${end}) {
  const { value, done } = await reader.read();
  if (done) throw new Error("${PACKED_FILE} is cut");
  all += value;
}
const text = all.slice(${start}, ${end});
export const ${exported} = new Function("moduleUrl", text + "//# sourceURL=${exported}.js")(import.meta.url);
`;
}
