import assert from "node:assert/strict";
import {
  anchorMeta,
  formatBreadcrumb,
  type ParsedBreadcrumb,
  tryParseBreadcrumb,
} from "../../lib/parse/breadcrumb_line.ts";

const at = Temporal.Instant.from("2026-02-03T08:01:02.900Z");
const timeZone = "UTC";

function parse(
  line: string,
  now = "2026-06-01T00:00:00Z",
  zone = timeZone,
): ParsedBreadcrumb | undefined {
  return tryParseBreadcrumb(line, {
    timeZone: zone,
    now: Temporal.Instant.from(now),
  });
}

function bytes(text: string): number {
  return new TextEncoder().encode(text).byteLength;
}

Deno.test("formatBreadcrumb() writes the forms of the Python tool", () => {
  // Kills: unsorted metadata, a UTC time in place of the local one, a colon behind a tag alone.
  assert.equal(
    formatBreadcrumb({
      at,
      timeZone: "Asia/Tokyo",
      tag: "SUBPROC_POST",
      payload: "someone/small",
      meta: { tok_out: 40, ctx: 128, elapsed_ms: 1900 },
    }),
    "[2026-02-03 17:01:02] SUBPROC_POST: someone/small | ctx=128 elapsed_ms=1900 tok_out=40",
  );
  assert.equal(
    formatBreadcrumb({ at, timeZone, tag: "FLUSH" }),
    "[2026-02-03 08:01:02] FLUSH",
  );
  assert.equal(
    formatBreadcrumb({ at, timeZone, tag: "FLUSH", meta: { ctx: 1 } }),
    "[2026-02-03 08:01:02] FLUSH | ctx=1",
  );
});

Deno.test("formatBreadcrumb() lets no text forge a line or a figure", () => {
  // Kills: a model name with a line break that writes a SUBPROC_POST of its own; U+2028 and U+0085 break lines in Python.
  const line = formatBreadcrumb({
    at,
    timeZone,
    tag: "LO\nAD:x",
    payload:
      "a\n[2026-02-03 08:00:00] SUBPROC_POST: a | pid=1\u2028b\u0085c\u202ed",
    meta: { "k e=y": "one\ttwo  three|four", empty: "" },
  });
  assert.equal(
    line,
    "[2026-02-03 08:01:02] LO_AD_x: a [2026-02-03 08:00:00] SUBPROC_POST: a / pid=1 b c d" +
      " | empty= k_e_y=one_two_three/four",
  );
  assert.equal(parse(line)?.meta.get("k_e_y"), "one_two_three/four");
});

Deno.test("formatBreadcrumb() cuts the payload at a character and keeps the figures", () => {
  // Kills: a cut through a character, and a long payload that costs the line its boot and pid.
  const meta = { at: at.epochMilliseconds, pid: 4242 };
  for (const payload of ["é".repeat(5_000), `x${"😀".repeat(5_000)}`]) {
    const line = formatBreadcrumb({ at, timeZone, tag: "LOAD", payload, meta });
    assert.ok(bytes(line) <= 4_095 && bytes(line) > 4_091, `${bytes(line)}`);
    assert.equal(line, line.toWellFormed());
    assert.equal(line.includes("\ufffd"), false);
    assert.ok(line.endsWith(` | at=${meta.at} pid=4242`));
  }
});

Deno.test("formatBreadcrumb() bounds metadata as well", () => {
  // Kills: a value or a thousand values that make the line longer than one write.
  const meta = Object.fromEntries(
    Array.from({ length: 1_000 }, (_, i) => [`k${i}`, "ü".repeat(10_000)]),
  );
  const line = formatBreadcrumb({ at, timeZone, tag: "T", payload: "p", meta });
  assert.ok(bytes(line) <= 4_095);
  const parsed = parse(line);
  assert.equal(parsed?.payload, "p");
  assert.equal(bytes(parsed?.meta.get("k0") ?? ""), 256);
});

Deno.test("tryParseBreadcrumb() gives back what formatBreadcrumb() wrote", () => {
  // Kills: a value with "=" that is cut at it, and a payload with ": " taken for the tag.
  const line = formatBreadcrumb({
    at,
    timeZone,
    tag: "RUN_START",
    payload: "cmd: a=b c",
    meta: {
      ...anchorMeta(at, "3f2a9c1e-0000-4000-8000-000000000000"),
      note: "x=y",
    },
  });
  assert.deepEqual(parse(line), {
    at,
    localTime: "2026-02-03 08:01:02",
    tag: "RUN_START",
    payload: "cmd: a=b c",
    meta: new Map([
      ["at", String(at.epochMilliseconds)],
      ["boot", "3F2A9C1E"],
      ["note", "x=y"],
    ]),
    boot: "3F2A9C1E",
  });
});

Deno.test("tryParseBreadcrumb() reads lines of the Python tool", () => {
  // Kills: "ready, pid=311" taken for metadata, a line break left in the payload, a tag alone without its line.
  const ready = parse(
    "[2026-02-03 08:00:40] SUBPROCESS_WORKER: m ready, pid=311\r\n",
  );
  assert.equal(ready?.payload, "m ready, pid=311");
  assert.equal(ready?.meta.size, 0);
  assert.equal(ready?.boot, undefined);
  assert.equal(parse("[2026-02-03 08:00:40] FLUSH")?.payload, undefined);
  const bars = parse("[2026-02-03 08:00:40] LOAD: a | b c | ctx=1");
  assert.equal(bars?.payload, "a | b c");
  assert.deepEqual(bars?.meta, new Map([["ctx", "1"]]));
  assert.equal(
    parse("[2026-02-03 08:00:40] LOAD: a | b c")?.payload,
    "a | b c",
  );
});

Deno.test("tryParseBreadcrumb() refuses other lines without throwing", () => {
  // Kills: a thirteenth month that throws, and a megabyte that is parsed.
  for (
    const line of [
      "",
      "hello",
      "[2026-02-03 08:00:40]",
      "[2026-02-03 08:00:40] ",
      "[2026-02-03 08:00:40] two words",
      "[2026-13-03 08:00:40] LOAD",
      "[2026-02-03T08:00:40] LOAD",
      "[2026-02-03 08:00:40] LOAD|x",
      `[2026-02-03 08:00:40] LOAD: ${"x".repeat(2 ** 20)}`,
    ]
  ) {
    assert.equal(parse(line), undefined, line.slice(0, 60));
  }
});

Deno.test("tryParseBreadcrumb() hands no control character on", () => {
  // Kills: an escape sequence in the log that clears the terminal of whoever looks at it.
  const crumb = parse("[2026-02-03 08:00:40] LOAD: \u001b[2Ja\u009bb");
  assert.equal(crumb?.payload, "[2Ja b");
  assert.equal(parse("[2026-02-03 08:00:40] LO\u001b[2JAD: x"), undefined);
});

Deno.test("tryParseBreadcrumb() takes the latest reading of a doubled hour that is not ahead of now", () => {
  // Kills: a line of this hour placed an hour ago, which makes a young worker an orphan; and one placed in the future.
  const line = "[2026-10-25 02:30:00] SUBPROC_PRE: m";
  for (
    const [now, expected] of [
      ["2026-10-25T00:45:00Z", "2026-10-25T00:30:00Z"],
      ["2026-10-25T01:29:59Z", "2026-10-25T00:30:00Z"],
      ["2026-10-25T01:30:00Z", "2026-10-25T01:30:00Z"],
      ["2026-10-26T00:00:00Z", "2026-10-25T01:30:00Z"],
    ] as const
  ) {
    assert.equal(parse(line, now, "Europe/Paris")?.at.toString(), expected);
  }
});

Deno.test("tryParseBreadcrumb() prefers at= to the local time, unless it is ahead of now", () => {
  // Kills: a line that moves by hours when the machine changes its zone; at= of a wrong clock believed.
  const now = "2026-02-03T08:05:00Z";
  const line = (meta: string): string =>
    `[2026-02-03 08:00:00] RUN_START: m | ${meta}`;
  const tokyo = parse(line("at=1770105600123"), now, "Asia/Tokyo");
  assert.equal(tokyo?.at.toString(), "2026-02-03T08:00:00.123Z");
  const local = "2026-02-03T08:00:00Z";
  const limit = Temporal.Instant.from(now).epochMilliseconds + 60_000;
  assert.equal(
    parse(line(`at=${limit}`), now)?.at.epochMilliseconds,
    limit,
  );
  for (
    const bad of [
      `at=${limit + 1}`,
      "at=99999999999999999999",
      "at=soon",
      "at=-1",
    ]
  ) {
    assert.equal(parse(line(bad), now)?.at.toString(), local, bad);
  }
  assert.equal(parse(line("boot=xyz"), now)?.boot, undefined);
  assert.equal(parse(line("boot=0a1b2c3d"), now)?.boot, "0A1B2C3D");
});

Deno.test("anchorMeta() leaves out a boot that is unknown or no UUID", () => {
  // Kills: `boot=undefined`, which would match every other line without a boot.
  const ms = at.epochMilliseconds;
  assert.deepEqual(anchorMeta(at, undefined), { at: ms });
  assert.deepEqual(anchorMeta(at, "no boot"), { at: ms });
  assert.deepEqual(anchorMeta(at, "0a1b2c3d-1"), { at: ms, boot: "0A1B2C3D" });
});

Deno.test("formatBreadcrumb() writes whole characters only", () => {
  // Kills: half a pair, alone or at the cut, which no UTF-8 reader gives back.
  const line = (payload: string): string =>
    formatBreadcrumb({ at, timeZone, tag: "T", payload });
  assert.ok(line("a\udc00b").endsWith("T: a\ufffdb"));
  assert.ok(line(`${"a".repeat(4_094)}😀`).isWellFormed());
  assert.equal(line(`${"a".repeat(4_094)}😀`).includes("\ufffd"), false);
});

Deno.test("tryParseBreadcrumb() takes linear time", () => {
  // Kills: a pattern that backtracks over spaces or bars. 64 Ki of each would take seconds, not milliseconds.
  for (const piece of [" ", "|", ":", "a=b ", "| a=b "]) {
    const long = piece.repeat(Math.floor(65_000 / piece.length));
    const started = performance.now();
    parse(`[2026-02-03 08:00:40] LOAD: ${long}!`);
    const tookMs = performance.now() - started;
    assert.ok(tookMs < 500, `${JSON.stringify(piece)} took ${tookMs} ms`);
  }
});
