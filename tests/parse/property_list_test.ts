import assert from "node:assert/strict";
import { tryParsePropertyList } from "../../lib/parse/property_list.ts";

function plist(body: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">${body}</plist>
`;
}

/** Without prototypes, as `deepEqual` compares them. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

Deno.test("tryParsePropertyList() reads every kind of value", () => {
  // Kills: a kind that is read as another one, or ends the document.
  const text = plist(`<!-- a comment with <tags> -->
<dict><key>n</key><integer>578813952</integer><key>neg</key><integer>-1</integer>
<key>r</key><real>1.5</real><key>t</key><true/><key>f</key><false></false>
<key>s</key><string>a &amp; b &lt;c&gt; &#233;&#x1F600; &unknown;</string><key>e</key><string/>
<key>d</key><data>AAEC
/w==</data><key>when</key><date>2026-01-02T03:04:05Z</date>
<key>list</key><array><integer>1</integer><dict/><array/></array></dict>`);
  assert.deepEqual(plain(tryParsePropertyList(text)), {
    n: 578_813_952,
    neg: -1,
    r: 1.5,
    t: true,
    f: false,
    s: "a & b <c> é😀 &unknown;",
    e: "",
    d: { hex: "000102ff" },
    when: "2026-01-02T03:04:05Z",
    list: [1, {}, []],
  });
});

Deno.test("tryParsePropertyList() keeps a key that would reach a prototype as a key", () => {
  // Kills: a process that names a property `__proto__` and changes every object of ours.
  const value = tryParsePropertyList(
    plist(
      "<dict><key>__proto__</key><dict><key>x</key><true/></dict></dict>",
    ),
  );
  assert.ok(typeof value === "object" && Object.hasOwn(value, "__proto__"));
  assert.equal(Reflect.get({}, "x"), undefined);
});

Deno.test("tryParsePropertyList() makes no number of what is none", () => {
  // Kills: `12junk` that counts as 12; a counter of 2^64 that counts as something.
  for (const text of ["12junk", "", " ", "1e9", "--1", "9".repeat(40)]) {
    const value = tryParsePropertyList(plist(`<integer>${text}</integer>`));
    assert.ok(Number.isNaN(value), text);
  }
  assert.equal(tryParsePropertyList(plist("<integer>0x10</integer>")), 16);
});

Deno.test("tryParsePropertyList() refuses what is no whole list", () => {
  // Kills: half a document, as a program that was killed leaves it, taken for all there is.
  const whole = plist("<array><integer>1</integer><true/></array>");
  for (
    const bad of [
      "",
      "<plist>",
      "{}",
      plist(""),
      plist("<dict><integer>1</integer></dict>"),
      plist("<dict><key>a</key></dict>"),
      plist("<array></dict>"),
      plist("<surprise/>"),
      plist("<data>*</data>"),
      ...[40, 200, whole.length - 12].map((end) => whole.slice(0, end)),
    ]
  ) assert.equal(tryParsePropertyList(bad), undefined, bad);
});

Deno.test("tryParsePropertyList() is not driven into depth or time", () => {
  // Kills: a stack that overflows at 5,000 arrays; a scan that starts over at each tag.
  const deep = plist("<array>".repeat(5_000) + "</array>".repeat(5_000));
  assert.equal(tryParsePropertyList(deep), undefined);
  const nested = plist("<array>".repeat(100) + "</array>".repeat(100));
  assert.notEqual(tryParsePropertyList(nested), undefined);
  const time = (count: number): number => {
    const text = plist(
      `<array>${"<string>&amp;&lt;".repeat(count)}</array>`,
    );
    const start = performance.now();
    tryParsePropertyList(text);
    tryParsePropertyList(plist(`<array>${"<true/>".repeat(count)}</array>`));
    return performance.now() - start;
  };
  time(10_000);
  const short = Math.min(time(20_000), time(20_000), time(20_000));
  const long = Math.min(time(200_000), time(200_000), time(200_000));
  assert.ok(long < short * 40 + 20, `${short} → ${long} ms`);
});
