import assert from "node:assert/strict";
import { HOUR_MS } from "../../lib/core/instant.ts";
import {
  listReports,
  type ReportListing,
} from "../../lib/facts/report_files.ts";
import type { ReportFamily } from "../../lib/parse/report_name.ts";
import { FakeClock } from "../fakes/clock.ts";
import { MemoryFileStore } from "../fakes/file_store.ts";

const NOW = "2026-11-23T12:00:00Z";
const ALL: ReadonlySet<ReportFamily> = new Set<ReportFamily>([
  "kernel_panic",
  "process_report",
  "gpu_restart",
  "jetsam_event",
]);

function list(
  store: MemoryFileStore,
  options: {
    readonly folders?: readonly string[];
    readonly isEvidence?: boolean;
    readonly families?: ReadonlySet<ReportFamily>;
    readonly zone?: string;
  } = {},
): ReportListing {
  return listReports({ store, clock: new FakeClock(NOW, options.zone) }, {
    folders: (options.folders ?? ["/r"]).map((path) => ({
      path,
      isEvidence: options.isEvidence ?? true,
    })),
    withinMs: 72 * HOUR_MS,
    families: options.families ?? ALL,
  });
}

const paths = (listing: ReportListing): string[] =>
  listing.files.map((file) => file.path).sort();

Deno.test("reports are found by their names, bookkeeping and other files are not", () => {
  // Kills: `.contents.panic` read as a panic; families that nobody asked for opened.
  const store = new MemoryFileStore();
  for (
    const name of [
      "panic-full-1.panic",
      "panic-full-1.ips",
      ".contents.panic",
      "JetsamEvent-1.ips",
      "python3.13-1.ips",
      "x.gpuRestart",
      "x.diag",
      "x.panic.txt",
    ]
  ) store.put(`/r/${name}`, "");
  assert.equal(list(store).files.length, 5);
  assert.deepEqual(
    paths(list(store, { families: new Set<ReportFamily>(["kernel_panic"]) })),
    ["/r/panic-full-1.ips", "/r/panic-full-1.panic"],
  );
});

Deno.test("a report is passed over only when its name and its mtime are both over 96 h old", () => {
  // Kills: a copy of an old report hidden or shown by one of the two alone (96 h = 72 h and a day of doubt).
  const store = new MemoryFileStore();
  const put = (name: string, modifiedAt: string): MemoryFileStore =>
    store.put(`/r/${name}`, "", { modifiedAt });
  put("a-2026-11-19-115959.panic", "2026-11-19T11:59:59Z");
  put("b-2026-11-19-115959.panic", "2026-11-19T12:00:00Z");
  put("c-2026-11-19-120000.panic", "2026-11-01T00:00:00Z");
  put("nameless.panic", "2020-01-01T00:00:00Z");
  assert.deepEqual(paths(list(store)), [
    "/r/b-2026-11-19-115959.panic",
    "/r/c-2026-11-19-120000.panic",
    "/r/nameless.panic",
  ]);
  assert.equal(store.opened.length, 0);
});

Deno.test("a report whose name is new is not asked for its time", () => {
  // Kills: 2,000 calls of stat on a folder where the listing says enough.
  const store = new MemoryFileStore().put("/r/a-2026-11-23-100000.panic", "");
  store.stat = (): never => {
    throw new Error("asked");
  };
  assert.equal(list(store).files.length, 1);
});

Deno.test("an absent folder is empty, also below a file", () => {
  // Kills: exit 3 on each Mac that has no Retired folder, or whose HOME is a file.
  const store = new MemoryFileStore().put("/home", "");
  const { files, unreadable, findings } = list(store, {
    folders: ["/r", "/home/Library/Logs"],
  });
  assert.deepEqual([files, unreadable, findings], [[], [], []]);
});

Deno.test("a folder that cannot be listed is unread evidence with a way out, or a finding where no panic is expected", () => {
  // Kills: "no panics" out of a folder that was never seen; exit 3 for /var/db/PanicReporter, which is root's.
  const closed = new MemoryFileStore().putFolder("/r", { mode: 0 });
  const evidence = list(closed);
  assert.equal(evidence.unreadable.length, 1);
  assert.match(evidence.unreadable[0]?.fix ?? "", /sudo chmod o\+rx \/r/);
  assert.deepEqual(evidence.findings, []);
  const other = list(closed, { isEvidence: false });
  assert.deepEqual(other.unreadable, []);
  assert.deepEqual(other.findings.map((one) => one.code), [
    "report-folder-unreadable",
  ]);
});

Deno.test("a file, a circle of links and a closed folder above are unread evidence too", () => {
  // Kills: only EACCES of the folder itself counted.
  const file = new MemoryFileStore().put("/r", "");
  const circle = new MemoryFileStore().putLink("/r", "/r");
  const above = new MemoryFileStore().put("/r/below/x.panic", "")
    .putFolder("/r", { mode: 0 });
  assert.equal(list(file).unreadable.length, 1);
  assert.equal(list(circle).unreadable.length, 1);
  assert.equal(list(above, { folders: ["/r/below"] }).unreadable.length, 1);
});

Deno.test("a FIFO, a folder and a link to nowhere named like reports are findings and never opened", () => {
  // Kills: a gate that hangs on a FIFO (SAFETY H3).
  const store = new MemoryFileStore()
    .putOther("/r/fifo.panic")
    .putFolder("/r/folder.panic")
    .putLink("/r/nowhere.panic", "/nowhere")
    .putLink("/r/circle.panic", "/r/circle.panic")
    .putLink("/r/fifo-link.panic", "/r/fifo.panic")
    .putLink("/r/good.panic", "/elsewhere")
    .put("/elsewhere", "");
  const { files, findings } = list(store);
  assert.deepEqual(files.map((file) => file.path), ["/r/good.panic"]);
  assert.deepEqual(
    new Set(findings.map((one) => one.code)),
    new Set(["report-not-a-file"]),
  );
  assert.equal(findings.length, 5);
  assert.deepEqual(store.opened, []);
});

Deno.test("control characters of a name reach no words", () => {
  // Kills: a file name that clears the terminal from within a finding.
  const store = new MemoryFileStore().putOther("/r/\u001b[2J\u009b.panic");
  const [told] = list(store).findings;
  assert.ok(told !== undefined);
  assert.doesNotMatch(
    `${told.message}${told.fix}`.replaceAll("\n$ ", ""),
    /\p{Cc}/u,
  );
});

Deno.test("more reports than a folder ever holds are read in part, and that is told", () => {
  // Kills: a folder of a million names that is read for an hour, or cut in silence.
  const store = new MemoryFileStore();
  store.list = () =>
    Array.from({ length: 20_001 }, (_, index) => ({
      name: `${index}.panic`,
      kind: "file" as const,
    }));
  const { files, unreadable } = list(store);
  assert.equal(files.length, 20_000);
  assert.match(unreadable[0]?.message ?? "", /20001 reports/);
  assert.deepEqual(list(store, { isEvidence: false }).unreadable, []);
});
