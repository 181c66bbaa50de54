import assert from "node:assert/strict";
import { DecodeError } from "../../lib/core/error.ts";
import { allTargets, parseFuzzArgs } from "../../scripts/fuzz.ts";
import { readersIn } from "../../scripts/fuzz/found_targets.ts";
import { Random } from "../../scripts/fuzz/random.ts";
import {
  complaintText,
  fuzz,
  type FuzzTarget,
  inputOf,
} from "../../scripts/fuzz/run.ts";

/** `--seed=N` behind a double dash tries other inputs. */
const SEED = Number(
  Deno.args.find((arg) => arg.startsWith("--seed="))?.slice(7) ?? 20_261_124,
);
const INPUTS = 1_000_000;

Deno.test("over a million changed texts no codec or parser throws, takes its time, or writes what it cannot read", async () => {
  // Kills: an error of another kind than DecodeError, a search that looks at every pair, a value that is lost in writing.
  const result = fuzz(await allTargets(), SEED, { inputs: INPUTS });
  const { complaint, inputs, refused, slowestMsPerKib } = result;
  Deno.stdout.writeSync(
    new TextEncoder().encode(
      `fuzz: ${inputs} inputs from seed ${SEED}, ${refused} refused, the dearest ${
        slowestMsPerKib.toFixed(3)
      } ms a KiB\n`,
    ),
  );
  if (complaint !== undefined) assert.fail(complaintText(complaint));
  assert.equal(inputs, INPUTS);
  // Kills: changes so wild that nothing is read, or so tame that nothing is refused.
  assert.ok(refused > INPUTS / 50 && refused < INPUTS / 2, `${refused}`);
});

const SAMPLES = ['{"pid": 12, "label": "x", "list": [1, {"a": "b"}]}'];

function target(
  read: FuzzTarget["read"],
  mayRefuse = true,
): FuzzTarget {
  return { name: "planted", covers: [], mayRefuse, samples: SAMPLES, read };
}

Deno.test("fuzz() convicts each kind of bad reader, with a seed that makes its input again", () => {
  // Kills: a run that calls everything good.
  const planted: Readonly<Record<string, readonly [FuzzTarget, RegExp]>> = {
    "throws what is no refusal": [
      target((text): undefined => {
        try {
          JSON.parse(text).list.map(String);
        } catch (cause) {
          if (cause instanceof TypeError) throw cause;
          throw new DecodeError("no JSON", { cause });
        }
      }),
      /threw TypeError/,
    ],
    "refuses by throwing where it must not": [
      target((text): undefined => {
        if (text.includes("\0")) throw new DecodeError("none");
      }, false),
      /threw DecodeError/,
    ],
    "looks at every pair of characters": [
      target((text): undefined => {
        let pairs = 0;
        for (let a = 0; a < text.length; a++) {
          for (let b = 0; b < text.length; b += 32) pairs ^= a & b;
        }
        if (pairs === -1) throw new Error("never");
      }),
      /took [\d.]+ ms for 6\d\.\d KiB/,
    ],
    "reads what it has written otherwise": [
      target((text) => () => {
        const read = Number.parseFloat(/-?[\d.e+]+/.exec(text)?.[0] ?? "0");
        const written = String(Math.round(read * 1e3) / 1e3);
        if (Math.abs(Number(written) - read) > 1e-9 || written === "Infinity") {
          throw new Error("another number");
        }
      }),
      /threw Error: another number/,
    ],
  };
  for (const [name, [bad, expected]] of Object.entries(planted)) {
    const { complaint } = fuzz([bad], 1, { inputs: 100_000 });
    assert.ok(complaint !== undefined, `nothing was found: ${name}`);
    assert.match(complaint.message, expected, name);
    const again = fuzz([bad], complaint.seed, { inputs: 1 });
    assert.equal(again.complaint?.input, complaint.input, name);
    assert.match(
      complaintText(complaint),
      new RegExp(`--seed ${complaint.seed} --count 1\ninput: "`),
    );
  }
});

Deno.test("fuzz() ends in time, and looks at each text once where that is quick enough", () => {
  // Kills: `--seconds` that is never looked at; a timing that reads every text thirty times.
  let calls = 0;
  const counting = target((): undefined => {
    calls++;
  });
  const short = fuzz([counting], 1, { inputs: Infinity, forMs: 30 });
  assert.ok(short.inputs > 0);
  calls = 0;
  fuzz([counting], 1, { inputs: 1_000 });
  assert.ok(calls < 1_100, `${calls}`);
  assert.equal(fuzz([counting], 1, { inputs: 5, forMs: 0 }).inputs, 0);
});

Deno.test("inputOf() makes many different texts, the same ones for the same seeds", async () => {
  // Kills: a generator that repeats itself after a few inputs; one that cannot be repeated.
  const targets = await allTargets();
  const texts = Array.from(
    { length: 2_000 },
    (_, seed) => inputOf(seed, targets).text,
  );
  assert.ok(new Set(texts).size > 1_500, `${new Set(texts).size}`);
  const names = new Set(
    Array.from({ length: 2_000 }, (_, seed) => inputOf(seed, targets).target),
  );
  assert.equal(names.size, targets.length);
  assert.equal(inputOf(7, targets).text, inputOf(7, targets).text);
});

Deno.test("complaintText() shows an input that a terminal does not obey, and not a megabyte of it", () => {
  // Kills: an escape sequence of a failing input that clears the screen of whoever reads it.
  const text = complaintText({
    seed: 1,
    target: "t",
    message: "m",
    input: `\u001b[2J\u009b\u202e${"x".repeat(10_000)}`,
  });
  assert.ok(text.includes("\\u001b[2J\\u009b\\u202e"));
  assert.ok(text.length < 5_000);
  assert.match(text, /10006 characters/);
});

Deno.test("readersIn() finds readers by their names, and those that take a text alone", () => {
  // Kills: a parser that is added and never fuzzed.
  assert.deepEqual(
    readersIn(
      `export function decodeX(text: string): X {
export function parseY(
  text: string,
): Y {
export function parseList<T>(text: string, more: T): Y {
export function tryParseZ(bytes: Uint8Array): Z {
function parseInner(text: string): X {
export function encodeX(x: X): string {
export function decoder(text: string): X {`,
    ),
    [
      { name: "decodeX", isPlain: true },
      { name: "parseY", isPlain: true },
      { name: "parseList", isPlain: false },
      { name: "tryParseZ", isPlain: false },
    ],
  );
});

Deno.test("Random gives the same row for the same seed, and every number below its bound", () => {
  // Kills: `Math.random`, with which no failure comes again; an end that is never reached.
  const row = (seed: number): readonly number[] => {
    const random = new Random(seed);
    return Array.from({ length: 200 }, () => random.below(4));
  };
  assert.deepEqual(row(5), row(5));
  assert.notDeepEqual(row(5), row(6));
  assert.deepEqual([...new Set(row(5))].sort(), [0, 1, 2, 3]);
  assert.equal(new Random(1).below(0), 0);
  assert.throws(() => new Random(1).pick([]));
});

Deno.test("parseFuzzArgs() takes time, number and seed, and refuses the rest", () => {
  // Kills: `--seconds` that counts in milliseconds; a run without end.
  assert.deepEqual(parseFuzzArgs([], 9), {
    seed: 9,
    limits: { inputs: Infinity, forMs: 30_000 },
    only: undefined,
  });
  assert.deepEqual(
    parseFuzzArgs(["--count", "5", "--seed", "0", "--only", "Lock"], 9),
    { seed: 0, limits: { inputs: 5 }, only: "Lock" },
  );
  assert.deepEqual(
    parseFuzzArgs(["--seconds", "2"], 9).limits,
    { inputs: Infinity, forMs: 2_000 },
  );
  for (
    const bad of [["--seconds"], ["--seed", "x"], ["--fast", "1"], [
      "--count",
      "-1",
    ]]
  ) {
    assert.throws(() => parseFuzzArgs(bad, 1), Error, bad.join(" "));
  }
});
