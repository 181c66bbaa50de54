import { brotliCompressSync, constants } from "node:zlib";

/** The program without the gate, as it is embedded. */
export interface PackedProgram {
  /** Text of the module that takes the place of `program.js`: it unpacks and runs it. */
  readonly loader: string;
  /** `program.js`, compressed. */
  readonly packed: Uint8Array<ArrayBuffer>;
}

/** The packed file, beside its loader. */
export const PACKED_FILE = "program.br";

/** How the bundler ends a module that exports one function. */
const EXPORTS = /export\{([\w$]+) as runProgram\};?\s*(?:\/\*.*\*\/\s*)*$/;
const MODULE_URL = "import.meta.url";

/**
 * Compresses the program to a quarter. Deno keeps what it embeds as it is, and nothing but the gate is needed by
 * everybody. The loader makes a function of the text, not a module: a compiled program loads modules only from what was
 * embedded under their own name.
 *
 * @param program Text of `program.js`, as it comes from the bundler.
 * @throws {Error} If the text is not of the form that this understands.
 */
export function packProgram(program: string): PackedProgram {
  const end = EXPORTS.exec(program);
  const name = end?.[1];
  if (end === null || name === undefined) {
    throw new Error("program.js does not end with the export of runProgram");
  }
  const body = program.slice(0, end.index)
    .replaceAll(MODULE_URL, "moduleUrl");
  const text = `"use strict";${body}return ${name};\n`;
  checkFunction(text);
  return {
    loader: loaderText(),
    packed: new Uint8Array(brotliCompressSync(text, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
        [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
        [constants.BROTLI_PARAM_SIZE_HINT]: text.length,
      },
    })),
  };
}

/** What only a module may say, such as an import, is a fault of grammar in a function. */
function checkFunction(text: string): void {
  try {
    new Function("moduleUrl", text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new Error(`program.js cannot be packed: ${error.message}`, {
      cause: error,
    });
  }
}

/** The stream of the platform, not of `node:zlib`: `status-write` loads no module of Node either. */
function loaderText(): string {
  return `const packed = Deno.readFileSync(new URL("./${PACKED_FILE}", import.meta.url));
const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("brotli"));
const text = await new Response(stream).text();
const url = import.meta.url;
export const runProgram = new Function("moduleUrl", text + "//# sourceURL=program.js")(url);
`;
}
