import assert from "node:assert/strict";
import { tryParseFaultDump } from "../../lib/parse/fault_handler.ts";

/** As Python 3.11 prints it, with a thread that is not the one that crashed first. */
const ABORT = `libc++abi: terminating
Fatal Python error: Aborted

Thread 0x00007f0a (most recent call first):
  File "/usr/lib/python3.11/threading.py", line 982 in run
  File "/usr/lib/python3.11/threading.py", line 1002 in _bootstrap

Current thread 0x00007f1b (most recent call first):
  File "/Users/ada/venv/lib/python3.11/site-packages/mlx_lm/generate.py", line 430 in generate_step
  File "mlx_worker.py", line 401 in _generate
  File "<string>", line 7 in <module>

Extension modules: mlx.core (total: 1)
`;

Deno.test("tryParseFaultDump() names the thread that crashed, innermost first, and no folder of anybody's", () => {
  // Kills: the stack of a bystander; a home folder in a log that is shared.
  assert.deepEqual(tryParseFaultDump(ABORT), {
    reason: "Aborted",
    frames: [
      "generate_step generate.py:430",
      "_generate mlx_worker.py:401",
      "<module> <string>:7",
    ],
  });
});

Deno.test("tryParseFaultDump() takes the first thread where none is the current one, and the last dump of several", () => {
  // Kills: an abort on a thread of Metal's, which has no Python, of which nothing is told.
  const text = ABORT.replace("Current thread", "Thread");
  assert.deepEqual(tryParseFaultDump(text)?.frames, [
    "run threading.py:982",
    "_bootstrap threading.py:1002",
  ]);
  const twice =
    `${ABORT}Fatal Python error: Segmentation fault\n\n<no Python frame>\n`;
  assert.deepEqual(tryParseFaultDump(twice), {
    reason: "Segmentation fault",
    frames: [],
  });
});

Deno.test("tryParseFaultDump() is none for other text, and bounded for a hostile one", () => {
  // Kills: a regular expression that a long line keeps busy; a stack without an end in one breadcrumb.
  assert.equal(
    tryParseFaultDump("Traceback (most recent call last):"),
    undefined,
  );
  assert.equal(tryParseFaultDump(""), undefined);
  const frame = '  File "a.py", line 1 in f\n';
  const deep = `Fatal Python error: x\nStack (most recent call first):\n${
    frame.repeat(500)
  }`;
  assert.equal(tryParseFaultDump(deep)?.frames.length, 8);
  const long = `Fatal Python error: ${"y".repeat(1 << 20)}`;
  assert.equal(tryParseFaultDump(long), undefined);
  const odd = `Fatal Python error: ${
    "y".repeat(9_999)
  }\n(most recent call first)\n  File "${"z".repeat(5_000)}", line 1 in f\n`;
  assert.deepEqual(tryParseFaultDump(odd), {
    reason: "y".repeat(200),
    frames: [],
  });
});
