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

Deno.test("a write that the system cuts short is an error, never a success", async () => {
  // Kills: the count of written bytes ignored, so that half a ledger line passes for a whole one.
  const module = new URL(
    "../../../lib/adapters/deno/open_file.ts",
    import.meta.url,
  );
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(
      `${folder}/write.ts`,
      `import { createDenoOpenFile } from ${JSON.stringify(module.href)};
       const file = createDenoOpenFile(Deno.args[0], { how: "append", mode: 0o600 });
       try { file.write(new Uint8Array(100_000)); console.log("written"); }
       catch (e) { console.log(e.name, file.sizeBytes()); }`,
    );
    const run = (limit: string): Promise<Deno.CommandOutput> =>
      new Deno.Command("/bin/sh", {
        args: [
          "-c",
          `trap '' XFSZ; ${limit} exec "$0" run -A --no-config --no-check "$1" "$2"`,
          Deno.execPath(),
          `${folder}/write.ts`,
          `${folder}/out`,
        ],
      }).output();
    const text = (output: Deno.CommandOutput): string =>
      new TextDecoder().decode(output.stdout).trim();
    // The first run fills Deno's cache, which the limit would hit as well.
    assert.equal(text(await run("")), "written");
    await Deno.remove(`${folder}/out`);
    const limited = text(await run("ulimit -f 64;"));
    assert.match(limited, /^FileError (32768|65536)$/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
