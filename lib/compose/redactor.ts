/**
 * The one redactor of everything that is made to be shown to others. Loaded when such a thing is made.
 *
 * @module
 */
import { createDenoPrivateNames } from "../adapters/deno/private_names.ts";
import { createRedactor, type Redact } from "../parse/redaction.ts";
import type { Paths } from "../paths.ts";
import type { ChildProcesses } from "../ports/child_process.ts";
import type { EnvReader } from "../ports/env.ts";
import type { ReadPrivateNames } from "../ports/private_names.ts";
import { nameOf } from "../ports/state_folder.ts";

/** What is asked who somebody is. */
export interface RedactorWorld {
  /** The environment. */
  readonly env: EnvReader;
  /** Other programs. */
  readonly children: ChildProcesses;
  /** Asks the system for what is private; left out, Deno and macOS's programs do. */
  readonly privateNames?: ReadPrivateNames;
}

/**
 * Makes what takes names, paths, hosts, serial numbers and secrets out of a text, for this machine and user. Whatever
 * leaves the state folder goes through it (SAFETY P3).
 */
export async function readRedactorOf(
  world: RedactorWorld,
  paths: Pick<Paths, "home">,
): Promise<Redact> {
  const read = world.privateNames ?? createDenoPrivateNames(world);
  const { users, hosts, serials } = await read();
  const { home } = paths;
  return createRedactor({
    home,
    users: home === undefined ? users : [...users, nameOf(home)],
    hosts,
    serials,
  });
}
