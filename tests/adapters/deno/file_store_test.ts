import assert from "node:assert/strict";
import { createDenoFileStore } from "../../../lib/adapters/deno/file_store.ts";

Deno.test("readTail() of a log of 1 GiB costs no more than its tail", async () => {
  // Kills: reading from the start, which takes a second and a gigabyte of memory.
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/log`;
    {
      using file = await Deno.open(path, { write: true, create: true });
      await file.truncate(2 ** 30);
      await file.seek(0, Deno.SeekMode.End);
      await file.write(new TextEncoder().encode("the end"));
    }
    const store = createDenoFileStore();
    store.readTail(path, 1);
    const before = Deno.memoryUsage().rss;
    const tail = store.readTail(path, 64 * 1024);
    assert.equal(tail.length, 64 * 1024);
    assert.equal(new TextDecoder().decode(tail.subarray(-7)), "the end");
    assert.ok(Deno.memoryUsage().rss - before < 64 * 2 ** 20);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("what we make is ours alone", async () => {
  // Kills: folders of 0755 and files of 0644, in which anybody reads what was running.
  const folder = await Deno.makeTempDir();
  try {
    const store = createDenoFileStore();
    store.makeFolder(`${folder}/a/b`);
    store.open(`${folder}/a/b/f`, { how: "replace", mode: 0o600 })
      [Symbol.dispose]();
    store.open(`${folder}/a/b/g`, { how: "append", mode: 0o600 })
      [Symbol.dispose]();
    for (
      const [path, mode] of [
        ["a", 0o700],
        ["a/b", 0o700],
        ["a/b/f", 0o600],
        ["a/b/g", 0o600],
      ] as const
    ) {
      const info = await Deno.stat(`${folder}/${path}`);
      assert.equal((info.mode ?? 0) & 0o777, mode, path);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a file of a system that never ends is read to the limit", () => {
  // Kills: a loop that waits for an end which does not come.
  const bytes = createDenoFileStore().readHead("/dev/zero", 100_000);
  assert.equal(bytes.length, 100_000);
});

Deno.test("permission that Deno withholds is a FileError, not a crash", async () => {
  // Kills: NotCapable passing every `instanceof FileError`, so that the gate ends with a stack trace.
  const module = new URL(
    "../../../lib/adapters/deno/file_store.ts",
    import.meta.url,
  );
  const program = `
    const { createDenoFileStore } = await import(${
    JSON.stringify(module.href)
  });
    try { createDenoFileStore().stat("/etc/hosts"); } catch (e) { console.log(e.name, e.problem); }
  `;
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    await Deno.writeTextFile(file, program);
    const denied = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-config", "--no-prompt", file],
    }).output();
    assert.equal(
      new TextDecoder().decode(denied.stdout).trim(),
      "FileError denied",
      new TextDecoder().decode(denied.stderr),
    );
  } finally {
    await Deno.remove(file);
  }
});
