import { brotliCompressSync, constants } from "node:zlib";

/** Parts of the program that the gate does not need, as they are embedded. */
export interface PackedPrograms {
  /** Texts of the modules that take their places, in the same order: each unpacks its part and runs it. */
  readonly loaders: readonly string[];
  /** All parts, compressed. */
  readonly packed: Uint8Array<ArrayBuffer>;
}

/** How the bundler ends a module that exports one function. */
const EXPORTS = /export\{([\w$]+) as (run\w+)\};?\s*(?:\/\*.*\*\/\s*)*$/;
const MODULE_URL = "import.meta.url";

/**
 * Compresses the parts to a quarter, one behind the other: most of what one holds the others hold too. Deno keeps what it
 * embeds as it is, and nothing but the gate is needed by everybody. A loader makes a function of the text, not a module: a
 * compiled program loads modules only from what was embedded under their own name. It unpacks no more than it needs, so that
 * what is short and often asked for goes first.
 *
 * @param programs Texts of the parts, as they come from the bundler.
 * @param packedFile Name of the packed file, beside its loaders.
 * @throws {Error} If a text is not of the form that this understands.
 */
export function packPrograms(
  programs: readonly string[],
  packedFile: string,
): PackedPrograms {
  const loaders: string[] = [];
  let all = "";
  for (const program of programs) {
    const end = EXPORTS.exec(program);
    const [, name, publicName] = end ?? [];
    if (end === null || name === undefined || publicName === undefined) {
      throw new Error("the program does not end with the export of a function");
    }
    const body = program.slice(0, end.index)
      .replaceAll(MODULE_URL, "moduleUrl");
    const text = `"use strict";${body}return ${name};\n`;
    checkFunction(text);
    loaders.push(loaderText({
      packedFile,
      publicName,
      from: all.length,
      to: all.length + text.length,
    }));
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
function loaderText({ packedFile, publicName, from, to }: {
  readonly packedFile: string;
  readonly publicName: string;
  readonly from: number;
  readonly to: number;
}): string {
  return `const packed = Deno.readFileSync(new URL("./${packedFile}", import.meta.url));
const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream("brotli"))
  .pipeThrough(new TextDecoderStream()).getReader();
let text = "";
while (text.length < ${to}) {
  const { value, done } = await reader.read();
  if (done) throw new Error("${packedFile} is cut");
  text += value;
}
text = text.slice(${from}, ${to});
const url = import.meta.url;
export const ${publicName} = new Function("moduleUrl", text + "//# sourceURL=${publicName}.js")(url);
`;
}
