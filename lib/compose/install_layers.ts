/**
 * How the layers about what is installed are made. Loaded when one of them is asked: the gate must not pay for it.
 *
 * @module
 */
import { createDenoLinkReader } from "../adapters/deno/link_reader.ts";
import { type Config, KNOBS } from "../config.ts";
import { Advisories } from "../layers/advisories.ts";
import { Launchd, type LaunchdPorts } from "../layers/launchd.ts";
import type { PythonPorts } from "../facts/python_types.ts";
import type { LinkReader } from "../ports/link_reader.ts";
import type { Paths } from "../paths.ts";

/** What is known against the MLX packages of a Python. */
export function makeAdvisories(
  ports: Omit<PythonPorts, "links"> & { readonly links?: LinkReader },
  config: Pick<Config, "safePythonProgram">,
): Advisories {
  const { store, env, links = createDenoLinkReader() } = ports;
  return new Advisories({ store, env, links }, config.safePythonProgram);
}

/** Jobs of launchd, with our own variables that are set now. */
export function makeLaunchd(
  ports: LaunchdPorts,
  paths: Pick<Paths, "home" | "reportFolders">,
): Launchd {
  return new Launchd(ports, {
    home: paths.home,
    variables: Object.fromEntries(
      Object.values(KNOBS).flatMap((knob) => {
        const value = ports.env(knob.env);
        return value === undefined || value === ""
          ? []
          : [[knob.env, value] as const];
      }),
    ),
    reportFolders: paths.reportFolders
      .filter(({ isEvidence }) => isEvidence).map(({ path }) => path),
  });
}
