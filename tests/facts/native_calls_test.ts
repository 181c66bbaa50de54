import assert from "node:assert/strict";
import { createDenoClock } from "../../lib/adapters/deno/clock.ts";
import { createDenoFileStore } from "../../lib/adapters/deno/file_store.ts";
import type { CallMark } from "../../lib/ports/call_mark.ts";
import {
  createCallMark,
  findLostCall,
  type LostCall,
} from "../../lib/facts/native_calls.ts";

const KEY = "/opt/libmetalguard.dylib 1 2 25.5.0";

/** A state folder on the real disk: what a lock outlives only the kernel knows. */
class Place implements Disposable {
  readonly folder = Deno.makeTempDirSync();
  readonly record = `${this.folder}/state/native-trial.json`;
  readonly ports = {
    store: createDenoFileStore(),
    clock: createDenoClock(),
    owner: () => undefined,
  };

  mark(pid = 7, key: string | undefined = KEY): CallMark {
    const { record } = this;
    return createCallMark(this.ports, { record, pid, key: () => key });
  }

  find(key = KEY): LostCall | undefined {
    return findLostCall(this.ports, { record: this.record, key });
  }

  /** The mark of a process that is dead: a copy, whose lock nobody holds. */
  bury(ended: string, { key = KEY, ageMs = 0 } = {}): string {
    const folder = `${this.folder}/state/native-calls`;
    Deno.mkdirSync(folder, { recursive: true });
    const path = `${folder}/9`;
    Deno.writeTextFileSync(path, `${key}\n${ended}`);
    const at = (Date.now() - ageMs) / 1_000;
    Deno.utimeSync(path, at, at);
    return path;
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.folder, { recursive: true });
  }
}

Deno.test("a process that died inside a call is found once, and its mark is cleared away", () => {
  // Kills: a crash that each command meets anew; a command that ended well taken for one.
  using place = new Place();
  for (
    const [ended, lost] of [
      ["+-+", "crashed"],
      ["+-", undefined],
      ["", undefined],
      ["+!", "hung"],
    ] as const
  ) {
    const path = place.bury(ended);
    assert.equal(place.find(), lost, ended);
    assert.throws(() => Deno.statSync(path), Deno.errors.NotFound);
    assert.equal(place.find(), undefined);
  }
});

Deno.test("a living process inside a call, another library, and a machine that went down say nothing", () => {
  // Kills: a guard that samples taken for a crash of it; a panic blamed on the dylib.
  using place = new Place();
  const mark = place.mark();
  mark.enter();
  assert.equal(place.find(), undefined);
  assert.equal(
    [...Deno.readDirSync(`${place.folder}/state/native-calls`)].length,
    1,
  );
  mark.leave();
  place.bury("+", { key: "another" });
  assert.equal(place.find(), undefined);
  const bootMs = place.ports.clock.bootMs();
  assert.ok(bootMs !== undefined);
  place.bury("+", { ageMs: bootMs + 60_000 });
  assert.equal(place.find(), undefined);
  // A torn name of one that had just begun is nobody's.
  Deno.writeTextFileSync(`${place.folder}/state/native-calls/9.new`, "x");
  assert.equal(place.find(), undefined);
});

Deno.test("a mark begins anew before it grows, and still says where it is", () => {
  // Kills: a file that a day of samples makes large; a new beginning that forgets the call.
  using place = new Place();
  const mark = place.mark();
  for (let call = 0; call < 40_000; call++) {
    mark.enter();
    mark.leave();
  }
  mark.enter();
  const path = `${place.folder}/state/native-calls/7`;
  assert.ok(Deno.statSync(path).size < 70_000);
  const text = Deno.readTextFileSync(path);
  assert.ok(text.startsWith(`${KEY}\n`) && text.endsWith("+"));
});

Deno.test("a mark that a dead process of our pid had just begun is no hindrance, and a link under its name is not followed", () => {
  // Kills: calls without a mark for ever, since a name is taken; a file elsewhere that is written into.
  using place = new Place();
  const folder = `${place.folder}/state/native-calls`;
  Deno.mkdirSync(folder, { recursive: true });
  const other = `${place.folder}/other`;
  Deno.writeTextFileSync(other, "mine");
  Deno.symlinkSync(other, `${folder}/7.new`);
  place.mark().enter();
  assert.equal(Deno.readTextFileSync(`${folder}/7`), `${KEY}\n+`);
  assert.equal(Deno.readTextFileSync(other), "mine");
});

Deno.test("createCallMark() fails open: where nothing can be written the calls are made without", () => {
  // Kills: a status that dies of a state folder which is a file, or of a library that has just been taken away.
  using place = new Place();
  Deno.writeTextFileSync(`${place.folder}/state`, "no folder");
  const mark = place.mark();
  mark.enter();
  mark.leave();
  place.mark(8, undefined).enter();
  assert.equal(place.find(), undefined);
  createCallMark(place.ports, { record: undefined, pid: 1, key: () => KEY })
    .enter();
});
