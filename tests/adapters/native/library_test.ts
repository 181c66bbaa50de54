import assert from "node:assert/strict";
import { openNativeLibrary } from "../../../lib/adapters/native/library.ts";

async function reasonFor(path: string): Promise<string> {
  const library = await openNativeLibrary(path);
  assert.ok(library.kind === "unknown");
  return library.because;
}

Deno.test("openNativeLibrary() says why a file is no library of ours", async () => {
  // Kills: an error out of `dlopen` that ends the program; a reason of many lines.
  const missing = await reasonFor("/nowhere/libmetalguard.dylib");
  assert.match(missing, /^\/nowhere\/libmetalguard\.dylib cannot be opened: ./);
  const text = await reasonFor(new URL(import.meta.url).pathname);
  assert.match(text, /cannot be opened/);
  assert.ok(!`${missing}${text}`.includes("\n"));
});

Deno.test("openNativeLibrary() takes no library that lacks our functions", async () => {
  // Kills: any library that happens to load.
  const libc = Deno.build.os === "darwin"
    ? "/usr/lib/libSystem.B.dylib"
    : "libc.so.6";
  assert.match(await reasonFor(libc), /cannot be opened/);
});
