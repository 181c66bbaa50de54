import { NativeLibrary } from "../../../ffi/library.ts";
import { ABI_VERSION, SYMBOLS } from "../../../ffi/symbols.ts";
import { known, type Observed, unknown } from "../../core/observed.ts";
import type { MetalQuestions, NativeQuestions } from "./questions.ts";

/**
 * Opens the dylib.
 *
 * Fails to `unknown`: a file that is missing, no library, of another version, or that we may not open.
 *
 * @param path Where it lies.
 */
export async function openNativeLibrary(
  path: string,
): Promise<Observed<NativeQuestions & MetalQuestions>> {
  try {
    const library = new NativeLibrary(Deno.dlopen(path, SYMBOLS).symbols);
    const version = await library.abiVersion();
    return version === ABI_VERSION ? known(library) : unknown(
      `${path} answers in version ${version}, and this program speaks ${ABI_VERSION}`,
    );
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    return unknown(`${path} cannot be opened: ${firstLine(words)}`);
  }
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0]?.slice(0, 200) ?? "";
}
