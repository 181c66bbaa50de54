import assert from "node:assert/strict";
import { createRedactor } from "../../lib/parse/redaction.ts";

const redact = createRedactor({
  home: "/Users/ada",
  users: ["ada", "Ada Lovelace", "José"],
  hosts: ["Adas-MacBook-Pro.local", "Ada Lovelace’s MacBook Pro"],
  serials: ["C02ZQ1AAMD6M"],
});

function assertRedacted(
  cases: readonly (readonly [string, string])[],
): void {
  for (const [text, expected] of cases) assert.equal(redact(text), expected);
}

Deno.test("createRedactor() takes home folders out, own and others', whatever their slashes and letters", () => {
  // Kills: a path that JSON has written `\/Users\/ada`; a case that the disk does not tell apart; another user's name.
  assertRedacted([
    ["/Users/ada/models/x", "~/models/x"],
    [String.raw`{"path":"\/Users\/ada\/x"}`, String.raw`{"path":"~\/x"}`],
    ["/users/ADA", "~"],
    ["/Users/adam/x", "/Users/[user]/x"],
    ["/home/bob", "/home/[user]"],
    ["/Users/Shared/x", "/Users/Shared/x"],
    ["/Volumes/My Disk/models", "/Volumes/[volume]/models"],
    ["/Volumes/T7", "/Volumes/[volume]"],
    ["/private/var/folders/ab/c_9x/T/y", "/private/var/folders/[folder]/T/y"],
  ]);
});

Deno.test("createRedactor() takes names out as words, not as parts of others", () => {
  // Kills: `adapter` that becomes `[user]pter`; a name after `\n` of JSON, which looks like a letter before it.
  assertRedacted([
    ["ada's adapter, ADA and Lovelace", "[user]'s adapter, [user] and [user]"],
    [String.raw`line\nada: 1`, String.raw`line\n[user]: 1`],
    ["Kernel_2026-01-01_ada_x", "Kernel_2026-01-01_[user]_x"],
    [String.raw`Jos\u00e9, José, Jose` + "\u0301", "[user], [user], [user]"],
  ]);
});

Deno.test("createRedactor() takes hosts, serial numbers and addresses out", () => {
  // Kills: a computer's name in a sentence; a serial number under its key, or as it is; a network card.
  assertRedacted([
    ["Adas-MacBook-Pro.local and adas-macbook-pro", "[host] and [host]"],
    ["Ada Lovelace's MacBook Pro", "[host]"],
    ["Bob's MacBook Air, bobs-MacBook-Pro-2.local", "[host], [host]"],
    ["studio.local", "[host]"],
    ["settings.local.json", "settings.local.json"],
    ["C02ZQ1AAMD6M", "[serial]"],
    ["Serial Number (system): C99XYZ1234", "Serial Number (system): [serial]"],
    [
      '"IOPlatformSerialNumber" = "FVFXX12345"',
      '"IOPlatformSerialNumber" = "[serial]"',
    ],
    ['"crashReporterKey" : "AB12-CD34"', '"crashReporterKey" : "[serial]"'],
    ["card 00:1a:2b:3c:4d:5e", "card [address]"],
    ["write to a.b@example.com", "write to [email]"],
  ]);
});

Deno.test("createRedactor() takes secrets out", () => {
  // Kills: a token that a person has pasted into a reason or a model's address.
  assertRedacted([
    ["hf_abcdefgh12345", "[secret]"],
    ["API_KEY=abcd1234", "API_KEY=[secret]"],
    ["Authorization: Bearer abcdefgh123", "Authorization: [secret]"],
    ["https://user:pass@hub/x", "https://[secret]@hub/x"],
    [String.raw`token=\"zzzzzz\"`, String.raw`token=\"[secret]\"`],
  ]);
});

Deno.test("createRedactor() leaves what a report is read for", () => {
  // Kills: a panic that nobody can understand any more.
  const texts = [
    'panic(cpu 3 caller 0xfffffe0012345678): "completeMemory() prepare count underflow" @IOGPUMemory.cpp:550',
    "Boot session UUID: AAAAAAAA-1111-4111-8111-111111111111",
    "  Calendar: 0x6a11aa22 0x00012345",
    "[2026-11-24 05:37:18] SUBPROC_PRE: mlx-community/x | ctx=512 max_tokens=100",
    "com.apple.iokit.IOGPUFamily(130.15.2)[A-B]@0xfffffe00->0xfffffe11",
    '"tokens": 100, "isKey": true',
  ];
  for (const text of texts) assert.equal(redact(text), text);
});

Deno.test("createRedactor() keeps JSON whole, and what it has made", () => {
  // Kills: a word where a number stood; a second pass that reads its own marks as names.
  const object = {
    serial: 1_234_567,
    token: "abcdefgh",
    path: "/Users/ada/a",
    name: "Ada Lovelace’s MacBook Pro",
    count: 5,
  };
  const once = redact(JSON.stringify(object));
  assert.deepEqual(JSON.parse(once), {
    serial: null,
    token: "[secret]",
    path: "~/a",
    name: "[host]",
    count: 5,
  });
  assert.equal(redact(once), once);
});

Deno.test("createRedactor() leaves words alone that name nobody", () => {
  // Kills: a user called `mlx` whose every model becomes `[user]-community`.
  const common = createRedactor({
    home: "/Users/mlx",
    users: ["mlx", "Al"],
    hosts: ["localhost"],
    serials: [],
  });
  assert.equal(
    common("/Users/mlx/x mlx-community Al localhost"),
    "~/x mlx-community Al localhost",
  );
});
