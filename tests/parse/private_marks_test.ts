import assert from "node:assert/strict";
import { findPrivateMarks } from "../../lib/parse/private_marks.ts";

Deno.test("findPrivateMarks() gives pieces in order that do not overlap", () => {
  // Kills: a host inside an address of mail that is cut out twice.
  const text =
    "token=abcd@x.example.com é Adas-MacBook-Pro.local serial: C02ABC123";
  const edits = findPrivateMarks(text);
  assert.deepEqual(
    edits.map(({ from, to, put }) => [text.slice(from, to), put]),
    [
      ["abcd@x.example.com", "[secret]"],
      ["Adas-MacBook-Pro.local", "[host]"],
      ["C02ABC123", "[serial]"],
    ],
  );
});

function redacted(text: string): string {
  return findPrivateMarks(text).toReversed().reduce(
    (all, { from, to, put }) => all.slice(0, from) + put + all.slice(to),
    text,
  );
}

Deno.test("findPrivateMarks() knows a machine's and a person's name by what stands before it", () => {
  // Kills: a report of another Mac, or of this one's earlier name, which no list of this Mac's names has.
  const cases: readonly (readonly [string, string])[] = [
    ['{"hostname":"studio-7","x":1}', '{"hostname":"[host]","x":1}'],
    ['"hostName" : "Kiste"', '"hostName" : "[host]"'],
    ['"computer_name": "Ann\'s Mac"', '"computer_name": "[host]"'],
    [
      String.raw`"computerName":"Ann\u2019s Mac","x"`,
      '"computerName":"[host]","x"',
    ],
    [
      String.raw`{\"hostname\":\"Ann's box\",\"x\":1}`,
      String.raw`{\"hostname\":\"[host]\",\"x\":1}`,
    ],
    [
      String.raw`{\"userName\":\"Jos\\u00e9 Q\"}`,
      String.raw`{\"userName\":\"[user]\"}`,
    ],
    ["'user_name': 'ann'", "'user_name': '[user]'"],
    ["Host Name: studio 7\nOS: 26", "Host Name: [host]\nOS: 26"],
    [String.raw`Host Name: box\nOS: 26`, String.raw`Host Name: [host]\nOS: 26`],
    ["LocalHostName: x", "LocalHostName: [host]"],
    ["User Name: Ann P (ann)", "User Name: [user]"],
    ["RealName: Ann | k=v", "RealName: [user] | k=v"],
    ["full-name=ann, pid=3", "full-name=[user], pid=3"],
  ];
  for (const [text, expected] of cases) {
    assert.equal(redacted(text), expected);
  }
});

Deno.test("findPrivateMarks() leaves the names that a report is about", () => {
  // Kills: a report without its process, kext or model; JSON that is broken where a number stood.
  for (
    const text of [
      '{"procname":"python3.11","name":"IOGPUFamily","filename":"x.cpp"}',
      '"modelName":"Mac14,13"',
      '"hostname":null,"userName":501,"hostname":["a"],"userName":""',
      "Kernel name: RELEASE_ARM64",
      "the hostname is not known",
      "hostname: ",
    ]
  ) {
    assert.equal(redacted(text), text);
  }
});

Deno.test("findPrivateMarks() finds a mark at either end of a text", () => {
  // Kills: a loop that begins at the third letter, or ends before the last.
  assert.equal(findPrivateMarks("hf_abcdefgh12").length, 1);
  assert.equal(findPrivateMarks("x 00:1a:2b:3c:4d:5e").length, 1);
  assert.deepEqual(findPrivateMarks(""), []);
  assert.deepEqual(findPrivateMarks("hf_"), []);
  assert.deepEqual(findPrivateMarks("@"), []);
});

/** What a pattern that starts over at each letter would choke on. */
const HOSTILE = [
  "a",
  "@",
  "key",
  "key=",
  "serial ",
  "a-",
  ":00",
  "eyJ",
  "username",
  'hostname:"',
];

Deno.test("findPrivateMarks() takes twice as long for twice the text, whatever stands in it", () => {
  // Kills: a pattern that goes back at each letter; 100 MB of it would hold a post-mortem up for ever.
  for (const part of HOSTILE) {
    const time = (length: number): number => {
      const text = part.repeat(length / part.length);
      return Math.min(...[1, 2, 3].map(() => {
        const from = performance.now();
        findPrivateMarks(text);
        return performance.now() - from;
      }));
    };
    const [short, long] = [time(2 ** 17), time(2 ** 19)];
    assert.ok(long < short * 12 + 50, `${part}: ${short} ms, then ${long} ms`);
  }
});
