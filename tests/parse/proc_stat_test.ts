import assert from "node:assert/strict";
import { parseProcFiles, tryParseProcStat } from "../../lib/parse/proc_stat.ts";

const FIGURES = "1 4711 4711 0 -1 4194304 130 0 0 0 1 2 0 0 20 0 1 0 382271 " +
  "5664768 389 18446744073709551615 1 2 3 0 0 0 0 0 0 0 0 0 17 1 0 0 0 0 0 1 2 3 4 5 6 7 0";
const BOOT = "f0b60043-7799-4c78-a324-7298b9f04142";

function stat(name: string, pid = 4711, state = "S"): string {
  return `${pid} (${name}) ${state} ${FIGURES}\n`;
}

function status(name = "python3"): string {
  return `Name:\t${name}\nUmask:\t0022\nState:\tS (sleeping)\nUid:\t501\t502\t501\t501\nThreads:\t1\n`;
}

Deno.test("tryParseProcStat() finds the end of a name that a program has chosen to deceive", () => {
  // Kills: the first ")" taken for the end, so that a name gives a process another parent and start.
  for (
    const name of [
      "python3",
      "a b",
      ") S 1 1 (x",
      "x) S 1 2 3",
      "()()",
      "a\nb",
      "",
    ]
  ) {
    const parsed = tryParseProcStat(stat(name));
    assert.equal(parsed?.name, name);
    assert.equal(parsed.pid, 4711);
    assert.equal(parsed.parentPid, 1);
    assert.equal(parsed.state, "S");
    assert.equal(parsed.startTicks, "382271");
  }
});

Deno.test("tryParseProcStat() reads one after the other, and nothing that is cut or of another form", () => {
  // Kills: the second process of a listing read with the first one's figures; half a line taken for a whole one.
  const text = stat("one", 1) + stat("two", 22);
  const first = tryParseProcStat(text);
  assert.equal(first?.pid, 1);
  assert.equal(tryParseProcStat(text, first.end)?.pid, 22);
  assert.equal(tryParseProcStat(text, text.length), undefined);
  for (
    const bad of ["", "4711 python3", "x (y) S 1", stat("cut").slice(0, 60)]
  ) {
    assert.equal(tryParseProcStat(bad), undefined, bad);
  }
});

Deno.test("tryParseProcStat() gives up in time on a text made to keep it busy", () => {
  // Kills: a walk over all parentheses of a megabyte.
  const startMs = performance.now();
  assert.equal(tryParseProcStat(`1 (${") ".repeat(500_000)}`), undefined);
  assert.ok(performance.now() - startMs < 200);
});

Deno.test("parseProcFiles() reads user, boot and arguments, the hostile part last", () => {
  // Kills: a command line that plays a user or a boot; the real user taken for the effective one.
  const args = `python3\0-c\0Uid:\t0\t0\t0\t0\n${BOOT}\n\0`;
  const read = parseProcFiles(
    `${stat("python3")}${status()}${BOOT}\n${args}`,
    4711,
  );
  assert.ok(read.kind === "known");
  assert.equal(read.value.userId, 502);
  assert.equal(read.value.bootId, BOOT.toUpperCase());
  assert.deepEqual(read.value.args, [
    "python3",
    "-c",
    `Uid:\t0\t0\t0\t0\n${BOOT}\n`,
  ]);
});

Deno.test("parseProcFiles() says unknown where a file is missing, and knows a process without arguments", () => {
  // Kills: a half-read process taken for a whole one when it ends between two of its files.
  const whole = `${stat("kworker")}${status()}${BOOT}\n`;
  const bare = parseProcFiles(whole, 4711);
  assert.ok(bare.kind === "known");
  assert.deepEqual(bare.value.args, []);
  for (
    const [text, pid] of [
      ["", 4711],
      [stat("a"), 4711],
      [`${stat("a")}${status()}`, 4711],
      [`${stat("a")}Name:\ta\nState:\tS\n${BOOT}\n`, 4711],
      [whole, 4712],
    ] as const
  ) {
    assert.equal(parseProcFiles(text, pid).kind, "unknown", text);
  }
});
