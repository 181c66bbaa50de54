import assert from "node:assert/strict";
import { createDenoLog } from "../../lib/adapters/deno/log.ts";
import type { Log } from "../../lib/ports/log.ts";
import { FakeLog } from "../fakes/log.ts";

const SUBJECTS: Readonly<
  Record<string, () => { readonly log: Log; readonly said: () => string[] }>
> = {
  fake: () => {
    const log = new FakeLog();
    return { log, said: () => log.messages.map(({ text }) => text) };
  },
  deno: () => {
    const lines: string[] = [];
    const log = createDenoLog({ write: (line) => lines.push(line) });
    return { log, said: () => lines };
  },
};

for (const [name, subject] of Object.entries(SUBJECTS)) {
  Deno.test(`Log over ${name}: each message is said once, in order`, () => {
    // Kills: a level that is dropped, or said twice.
    const { log, said } = subject();
    log.info("gate is closed");
    log.warn("bad value");
    assert.equal(said().length, 2);
    assert.match(said()[0] ?? "", /gate is closed/);
    assert.match(said()[1] ?? "", /bad value/);
  });
}
