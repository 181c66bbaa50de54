import assert from "node:assert/strict";
import { createDenoEnv } from "../../lib/adapters/deno/env.ts";
import type { EnvReader } from "../../lib/ports/env.ts";
import { fakeEnv } from "../fakes/env.ts";

const NAME = "METALGUARD_TEST_OF_ENV";

const SUBJECTS: Readonly<
  Record<string, (value: string | undefined) => EnvReader>
> = {
  fake: (value) => fakeEnv({ [NAME]: value }),
  deno: (value) => {
    if (value === undefined) Deno.env.delete(NAME);
    else Deno.env.set(NAME, value);
    return createDenoEnv();
  },
};

for (const [name, subject] of Object.entries(SUBJECTS)) {
  Deno.test(`EnvReader over ${name}: unset, empty and set are three things`, () => {
    // Kills: `|| undefined`, which would make an empty value unset.
    for (const value of [undefined, "", "1", " 1 "]) {
      assert.equal(subject(value)(NAME), value);
    }
    subject(undefined);
  });
}
