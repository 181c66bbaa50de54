import assert from "node:assert/strict";
import { createDenoOpenFile } from "../../../lib/adapters/deno/open_file.ts";

Deno.test("a file for everybody is one under any umask", async () => {
  // Kills: a public status file that nobody else can read, because the umask was 077.
  const folder = await Deno.makeTempDir();
  const umask = Deno.umask(0o077);
  try {
    const path = `${folder}/status.json`;
    createDenoOpenFile(path, { how: "replace", mode: 0o644 })
      [Symbol.dispose]();
    assert.equal(((await Deno.stat(path)).mode ?? 0) & 0o777, 0o644);
  } finally {
    Deno.umask(umask);
    await Deno.remove(folder, { recursive: true });
  }
});

// Only Linux has a device that is always full.
if (Deno.build.os === "linux") {
  Deno.test("a full disk is told as such", () => {
    // Kills: a short write taken for a whole one.
    using file = createDenoOpenFile("/dev/full", {
      how: "append",
      mode: 0o600,
    });
    assert.throws(() => file.write(new Uint8Array(1)), {
      problem: "disk-full",
    });
  });
}
