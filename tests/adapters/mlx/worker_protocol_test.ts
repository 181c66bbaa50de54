import assert from "node:assert/strict";
import {
  encodeCommand,
  encodeWord,
  tryParseWorkerLine,
} from "../../../lib/adapters/mlx/worker_protocol.ts";

function parse(message: unknown): unknown {
  return tryParseWorkerLine(JSON.stringify(message));
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

Deno.test("each message of the protocol is read", () => {
  // Kills: a field of the Python side that the TypeScript side calls otherwise.
  assert.deepEqual(
    parse({ is: "hello", protocol: 1, pid: 7, python: "3.11.7" }),
    { is: "hello", protocol: 1, python: "3.11.7" },
  );
  const meta = { ctx: 16, error: "RuntimeError" };
  assert.deepEqual(parse({ is: "ask", id: 2, tag: "SUBPROC_PRE", meta }), {
    is: "ask",
    mark: { requestId: 2, tag: "SUBPROC_PRE", meta },
  });
  assert.deepEqual(parse({ is: "token", id: 2, text: "é" }), {
    is: "token",
    id: 2,
    text: "é",
  });
  assert.deepEqual(
    parse({ is: "error", id: 3, type: "ValueError", message: "no" }),
    { is: "error", id: 3, pythonType: "ValueError", message: "no" },
  );
  assert.deepEqual(parse({ is: "bye", because: "idle" }), {
    is: "bye",
    because: "idle",
  });
});

Deno.test("an answer holds what it says and nothing that it does not", () => {
  // Kills: 0 for a reading that is not there; a negative or fractional number of bytes believed.
  const answer = {
    memory: { active: 5, peak: -1, cache: 1.5 },
    versions: { mlx: "0.32.4", odd: 3 },
    patches: ["p", 4],
    finish: "stop",
    ["prompt_tokens"]: 3,
    tokens: 2,
  };
  assert.deepEqual(parse({ is: "done", id: 1, ...answer }), {
    is: "done",
    id: 1,
    answer: {
      memory: {
        activeBytes: { kind: "known", value: 5 },
        peakBytes: {
          kind: "unknown",
          because: "the worker's peak is no number of bytes",
        },
        cacheBytes: {
          kind: "unknown",
          because: "the worker's cache is no number of bytes",
        },
        limitBytes: {
          kind: "unknown",
          because: "this MLX does not tell limit",
        },
      },
      versions: { mlx: "0.32.4" },
      patches: ["p"],
      finish: "stop",
      promptTokens: 3,
      tokens: 2,
    },
  });
  assert.deepEqual(parse({ is: "done", id: 1 }), {
    is: "done",
    id: 1,
    answer: {
      memory: undefined,
      versions: undefined,
      patches: undefined,
      finish: undefined,
      promptTokens: undefined,
      tokens: undefined,
    },
  });
});

Deno.test("what is no message is none, and throws nothing", () => {
  // Kills: a model's print taken for an answer; a mark with a tag or keys of a model's choice in our log.
  for (
    const line of [
      "",
      "hello",
      "{",
      "[]",
      "null",
      '{"is":"done"}',
      '{"is":"done","id":-1}',
      '{"is":"token","id":1,"text":5}',
      '{"is":"mark","id":1,"tag":"RUN_END"}',
      '{"is":"other","id":1}',
      `{"is":"bye","because":${"[".repeat(50)}${"]".repeat(50)}}`,
      `{"is":"token","id":1,"text":"${"x".repeat(1 << 20)}"}`,
    ]
  ) assert.equal(tryParseWorkerLine(line), undefined, line.slice(0, 40));
  const meta = { ["pid now"]: 1, ["a".repeat(25)]: 2, ok: 3, list: [4] };
  assert.deepEqual(parse({ is: "mark", id: 1, tag: "SUBPROC_POST", meta }), {
    is: "mark",
    mark: { requestId: 1, tag: "SUBPROC_POST", meta: { ok: 3 } },
  });
});

Deno.test("commands are one line each, whatever a prompt holds", () => {
  // Kills: a prompt with a line break that becomes two commands; half a pair that Python cannot print.
  const line = textOf(encodeCommand(2, {
    do: "generate",
    prompt: 'a\n{"do":"shutdown"}\ud800',
    system: "",
    maxTokens: 5,
    temperature: 0.3,
    images: [],
  }));
  assert.equal(line.indexOf("\n"), line.length - 1);
  assert.deepEqual(JSON.parse(line), {
    id: 2,
    do: "generate",
    prompt: 'a\n{"do":"shutdown"}\ufffd',
    system: "",
    ["max_tokens"]: 5,
    temperature: 0.3,
    images: [],
  });
  assert.deepEqual(
    JSON.parse(textOf(encodeCommand(1, {
      do: "load",
      backend: "mlx",
      modelId: "m",
      wired: "off",
      firstSleepMs: null,
      idleMs: 9,
    }))),
    {
      id: 1,
      do: "load",
      backend: "mlx",
      model: "m",
      wired: "off",
      ["first_sleep_ms"]: null,
      ["idle_ms"]: 9,
    },
  );
  assert.equal(
    textOf(encodeCommand(3, { do: "probe" })),
    '{"id":3,"do":"probe"}\n',
  );
  assert.equal(textOf(encodeWord(2, "cancel")), '{"id":2,"do":"cancel"}\n');
});
