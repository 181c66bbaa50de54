import assert from "node:assert/strict";
import { NativeCaller } from "../../../lib/adapters/native/caller.ts";
import { known, unknown } from "../../../lib/core/observed.ts";
import { FakeNativeLibrary } from "../../fakes/native_library.ts";

/** A mark that remembers. */
class Marks {
  readonly seen: string[] = [];
  enter(): void {
    this.seen.push("+");
  }
  leave(): void {
    this.seen.push("-");
  }
  hang(): void {
    this.seen.push("!");
  }
}

Deno.test("several questions at once are one call for the mark, and the library is opened once", async () => {
  // Kills: a mark that says "back" while another call is still inside; a library that is opened by each reading.
  const mark = new Marks();
  let opens = 0;
  const caller = new NativeCaller({
    mark,
    open: () => {
      opens += 1;
      return Promise.resolve(known(new FakeNativeLibrary({ process: {} })));
    },
  });
  await Promise.all(
    [1, 2, 3].map((pid) =>
      caller.ask("it", (library) => library.readProcess(pid))
    ),
  );
  await caller.ask("it", (library) => library.readProcessArgs(1));
  assert.equal(mark.seen.join(""), "+-+-");
  assert.equal(opens, 1);
});

Deno.test("after a hang nothing more is asked, and the mark says that it hung", async () => {
  // Kills: a second call into a driver that hangs; a hang that the next command takes for a crash.
  const mark = new Marks();
  let hangs = 0;
  const library = new FakeNativeLibrary({ breaks: "hangs" });
  const caller = new NativeCaller({
    mark,
    timeoutMs: 1,
    onHang: () => hangs++,
    open: () => Promise.resolve(known(library)),
  });
  for (const _ of [1, 2]) {
    const answer = await caller.ask("it", (one) => one.readHostMemory());
    assert.ok(answer.kind === "failed");
    assert.match(answer.because, /no answer about it in 1 ms/);
  }
  assert.equal(library.asked.length, 1);
  assert.equal(hangs, 1);
  assert.equal(mark.seen.join(""), "+!");
});

Deno.test("a library that cannot be opened is no call, and a question that throws has come back", async () => {
  // Kills: a mark left behind by an exception, which would rule the library out.
  const mark = new Marks();
  const closed = new NativeCaller({
    mark,
    open: () => Promise.resolve(unknown("no dylib")),
  });
  const answer = await closed.ask("it", (one) => one.readHostMemory());
  assert.ok(answer.kind === "failed" && answer.because === "no dylib");
  const throwing = new NativeCaller({
    mark,
    open: () =>
      Promise.resolve(known(new FakeNativeLibrary({ breaks: "throws" }))),
  });
  await assert.rejects(throwing.ask("it", (one) => one.readHostMemory()));
  assert.equal(mark.seen.join(""), "+-");
});
