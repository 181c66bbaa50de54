import assert from "node:assert/strict";
import { descendantsOf, tryParsePsLine } from "../../lib/parse/ps_output.ts";

/** As macOS 26 and procps 4 print it, columns of different widths. */
const MACOS =
  "  501     1   501 S    Tue Nov  3 09:05:07 2026     /opt/py/Python.app/Contents/MacOS/Python -m mlx_lm.server";
const PROCPS =
  "      1       0     0 S<Ll Tue Nov 24 14:57:26 2026 /sbin/init splash";

Deno.test("tryParsePsLine() reads the lines of both systems", () => {
  // Kills: a column counted in characters; a day of one digit; a negative user.
  assert.deepEqual(tryParsePsLine(MACOS), {
    pid: 501,
    parentPid: 1,
    userId: 501,
    state: "S",
    startedAt: Temporal.Instant.from("2026-11-03T09:05:07Z"),
    rest: "/opt/py/Python.app/Contents/MacOS/Python -m mlx_lm.server",
  });
  assert.equal(tryParsePsLine(PROCPS)?.state, "S<Ll");
  assert.equal(
    tryParsePsLine(PROCPS)?.startedAt.toString(),
    "2026-11-24T14:57:26Z",
  );
  const nobody = "  88    1    -2 Z    Thu Dec 31 23:59:60 2026";
  assert.equal(tryParsePsLine(nobody)?.userId, -2);
  assert.equal(tryParsePsLine(nobody)?.rest, "");
});

Deno.test("tryParsePsLine() reads no other line", () => {
  // Kills: a localised date, a header or an error read as a process.
  for (
    const line of [
      "",
      "  PID  PPID   UID STAT STARTED",
      "ps: illegal option",
      "  501     1   501 S    Di  3 Nov 09:05:07 2026     x",
      "  501     1   501 S    Tue Foo  3 09:05:07 2026     x",
      "  501     1   501 S    Mon Feb 30 09:05:07 2026     x",
      "-501     1   501 S    Tue Nov  3 09:05:07 2026     x",
      `${" ".repeat(2 ** 20)}${MACOS}`,
    ]
  ) {
    assert.equal(tryParsePsLine(line), undefined, line.slice(0, 60));
  }
});

Deno.test("tryParsePsLine() takes time in proportion to a line made to keep it busy", () => {
  // Kills: a pattern that tries every way to split a run of blanks or figures.
  for (const filler of [" ", "1", "1 ", "S "]) {
    const startMs = performance.now();
    tryParsePsLine(filler.repeat(500_000));
    assert.ok(performance.now() - startMs < 500, JSON.stringify(filler));
  }
});

Deno.test("descendantsOf() goes down all generations, and ends on a loop", () => {
  // Kills: only the children; an endless walk where a listing contradicts itself.
  const lines = [
    { pid: 2, parentPid: 1 },
    { pid: 3, parentPid: 2 },
    { pid: 4, parentPid: 3 },
    { pid: 5, parentPid: 1 },
    { pid: 6, parentPid: 7 },
    { pid: 7, parentPid: 6 },
    { pid: 8, parentPid: 8 },
  ];
  const pids = (pid: number): readonly number[] =>
    descendantsOf(lines, pid).map((line) => line.pid).toSorted();
  assert.deepEqual(pids(2), [3, 4]);
  assert.deepEqual(pids(1), [2, 3, 4, 5]);
  assert.deepEqual(pids(4), []);
  assert.deepEqual(pids(6), [7]);
  assert.deepEqual(pids(8), []);
});
