/**
 * Processes of a Mac, and their memory: through the dylib, else by `/bin/ps`. Loaded when one is first looked at.
 *
 * @module
 */
import { createPsFootprints } from "../adapters/deno/footprints.ts";
import { createDenoSignals } from "../adapters/deno/process_signal.ts";
import { createNativeFootprints } from "../adapters/native/footprints.ts";
import { createNativeProcessTable } from "../adapters/native/process_table.ts";
import type { NativeCaller } from "../adapters/native/caller.ts";
import type { ChildProcesses } from "../ports/child_process.ts";
import type { Footprints } from "../ports/footprints.ts";
import { chainFootprints } from "../ports/footprints_chain.ts";
import {
  chainProcessTables,
  type ProcessChain,
} from "../ports/process_chain.ts";
import type { ProcessTable } from "../ports/process_table.ts";

/**
 * Looks at processes through the dylib, and by `ps` where that does not know.
 *
 * @param caller Who asks the dylib; `undefined` where there is none.
 * @param ps How it is done without.
 */
export function makeMacTable(
  caller: NativeCaller | undefined,
  ps: ProcessTable,
): ProcessChain {
  return chainProcessTables([
    ...(caller === undefined ? [] : [{
      source: "native" as const,
      table: createNativeProcessTable(caller, createDenoSignals()),
    }]),
    { source: "ps", table: ps },
  ]);
}

/**
 * Reads footprints through the dylib, and by `ps` where that does not know.
 *
 * @param caller Who asks the dylib; `undefined` where there is none.
 * @param children How `ps` is started.
 */
export function makeMacFootprints(
  caller: NativeCaller | undefined,
  children: ChildProcesses,
): Footprints {
  return chainFootprints([
    ...(caller === undefined ? [] : [createNativeFootprints(caller)]),
    createPsFootprints(children),
  ]);
}
