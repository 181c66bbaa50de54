import assert from "node:assert/strict";
import { verifyNativeLibrary } from "../../lib/facts/native_manifest.ts";
import { World } from "../fakes/world.ts";

const DYLIB = "/opt/libmetalguard.dylib";
/** SHA-256 of `abc` (FIPS 180-2). */
const ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

async function isGood(
  manifest: string | undefined,
  isOwn: boolean,
  content = "abc",
): Promise<boolean> {
  const { store } = new World();
  store.put(DYLIB, content);
  if (manifest !== undefined) store.put("/opt/manifest.json", manifest);
  const answer = await verifyNativeLibrary(store, DYLIB, { isOwn });
  if (answer.kind === "unknown") assert.notEqual(answer.because, "");
  return answer.kind === "known";
}

function named(sum: unknown, name = "libmetalguard.dylib"): string {
  return JSON.stringify({ files: { [name]: sum } });
}

Deno.test("verifyNativeLibrary() opens only the file that the manifest names", async () => {
  // Kills: a dylib that was exchanged after it was built.
  for (const isOwn of [true, false]) {
    assert.equal(await isGood(named(ABC), isOwn), true);
    assert.equal(await isGood(named(ABC.toUpperCase()), isOwn), true);
    assert.equal(await isGood(named(ABC), isOwn, "abd"), false);
    assert.equal(await isGood(named(ABC.replace("b", "c")), isOwn), false);
  }
});

Deno.test("verifyNativeLibrary() fails closed for ours without a manifest, and takes a person's word for his own", async () => {
  // Kills: our dylib opened because its manifest was removed; a developer's build that cannot be used at all.
  for (
    const none of [
      undefined,
      "",
      "{torn",
      "[]",
      "null",
      '{"files": 5}',
      named(5),
      named(ABC, "other.dylib"),
      named(ABC, "__proto__"),
    ]
  ) {
    assert.equal(await isGood(none, true), false, String(none));
    assert.equal(await isGood(none, false), true, String(none));
  }
});

Deno.test("a dylib that cannot be read is not opened", async () => {
  // Kills: an error out of the disk that ends the status.
  const { store } = new World();
  store.put("/opt/manifest.json", named(ABC));
  const answer = await verifyNativeLibrary(store, DYLIB, { isOwn: false });
  assert.equal(answer.kind, "unknown");
});
