/**
 * What `diagnose` looks at, put together. Loaded by that command only.
 *
 * @module
 */
import { createDenoLinkReader } from "../adapters/deno/link_reader.ts";
import type { MetalGuard, MetalGuardPorts } from "../compose.ts";
import { readInstalledVersions } from "../facts/installed_versions.ts";
import { readLastGood } from "../facts/last_good.ts";
import { readWorkTraces } from "../facts/work_traces.ts";
import { findAdvisories } from "../layers/advisories.ts";
import { DiagnosisLayer } from "../layers/diagnosis.ts";
import { Suspects } from "../layers/suspects.ts";

/** Puts a diagnosis together; nothing is looked at yet. */
export function composeDiagnosis(
  guard: MetalGuard,
  ports: MetalGuardPorts,
): DiagnosisLayer {
  const { clock, store, env, system } = ports;
  const { config, paths } = guard;
  const python = { store, env, links: ports.links ?? createDenoLinkReader() };
  return new DiagnosisLayer({
    readFailures: (withinMs) =>
      guard.panics.read({ panicsWithinMs: withinMs, abortsWithinMs: withinMs }),
    now: () => clock.now(),
    checkGate: (history) => guard.panicCooldown.check(history),
    findSuspects: async (history, withinMs) => {
      const log = guard.breadcrumbs.path;
      if (log === null) return [];
      return await new Suspects({
        clock,
        store,
        readBootSessionUuid: () => system.readBootSessionUuid(),
      }, log).find(history, { withinMs });
    },
    readTraces: () =>
      readWorkTraces({ clock, store }, {
        breadcrumbs: guard.breadcrumbs.path,
        runs: paths.runs,
        guards: paths.guards,
        lock: paths.lock,
        cadence: paths.cadence,
      }),
    readHardware: () => guard.hardware.read(),
    platform: system.platform,
    readLastGood: () => readLastGood({ clock, store }, paths.lastGood),
    readVersions: (asked) =>
      readInstalledVersions(python, {
        python: asked ?? config.safePythonProgram,
      }),
    findAdvisories,
    checkModel: (model, gpuFamily) =>
      guard.registry.check(model, gpuFamily === undefined ? {} : { gpuFamily }),
    readDrivers: () => guard.registry.driverRows(),
  }, config);
}
