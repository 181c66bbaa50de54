import { brotliCompressSync, constants } from "node:zlib";

/** A part of the program that the gate does not need, as it is embedded. */
export interface PackedProgram {
  /** Text of the module that takes its place: it unpacks and runs it. */
  readonly loader: string;
  /** The part, compressed. */
  readonly packed: Uint8Array<ArrayBuffer>;
}

/** How the bundler ends a module that exports one function. */
const EXPORTS = /export\{([\w$]+) as (run\w+)\};?\s*(?:\/\*.*\*\/\s*)*$/;
const MODULE_URL = "import.meta.url";

/**
 * Compresses the program to a quarter. Deno keeps what it embeds as it is, and nothing but the gate is needed by
 * everybody. The loader makes a function of the text, not a module: a compiled program loads modules only from what was
 * embedded under their own name.
 *
 * @param program Text of the part, as it comes from the bundler.
 * @param packedFile Name of the packed file, beside its loader.
 * @throws {Error} If the text is not of the form that this understands.
 */
export function packProgram(
  program: string,
  packedFile: string,
): PackedProgram {
  const end = EXPORTS.exec(program);
  const [, name, publicName] = end ?? [];
  if (end === null || name === undefined || publicName === undefined) {
    throw new Error("the program does not end with the export of a function");
  }
  const body = program.slice(0, end.index)
    .replaceAll(MODULE_URL, "moduleUrl");
  const text = `"use strict";${body}return ${name};\n`;
  checkFunction(text);
  return {
    loader: loaderText(packedFile, publicName),
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
    throw new Error(`the program cannot be packed: ${error.message}`, {
      cause: error,
    });
  }
}

/** The stream of the platform, not of `node:zlib`: `status-write` loads no module of Node either. */
function loaderText(packedFile: string, publicName: string): string {
  return `const packed = Deno.readFileSync(new URL("./${packedFile}", import.meta.url));
const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("brotli"));
const text = await new Response(stream).text();
const url = import.meta.url;
export const ${publicName} = new Function("moduleUrl", text + "//# sourceURL=${packedFile}")(url);
`;
}
