import assert from "node:assert/strict";
import { play, readMachine } from "./native_place.ts";
import { QUESTIONS } from "./questions.ts";

const MACHINE = readMachine("m4-max");

Deno.test("eight callers at once get their own answers", () =>
  // Kills: state that two calls share; a lock that two calls take in either order.
  play(MACHINE, async () => {
    async function call(first: number): Promise<void> {
      for (let i = 0; i < 100; i++) {
        const [question, answer] = QUESTIONS[(first + i) % QUESTIONS.length] ??
          [];
        assert.deepEqual(await question?.(), answer);
      }
    }
    await Promise.all(Array.from({ length: 8 }, (_, first) => call(first)));
  }));
