import assert from "node:assert/strict";
import {
  decodePostmortem,
  encodePostmortem,
} from "../../../lib/parse/state/postmortem_file.ts";

const AT = Temporal.Instant.from("2026-11-23T12:00:00Z");

Deno.test("decodePostmortem() reads what encodePostmortem() wrote, the newest hundred", () => {
  // Kills: a file that grows for ever; the newest panic forgotten in place of the oldest.
  const armed = new Map(
    Array.from(
      { length: 101 },
      (_, index) => [`boot ${index}`, AT.add({ seconds: index })] as const,
    ),
  );
  const read = decodePostmortem(
    encodePostmortem({ armed, extra: new Map([["zz", "kept"]]) }),
  );
  assert.equal(read.armed.size, 100);
  assert.ok(!read.armed.has("boot 0") && read.armed.has("boot 100"));
  assert.equal(read.extra.get("zz"), "kept");
});

Deno.test("decodePostmortem() refuses what is none", () => {
  // Kills: a torn file that counts as "never armed" without anybody knowing.
  for (const text of ["", "[]", '{"armed": 1}', '{"armed": {"a": "x"}}']) {
    assert.throws(() => decodePostmortem(text), { code: "not-decodable" });
  }
});
