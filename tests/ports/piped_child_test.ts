import assert from "node:assert/strict";
import { createDenoPipedChildren } from "../../lib/adapters/deno/piped_child.ts";
import { FileError, MetalGuardError } from "../../lib/core/error.ts";
import type { PipedChildren } from "../../lib/ports/piped_child.ts";
import { FakePipedChildren } from "../fakes/piped_child.ts";

const SH = "/bin/sh";
const MISSING = "/bin/no-such-program";

/** `cat`, whose words to standard error are those that say `oops`. */
const CAT =
  'while read -r line; do if [ "$line" = oops ]; then echo "$line" >&2; else echo "$line"; fi; done; exit 7';

function fake(): PipedChildren {
  const children = new FakePipedChildren();
  children.missing.add(MISSING);
  children.onStart = (child): void => {
    child.onWrite = (text): void => {
      for (const line of text.trimEnd().split("\n")) {
        child.print(`${line}\n`, line === "oops" ? "stderr" : "stdout");
      }
    };
    child.onInputEnd = (): void => child.finish(7);
  };
  return children;
}

const SUBJECTS: Readonly<Record<string, () => PipedChildren>> = {
  fake,
  deno: createDenoPipedChildren,
};

async function textOf(stream: ReadableStream<Uint8Array>): Promise<string> {
  let text = "";
  const decoder = new TextDecoder();
  for await (const bytes of stream) {
    text += decoder.decode(bytes, { stream: true });
  }
  return text;
}

for (const [name, subject] of Object.entries(SUBJECTS)) {
  Deno.test(`PipedChildren over ${name}: what is written is read, and each stream is its own`, async () => {
    // Kills: streams that are mixed; an end of input that the program never sees.
    const child = subject().start(SH, { args: ["-c", CAT] });
    const [out, err] = [textOf(child.stdout), textOf(child.stderr)];
    const encoder = new TextEncoder();
    assert.equal(await child.write(encoder.encode("a\noops\n")), true);
    assert.equal(await child.write(encoder.encode("b\n")), true);
    await child.closeInput();
    assert.deepEqual(await child.end, { exitCode: 7, signal: null });
    assert.deepEqual([await out, await err], ["a\nb\n", "oops\n"]);
  });

  Deno.test(`PipedChildren over ${name}: a killed program has its signal, and takes nothing more`, async () => {
    // Kills: a write to the dead that throws into whoever talks to them.
    const child = subject().start(SH, { args: ["-c", CAT] });
    child.signal("SIGKILL");
    assert.deepEqual(await child.end, { exitCode: 137, signal: "SIGKILL" });
    child.signal("SIGTERM");
    const wasTaken = await child.write(new Uint8Array(1 << 20));
    assert.equal(wasTaken, false);
    await child.closeInput();
    await child.closeInput();
    await child.stdout.cancel();
    await child.stderr.cancel();
  });

  Deno.test(`PipedChildren over ${name}: what cannot be started says why`, () => {
    // Kills: an error of the platform that no layer can read.
    assert.throws(
      () => subject().start(MISSING, { args: [] }),
      (error) =>
        error instanceof MetalGuardError && error.code === "child-failed" &&
        error.cause instanceof FileError && error.cause.problem === "absent",
    );
  });
}
