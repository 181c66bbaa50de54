import type { EnvReader } from "../../lib/ports/env.ts";

/** An environment out of a plain object; `undefined` is unset. */
export function fakeEnv(
  variables: Readonly<Record<string, string | undefined>> = {},
): EnvReader {
  const held = new Map(Object.entries(variables));
  return (name) => held.get(name);
}
