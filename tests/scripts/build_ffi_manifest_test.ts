import assert from "node:assert/strict";
import {
  areFilesAsRecorded,
  MANIFEST,
  readManifest,
  sha256,
  sha256OfFiles,
  writeManifest,
} from "../../scripts/build_ffi_manifest.ts";

const ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
const NOTHING = { sources: {}, files: {} };

async function inFolder(
  scene: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = Deno.makeTempDirSync();
  try {
    await scene(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

Deno.test("a manifest is read as it was written, and a broken one holds nothing", () =>
  // Kills: a torn manifest that counts as up to date.
  inFolder((folder) => {
    assert.deepEqual(readManifest(folder), NOTHING);
    const record = { sources: { macos: "1" }, files: { b: "2", a: "3" } };
    writeManifest(folder, record);
    assert.deepEqual(readManifest(folder), record);
    for (const text of ["", "{", "[]", '{"files": {"a": 5}}', "null"]) {
      Deno.writeTextFileSync(`${folder}/${MANIFEST}`, text);
      assert.deepEqual(readManifest(folder), NOTHING, text);
    }
    return Promise.resolve();
  }));

Deno.test("areFilesAsRecorded() compares every file with its sum", () =>
  // Kills: a file that is missing, changed or unnamed and counts as built.
  inFolder(async (folder) => {
    Deno.writeTextFileSync(`${folder}/a`, "abc");
    const record = { sources: {}, files: { a: ABC, b: ABC } };
    assert.equal(await areFilesAsRecorded(folder, record, ["a"]), true);
    assert.equal(await areFilesAsRecorded(folder, record, ["a", "b"]), false);
    assert.equal(await areFilesAsRecorded(folder, record, ["c"]), false);
    Deno.writeTextFileSync(`${folder}/a`, "abd");
    assert.equal(await areFilesAsRecorded(folder, record, ["a"]), false);
  }));

Deno.test("sha256OfFiles() changes with a content and with a name, not with the order", () =>
  // Kills: two sources that were exchanged and count as the same.
  inFolder(async (folder) => {
    assert.equal(await sha256(new TextEncoder().encode("abc")), ABC);
    Deno.writeTextFileSync(`${folder}/a`, "1");
    Deno.writeTextFileSync(`${folder}/b`, "2");
    const sum = await sha256OfFiles(folder, ["a", "b"]);
    assert.equal(await sha256OfFiles(folder, ["b", "a"]), sum);
    Deno.writeTextFileSync(`${folder}/a`, "2");
    Deno.writeTextFileSync(`${folder}/b`, "1");
    assert.notEqual(await sha256OfFiles(folder, ["a", "b"]), sum);
  }));
