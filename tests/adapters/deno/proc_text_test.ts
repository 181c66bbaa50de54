import assert from "node:assert/strict";
import { createLibcProcText } from "../../../lib/adapters/deno/proc_text.ts";
import { known } from "../../../lib/core/observed.ts";
import { FakeKernelFiles } from "../../fakes/kernel_files.ts";

Deno.test("files are put one behind the other, and only what the process itself holds is read apart", async () => {
  // Kills: a guard that hangs with a process which is stuck in the driver; a file that has vanished taken for a failure.
  const files = new FakeKernelFiles();
  files.texts.set("/proc/7/stat", "a").set("/proc/7/cmdline", "b\0");
  const proc = createLibcProcText(files);
  assert.deepEqual(
    await proc.readFiles(["/proc/7/stat", "/proc/8/stat", "/proc/7/cmdline"]),
    known("ab\0"),
  );
  assert.deepEqual(files.looked, ["/proc/7/cmdline"]);
});

Deno.test("parents are those of every process, and a folder without any is unknown", async () => {
  // Kills: `/proc/sys` taken for a process; an unreadable `/proc` taken for "no children".
  const files = new FakeKernelFiles();
  const proc = createLibcProcText(files);
  assert.equal((await proc.readParents()).kind, "unknown");
  files.put(42, 1, 1).texts.set("/proc/sys/stat", "1 (x) S");
  assert.deepEqual(
    await proc.readParents(),
    known([{ pid: 42, parentPid: 1 }]),
  );
});
