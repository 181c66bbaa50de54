/**
 * The variables that hold, for those who show them.
 *
 * @module
 */
import { type Knob, KNOBS } from "../config.ts";
import { maskedCommandLine } from "../parse/command_line.ts";
import type { EnvReader } from "../ports/env.ts";

/** What shares a lock: nobody else's business. */
const SECRET: ReadonlySet<string> = new Set([KNOBS.sharedLockNonce.env]);

/** Our own variables with what they are set to; `null` where the default holds (SAFETY P3: nobody else's). */
export function readKnobs(
  env: EnvReader,
): Readonly<Record<string, string | null>> {
  return Object.fromEntries(
    Object.values<Knob<unknown>>(KNOBS).map((knob) => {
      const raw = env(knob.env);
      if (raw === undefined || raw === "") return [knob.env, null];
      return [
        knob.env,
        SECRET.has(knob.env) ? "***" : maskedCommandLine([raw.slice(0, 1_000)]),
      ];
    }),
  );
}
