import assert from "node:assert/strict";
import {
  chooseReports,
  readPanicClosely,
  readReportCopy,
  REPORT_COPY_BYTES,
} from "../../lib/facts/report_copy.ts";
import { FAILURE_TABLES } from "../../lib/registry/failures.ts";
import { MemoryFileStore } from "../fakes/file_store.ts";
import { panicText } from "../fakes/reports.ts";

Deno.test("readReportCopy() cuts at 5 MiB, says so, and cuts no word in two", () => {
  // Kills: a copy of 100 MB; half of a serial number that no pattern finds any more.
  const store = new MemoryFileStore();
  const room = REPORT_COPY_BYTES - 256;
  const same = (text: string): string => text;
  store.put("/fits", "x ".repeat(room / 2));
  assert.equal(readReportCopy(store, "/fits", same).isCut, false);
  store.put("/long", `${"x ".repeat(room / 2 - 3)}SERIAL123456`);
  const { text, isCut } = readReportCopy(store, "/long", same);
  assert.ok(isCut);
  assert.ok(new TextEncoder().encode(text).length <= REPORT_COPY_BYTES);
  assert.ok(!text.includes("SERIAL"));
  assert.match(text, /x \n\[metal-guard: cut here/);
});

Deno.test("readReportCopy() stays within 5 MiB where redaction makes the text longer", () => {
  // Kills: a limit that a report full of short names gets past.
  const store = new MemoryFileStore().put("/r", "ab ".repeat(2_000_000));
  const { text } = readReportCopy(
    store,
    "/r",
    (one) => one.replaceAll("ab", "[user]"),
  );
  assert.ok(text.length <= REPORT_COPY_BYTES);
});

Deno.test("chooseReports() takes each panic's best report first, and one file once", () => {
  // Kills: five reports of one crash, and none of the others.
  const store = new MemoryFileStore();
  for (const name of ["a1", "a2", "b1", "b2", "c1"]) {
    store.put(`/r/${name}`, name);
  }
  store.putLink("/s/a1", "/r/a1");
  const panics = [
    { sourceFiles: ["/r/a1", "/r/a2", "/s/a1"] },
    { sourceFiles: ["/r/b1", "/r/b2"] },
    { sourceFiles: ["/r/c1"] },
  ];
  assert.deepEqual(chooseReports(store, panics, 4), [
    "/r/a1",
    "/r/b1",
    "/r/c1",
    "/r/a2",
  ]);
  assert.equal(chooseReports(store, panics, 9).length, 5);
});

Deno.test("readPanicClosely() reads what the kernel said", () => {
  // Kills: a page without the one line that names the fault.
  const store = new MemoryFileStore().put("/r", panicText());
  const close = readPanicClosely({ store, tables: FAILURE_TABLES }, "/r");
  assert.match(close.panicLine ?? "", /prepare count underflow/);
});
