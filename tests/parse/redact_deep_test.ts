import assert from "node:assert/strict";
import {
  redactDeep,
  withoutCommandLines,
} from "../../lib/parse/redact_deep.ts";

Deno.test("redactDeep() reaches every text, and leaves keys and instants alone", () => {
  // Kills: a name in a list in an object; an instant that becomes an empty object.
  const at = Temporal.Instant.from("2026-11-23T12:00:00Z");
  const value = { ada: ["ada", { x: "ada", n: 1, none: null }], at };
  assert.deepEqual(redactDeep(value, (text) => text.replaceAll("ada", "*")), {
    ada: ["*", { x: "*", n: 1, none: null }],
    at,
  });
});

Deno.test("withoutCommandLines() takes the words of command lines, however deep, and nothing else", () => {
  // Kills: a prompt in the lock's record of a bundle; a holder without a command line that seems to have had one.
  const at = Temporal.Instant.from("2026-11-23T12:00:00Z");
  assert.deepEqual(
    withoutCommandLines({
      lock: { cmdline: "python say 'my prompt'", pid: 3, at },
      mlx_lock: { cmdline: null },
      holder: { cmdline: "" },
      list: ["x"],
    }),
    {
      lock: { cmdline: "[command line]", pid: 3, at },
      mlx_lock: { cmdline: null },
      holder: { cmdline: "" },
      list: ["x"],
    },
  );
});
