import assert from "node:assert/strict";
import {
  decodeSentinel,
  encodeSentinel,
  MAX_HOLD_MS,
  newSentinelFile,
  type SentinelFile,
  updateSentinel,
} from "../../../lib/parse/state/sentinel_file.ts";
import { assertRefusesFields, assertRefusesHostile } from "./hostile_texts.ts";

const boot = "0A1B2C3D-0000-4000-8000-000000000000";

/** A hold of ours of two hours, through its text. */
function ours(extra: Readonly<Record<string, unknown>> = {}): SentinelFile {
  const createdAt = Temporal.Instant.from("2026-02-03T08:00:00.250Z");
  const text = encodeSentinel(newSentinelFile({
    createdAt,
    until: createdAt.add({ hours: 2 }),
    timeZone: "Europe/Paris",
    setBy: "person",
    reason: "fan\nreplaced",
    forBoot: boot,
  }));
  return decodeSentinel(JSON.stringify({ ...JSON.parse(text), ...extra }));
}

Deno.test("decodeSentinel() refuses hostile texts and fields of another form", () => {
  // Kills: a torn or half-valid sentinel that reads as "no hold".
  assertRefusesHostile(decodeSentinel);
  assert.throws(() => decodeSentinel("{}"), { name: "DecodeError" });
  assertRefusesFields(decodeSentinel, {
    cooldown_until: "2026-02-03T10:00:00",
    created_at: "2026-02-03T08:00:00",
  }, [
    ["cooldown_until", null],
    ["cooldown_until", 1770112800],
    ["cooldown_until", "soon"],
    ["cooldown_until", "2026-02-30T10:00:00"],
    ["created_at", ""],
    ["created_at", ["2026-02-03T08:00:00"]],
    ["cooldown_until_epoch", "1770112800"],
    ["cooldown_until_epoch", 1e300],
    ["created_at_epoch", true],
    ["for_boot", 5],
    ["reason", {}],
    ["set_by", "root"],
  ]);
});

Deno.test("decodeSentinel() reads what the Python tool and people write", () => {
  // Kills: a hold that is taken for corrupt because of a "Z", an offset, a null or a missing created_at.
  const file = decodeSentinel(
    '{"cooldown_until": "2026-02-03T10:00:00", "created_at": "2026-02-03T08:00:00"}',
  );
  assert.deepEqual(file, {
    cooldownUntil: "2026-02-03T10:00:00",
    createdAt: "2026-02-03T08:00:00",
    cooldownUntilEpoch: undefined,
    createdAtEpoch: undefined,
    forBoot: undefined,
    reason: undefined,
    setBy: undefined,
    extra: new Map(),
  });
  for (
    const until of [
      "2026-02-03T10:00:00Z",
      "2026-02-03 11:00:00.5 +0100",
      "2026-02-03T11:00:00+01:00",
    ]
  ) {
    const text = JSON.stringify({ cooldown_until: until, created_at: null });
    assert.equal(decodeSentinel(text).cooldownUntil, until);
    assert.equal(decodeSentinel(text).createdAt, undefined);
  }
});

Deno.test("encodeSentinel() writes sorted keys, local times for Python and epochs for us", () => {
  // Kills: an end that is rounded down to the second, so that Python stops waiting before we do.
  assert.equal(
    encodeSentinel(ours()),
    '{"cooldown_until": "2026-02-03T11:00:01", "cooldown_until_epoch": 1770112800.25, ' +
      '"created_at": "2026-02-03T09:00:00", "created_at_epoch": 1770105600.25, ' +
      `"for_boot": "${boot}", "reason": "fan replaced", "set_by": "person"}`,
  );
});

Deno.test("encodeSentinel() leaves out what a Python file does not have", () => {
  // Kills: `"reason": null` added to another tool's file.
  const text =
    '{"cooldown_until": "2026-02-03T10:00:00", "created_at": "2026-02-03T08:00:00"}';
  assert.equal(encodeSentinel(decodeSentinel(text)), text);
});

Deno.test("newSentinelFile() never holds for more than 30 days", () => {
  // Kills: `hold --for 100d`.
  const createdAt = Temporal.Instant.from("2026-02-03T08:00:00Z");
  const file = newSentinelFile({
    createdAt,
    until: createdAt.add({ hours: 100 * 24 }),
    timeZone: "UTC",
    setBy: "postmortem",
    reason: undefined,
    forBoot: undefined,
  });
  assert.equal(
    file.cooldownUntilEpoch?.epochMilliseconds,
    createdAt.epochMilliseconds + MAX_HOLD_MS,
  );
  assert.equal(file.cooldownUntil, "2026-03-05T08:00:00");
});

Deno.test("decodeSentinel() makes the reason one bounded line", () => {
  // Kills: a reason that clears the terminal at 3 a.m.
  const reason = ours({ reason: `\u001b[2J${"x".repeat(1_000)}` }).reason;
  assert.equal(reason?.length, 500);
  assert.ok(reason?.startsWith("[2Jx"));
});

Deno.test("updateSentinel() keeps unknown fields of the same hold only", () => {
  // Kills: a note of another tool that is lost on update, or that passes to a new hold.
  const previous = ours({ by_other_tool: [1] });
  assert.deepEqual(previous.extra, new Map([["by_other_tool", [1]]]));
  const same = updateSentinel(previous, { ...ours(), reason: "longer" });
  assert.equal(same.reason, "longer");
  assert.deepEqual(same.extra, previous.extra);
  const other = { ...ours(), createdAt: "2026-02-03T09:00:01" };
  assert.equal(updateSentinel(previous, other).extra.size, 0);
  const unnamed = { ...previous, createdAt: undefined };
  const next = { ...ours(), createdAt: undefined };
  assert.equal(updateSentinel(unnamed, next).extra.size, 0);
});
