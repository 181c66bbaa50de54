import assert from "node:assert/strict";
import { openKernelFiles } from "../../../lib/adapters/deno/libc.ts";

Deno.test("openKernelFiles() answers out of /proc where foreign functions are permitted, and nothing where they are not", async () => {
  // Kills: a program that dies because it may not call foreign functions; one that may and starts `/bin/cat` all the same.
  const { state } = await Deno.permissions.query({ name: "ffi" });
  const files = openKernelFiles();
  if (Deno.build.os !== "linux" || state !== "granted") {
    assert.equal(files, undefined);
    return;
  }
  assert.ok(files !== undefined);
  const stat = files.glance(`/proc/${Deno.pid}/stat`) ?? "";
  assert.ok(stat.startsWith(`${Deno.pid} (`));
  assert.equal(await files.read(`/proc/${Deno.pid}/stat`, 3), stat.slice(0, 3));
  assert.ok(files.list("/proc").includes(`${Deno.pid}`));
  assert.equal(files.glance("/proc/0/stat"), undefined);
  assert.equal(await files.read("/proc/0/stat", 3), undefined);
  assert.deepEqual(files.list("/proc/0"), []);
});
