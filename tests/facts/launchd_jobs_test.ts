import assert from "node:assert/strict";
import {
  isOwnJob,
  listInstalledJobs,
  OWN_JOB_MARK,
} from "../../lib/facts/launchd_jobs.ts";
import { MemoryFileStore } from "../fakes/file_store.ts";

const FOLDER = "/Users/ada/Library/LaunchAgents";

Deno.test("listInstalledJobs() names ours and the Python tool's, and nobody else's", () => {
  // Kills: a job of the Python tool taken for ours; a file that was set aside taken for a job.
  const store = new MemoryFileStore()
    .put(`${FOLDER}/com.metal-guard.run.b.plist`, `<!-- ${OWN_JOB_MARK} -->`)
    .put(`${FOLDER}/com.metal-guard.gate.plist`, "<plist/>")
    .put(`${FOLDER}/com.metal-guard.gate.plist.before-metal-guard`, "")
    .putOther(`${FOLDER}/com.metal-guard.fifo.plist`)
    .put(`${FOLDER}/com.example.plist`, `<!-- ${OWN_JOB_MARK} -->`);
  assert.deepEqual(
    listInstalledJobs(store, "/Users/ada").map(({ label, isOurs }) => [
      label,
      isOurs,
    ]),
    [
      ["com.metal-guard.fifo", false],
      ["com.metal-guard.gate", false],
      ["com.metal-guard.run.b", true],
    ],
  );
});

Deno.test("listInstalledJobs() tells what a job starts, and nothing where that cannot be told", () => {
  // Kills: a doctor that dies of a binary property list, or of one whose arguments are no texts.
  const list = (content: string): string =>
    `<plist version="1.0"><dict><key>ProgramArguments</key>${content}</dict></plist>`;
  const store = new MemoryFileStore()
    .put(
      `${FOLDER}/com.metal-guard.a.plist`,
      list("<array><string>/bin/a</string><string>x &amp; y</string></array>"),
    )
    .put(
      `${FOLDER}/com.metal-guard.b.plist`,
      list("<array><integer>1</integer></array>"),
    )
    .put(`${FOLDER}/com.metal-guard.c.plist`, "bplist00\u0001")
    .put(`${FOLDER}/com.metal-guard.d.plist`, list("<string>/bin/d</string>"))
    .put(
      `${FOLDER}/com.metal-guard.e.plist`,
      "<plist><data>AA==</data></plist>",
    );
  assert.deepEqual(
    listInstalledJobs(store, "/Users/ada").map(({ words }) => words),
    [["/bin/a", "x & y"], [], [], [], []],
  );
});

Deno.test("listInstalledJobs() fails open", () => {
  // Kills: a doctor that dies where there is no LaunchAgents, no HOME, or no permission.
  const store = new MemoryFileStore().putFolder(FOLDER, { mode: 0 });
  assert.deepEqual(listInstalledJobs(store, "/Users/ada"), []);
  assert.deepEqual(listInstalledJobs(store, "/Users/nobody"), []);
  assert.deepEqual(listInstalledJobs(store, undefined), []);
  assert.equal(isOwnJob("<plist/>"), false);
});
