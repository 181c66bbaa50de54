import type { EnvReader } from "../../ports/env.ts";

/**
 * Reads the environment of this process. A value that is no UTF-8 counts as unset, so its default holds.
 *
 * @throws {Deno.errors.NotCapable} When Deno withholds the variable: to take it for unset could look for holds in the
 *   wrong folder and find none.
 */
export function createDenoEnv(): EnvReader {
  return (name) => {
    try {
      return Deno.env.get(name);
    } catch (error) {
      if (error instanceof Deno.errors.InvalidData) return undefined;
      throw error;
    }
  };
}
