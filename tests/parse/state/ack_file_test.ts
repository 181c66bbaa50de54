import assert from "node:assert/strict";
import { decodeAck, encodeAck } from "../../../lib/parse/state/ack_file.ts";

const at = Temporal.Instant.from("2026-02-03T08:00:00.900Z");

Deno.test("encodeAck() writes the seed's line, and the reason on one of its own", () => {
  // Kills: an offset behind the time, and a reason that writes further lines.
  assert.equal(
    encodeAck({ at, timeZone: "Asia/Tokyo", reason: undefined }),
    "2026-02-03T17:00:00\n",
  );
  assert.equal(
    encodeAck({ at, timeZone: "UTC", reason: " fan\nreplaced\u001b " }),
    "2026-02-03T08:00:00\nfan replaced\n",
  );
  const long = encodeAck({ at, timeZone: "UTC", reason: "é".repeat(501) });
  assert.equal(long.split("\n")[1]?.length, 500);
});

Deno.test("decodeAck() reads both lines, one, or none", () => {
  // Kills: an ack made by `touch` that is refused, and the time shown as the reason.
  assert.deepEqual(
    decodeAck(encodeAck({ at, timeZone: "UTC", reason: "fan replaced" })),
    { writtenAt: "2026-02-03T08:00:00", reason: "fan replaced" },
  );
  assert.deepEqual(decodeAck("2026-02-03T08:00:00\r\n"), {
    writtenAt: "2026-02-03T08:00:00",
    reason: undefined,
  });
  const empty = { writtenAt: undefined, reason: undefined };
  assert.deepEqual(decodeAck(""), empty);
  assert.deepEqual(decodeAck("\n\n"), empty);
  assert.deepEqual(decodeAck("cables checked"), {
    writtenAt: undefined,
    reason: "cables checked",
  });
});

Deno.test("decodeAck() bounds whatever stands in the file", () => {
  // Kills: a megabyte, or an escape sequence, in the line that tells who acknowledged.
  const junk = decodeAck(`\u001b[2J${"x".repeat(2 ** 20)}`);
  assert.equal(junk.writtenAt, undefined);
  assert.ok((junk.reason?.length ?? 0) <= 500);
  assert.equal(junk.reason?.includes("\u001b"), false);
  const spaces = decodeAck(`2026-02-03T08:00:00${" ".repeat(2 ** 20)}x`);
  assert.equal(spaces.writtenAt, "2026-02-03T08:00:00");
});
