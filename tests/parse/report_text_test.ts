import assert from "node:assert/strict";
import {
  decodeReportBytes,
  splitReport,
  stripControl,
} from "../../lib/parse/report_text.ts";

const TEXT = 'panic(cpu 1): "completeMemory() prepare count underflow" – ü\n';

function utf16(text: string, littleEndian: boolean, mark: boolean): Uint8Array {
  const marked = mark ? `\ufeff${text}` : text;
  const view = new DataView(new ArrayBuffer(marked.length * 2));
  for (let i = 0; i < marked.length; i++) {
    view.setUint16(i * 2, marked.charCodeAt(i), littleEndian);
  }
  return new Uint8Array(view.buffer);
}

Deno.test("decodeReportBytes() reads UTF-8 and all four forms of UTF-16", () => {
  // Kills: a report saved by a Windows editor that says nothing to the gate.
  assert.equal(decodeReportBytes(new TextEncoder().encode(TEXT)), TEXT);
  for (const little of [true, false]) {
    for (const mark of [true, false]) {
      assert.equal(
        decodeReportBytes(utf16(TEXT, little, mark)),
        TEXT,
        `${little} ${mark}`,
      );
    }
  }
});

Deno.test("decodeReportBytes() never throws, and leaves zeros out", () => {
  // Kills: a fatal decoder; a zero in the middle of the message that hides it.
  assert.equal(decodeReportBytes(new Uint8Array()), "");
  assert.equal(decodeReportBytes(Uint8Array.of(0)), "");
  assert.equal(decodeReportBytes(Uint8Array.of(0xff, 0xfe, 0x41)), "\ufffd");
  assert.equal(decodeReportBytes(Uint8Array.of(0x41, 0xff, 0x42)), "A\ufffdB");
  assert.equal(
    decodeReportBytes(new TextEncoder().encode("pre\0pare")),
    "prepare",
  );
  assert.equal(
    decodeReportBytes(new TextEncoder().encode("\0\0\0panic")),
    "panic",
  );
});

Deno.test("stripControl() leaves tabs and lines, and nothing that acts on a terminal", () => {
  // Kills: an escape sequence out of a process name that reaches the terminal.
  assert.equal(
    stripControl(
      "a\tb\nc\r\u001b[31md\u0007\u009b2J\u202ee\u2028f\u007f\ufeff",
    ),
    "a\tb\nc[31md2Jef",
  );
});

Deno.test("splitReport() takes only a whole JSON object on the first line for a header", () => {
  // Kills: the first line of a plain report cut off as if it were a header.
  assert.deepEqual(splitReport('{"bug_type":"210"}\n{"x":1}'), {
    header: '{"bug_type":"210"}',
    body: '{"x":1}',
  });
  for (const text of ["panic(cpu 0)\nmore", '{"x":\n1}', "", '{"x":1}']) {
    assert.deepEqual(splitReport(text), { header: undefined, body: text });
  }
});
