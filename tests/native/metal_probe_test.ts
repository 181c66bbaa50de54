import assert from "node:assert/strict";
import {
  type JsonObject,
  library,
  play,
  readMachine,
  withValue,
} from "./native_place.ts";

const MACHINE = readMachine("m4-max");

function probing(probe: JsonObject): JsonObject {
  return withValue(MACHINE, ["metal", "probe"], probe);
}

/** The probe's answer on a GPU that behaves so. */
async function probe(scene: JsonObject, timeoutMs = 2_000): Promise<unknown> {
  let answer: unknown;
  await play(probing(scene), async () => {
    answer = await library.probeMetal(timeoutMs);
  });
  return answer;
}

Deno.test("probeMetal() tells a GPU that wrote from one that wrote something else", async () => {
  // Kills: a probe that believes the status and does not look at the memory.
  for (const mode of ["ok", "corrupt"]) {
    const answer = await probe({ mode, latencyUs: 300 });
    assert.partialDeepStrictEqual(answer, {
      kind: "answered",
      value: {
        outcome: { kind: "known", value: mode },
        commandBufferStatus: { kind: "known", value: 4 },
        error: { kind: "unknown" },
      },
    });
  }
});

Deno.test("probeMetal() hands Metal's error on", async () => {
  // Kills: an error that is reported without its number.
  assert.partialDeepStrictEqual(
    await probe({ mode: "error", latencyUs: 300, errorCode: 2 }),
    {
      kind: "answered",
      value: {
        outcome: { kind: "known", value: "failed" },
        errorCode: { kind: "known", value: 2 },
        error: { kind: "known", value: "Caused GPU Timeout Error" },
      },
    },
  );
});

Deno.test("probeMetal() measures the round trip", async () => {
  // Kills: a duration in another unit, or one that starts before the work is handed over.
  const answer = await probe({ mode: "ok", latencyUs: 20_000 });
  const value = asRecord(asRecord(answer)["value"]);
  const roundTripUs = Number(asRecord(value["roundTripUs"])["value"]);
  const totalUs = Number(asRecord(value["totalUs"])["value"]);
  assert.ok(roundTripUs >= 20_000, `${roundTripUs}`);
  assert.ok(totalUs >= roundTripUs && totalUs < 10_000_000, `${totalUs}`);
});

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

Deno.test("probeMetal() gives up on a GPU that hangs, and the program goes on meanwhile", async () => {
  // Kills: a wait without end; memory that is freed while the GPU may still write into it; a blocked event loop.
  let ticks = 0;
  const timer = setInterval(() => ticks++, 10);
  try {
    await play(probing({ mode: "hang" }), async () => {
      assert.partialDeepStrictEqual(await library.probeMetal(400), {
        kind: "answered",
        value: { outcome: { kind: "known", value: "timeout" } },
      });
    }, { metal: 3 });
  } finally {
    clearInterval(timer);
  }
  assert.ok(ticks >= 5, `${ticks} ticks`);
});

Deno.test("probeMetal() says that there is no Metal", async () => {
  // Kills: a machine without a GPU that counts as one whose GPU failed.
  const none = withValue(MACHINE, ["metal", "devices"], []);
  await play(none, async () => {
    const answer = await library.probeMetal(10);
    assert.equal(answer.kind === "failed" && answer.problem, "unsupported");
  });
});
