import assert from "node:assert/strict";
import type { DriverFacts } from "../../lib/core/driver_row.ts";
import { driverTable } from "../../lib/policy/driver_table.ts";

const URL_1 = "https://example.org/1";
const FACTS: DriverFacts = {
  drivers: [
    {
      version: "130.13",
      builds: [{ build: "25E253", macos: "26.4.1", source: URL_1 }],
      lines: [{
        class: "underflow",
        line: "IOGPUMemory.cpp:550",
        source: URL_1,
      }],
    },
    {
      version: "9.2",
      builds: [{ build: "24A1", macos: "15.1", source: URL_1 }],
      lines: [],
    },
  ],
  reports: [],
  unlinked: [],
  panicClasses: ["underflow", "missing"],
};

Deno.test("driverTable() has a row for a driver that nobody reported anything of", () => {
  // Kills: a missing row that reads like a fixed driver; `9.2` sorted behind `130.13`.
  assert.deepEqual(
    driverTable(FACTS).map((row) => [row.driver, row.build, row.panics.length]),
    [["9.2", "24A1", 0], ["130.13", "25E253", 0]],
  );
});

Deno.test("driverTable() counts panics once a thread, machine and day, and aborts not at all", () => {
  // Kills: one crash counted for each time it was quoted.
  const report = {
    url: URL_1,
    class: "underflow",
    osBuild: "25E253",
    date: "2026-05-01",
  };
  const [row] = driverTable({
    ...FACTS,
    reports: [
      report,
      report,
      { ...report, hardware: "Mac mini M4" },
      { ...report, url: "https://example.org/2" },
      { ...report, class: "abort" },
      { ...report, model: "said/elsewhere", hardware: "M1" },
      { url: URL_1 },
    ],
  }).filter((one) => one.driver === "130.13");
  assert.deepEqual(row?.panics, [{
    class: "underflow",
    line: "IOGPUMemory.cpp:550",
    reports: 3,
    unlinked: 0,
    urls: [URL_1, "https://example.org/2"],
  }]);
});

Deno.test("driverTable() keeps reports without an address apart, and makes rows for builds it does not know", () => {
  // Kills: hearsay in a count that people decide by; a report that is dropped because its build is new.
  const rows = driverTable({
    ...FACTS,
    reports: [{ url: URL_1, class: "missing", macos: "27 beta" }],
    unlinked: [
      { indexId: 1, class: "underflow", osBuild: "25E253" },
      { indexId: 2, class: "underflow", macos: "26.4.1" },
    ],
  });
  assert.deepEqual(
    rows.map((row) => [
      row.driver,
      row.macos,
      row.panics.map((one) => [one.class, one.reports, one.unlinked]),
    ]),
    [
      ["9.2", "15.1", []],
      ["130.13", "26.4.1", [["underflow", 0, 2]]],
      [null, "27 beta", [["missing", 1, 0]]],
    ],
  );
});
