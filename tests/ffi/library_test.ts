import assert from "node:assert/strict";
import { NativeLibrary } from "../../ffi/library.ts";
import { ABI_VERSION, type NativeSymbols } from "../../ffi/symbols.ts";

type Out = Parameters<NativeSymbols["mg_accelerators"]>[0];

/** Functions of a library of which only one answers, by the C rules for texts. */
function library(text: () => string | number): NativeLibrary {
  function answer(out: Out, cap: bigint | number): bigint {
    const now = text();
    if (typeof now === "number") return BigInt(now);
    const bytes = new TextEncoder().encode(now);
    if (bytes.length < Number(cap) && out instanceof Uint8Array) {
      out.set(bytes);
      out[bytes.length] = 0;
    }
    return BigInt(bytes.length);
  }
  function failing(): never {
    throw new assert.AssertionError({ message: "this was not to be asked" });
  }
  return new NativeLibrary({
    mg_abi_version: () => Promise.resolve(ABI_VERSION),
    mg_sysctls: (_, __, out, cap) => Promise.resolve(answer(out, cap)),
    mg_boot_session: failing,
    mg_accelerators: failing,
    mg_gpu_clients: failing,
    mg_kexts: failing,
    mg_metal_devices: failing,
    mg_metal_probe: failing,
    mg_host_memory: failing,
    mg_process: failing,
    mg_process_args: (_, out, cap) => Promise.resolve(answer(out, cap)),
    mg_children: failing,
    mg_pid_alive: () => Promise.resolve(Number(text())),
  });
}

Deno.test("NativeLibrary asks again with more room while the answer grows", async () => {
  // Kills: an answer that is lost because it grew between two questions.
  let length = 10_000;
  const lengths: number[] = [];
  const one = library(() => {
    length += 20_000;
    lengths.push(length);
    return JSON.stringify(["x".repeat(Math.min(length, 70_000))]);
  });
  const answer = await one.readProcessArgs(1);
  assert.deepEqual(answer, {
    kind: "answered",
    value: ["x".repeat(70_000)],
  });
  assert.equal(lengths.length, 4);
});

Deno.test("NativeLibrary gives up on an answer without end", async () => {
  // Kills: a library that makes us allocate until the machine is full.
  const calls: number[] = [];
  const one = library(() => {
    calls.push(1);
    return `["${"x".repeat(Math.min(calls.length * 6_000_000, 17_000_000))}"]`;
  });
  const answer = await one.readProcessArgs(1);
  assert.deepEqual(answer, {
    kind: "failed",
    problem: "answer",
    because: "arguments of process 1: the answer is longer than 16777216 bytes",
  });
  assert.ok(calls.length < 6);
});

Deno.test("NativeLibrary says in words what a code means", async () => {
  // Kills: a code that counts as a length.
  const problems: string[] = [];
  for (const code of [-1, -2, -3, -4, -5, -6, -7, -8, -99]) {
    const answer = await library(() => code).readProcessArgs(1);
    assert.equal(answer.kind, "failed");
    if (answer.kind !== "failed") return;
    problems.push(answer.problem);
    assert.match(answer.because, /^arguments of process 1: [a-z' ]+$/);
  }
  assert.deepEqual(problems, [
    "argument",
    "not-found",
    "denied",
    "unsupported",
    "system",
    "json",
    "exception",
    "busy",
    "answer",
  ]);
});

Deno.test("NativeLibrary does not take for JSON what is none", async () => {
  // Kills: an exception out of a reading that never throws.
  for (const text of ["", "[1,", "nan"]) {
    const answer = await library(() => text).readProcessArgs(1);
    assert.equal(answer.kind === "failed" && answer.problem, "answer", text);
  }
});

Deno.test("NativeLibrary.readSysctls() gives each name its own answer, and only in its kind", async () => {
  // Kills: a text that is taken for a number; a variable that is missing and reads 0; one that was not asked for.
  const one = library(() => '{"a":0,"b":"7","c":"x","d":5,"e":9}');
  const answer = await one.readSysctls(["a", "b", "gone"], ["c", "d"]);
  assert.ok(answer.kind === "answered");
  const { numbers, texts } = answer.value;
  assert.deepEqual(numbers.get("a"), { kind: "known", value: 0 });
  assert.deepEqual(texts.get("c"), { kind: "known", value: "x" });
  for (const bad of [numbers.get("b"), numbers.get("gone"), texts.get("d")]) {
    assert.equal(bad?.kind, "unknown");
  }
  assert.equal(numbers.has("e") || texts.has("e"), false);
});

Deno.test("NativeLibrary.isAlive() knows yes, no and a failure", async () => {
  // Kills: a failure that counts as dead, so that a living holder is healed away.
  assert.deepEqual(await library(() => 1).isAlive(5), {
    kind: "answered",
    value: true,
  });
  assert.deepEqual(await library(() => 0).isAlive(5), {
    kind: "answered",
    value: false,
  });
  assert.equal((await library(() => -5).isAlive(5)).kind, "failed");
});
