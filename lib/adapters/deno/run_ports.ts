import type { ForegroundChildren } from "../../ports/foreground_child.ts";
import { createDenoForegroundChildren } from "./foreground_child.ts";
import { readKernelText } from "./libc.ts";
import { createDenoStatusPorts, type DenoStatusPorts } from "./status_ports.ts";
import { createDenoSystemFacts } from "./system_facts.ts";

/** The ports that a plain `run` needs. */
export interface DenoRunPorts extends DenoStatusPorts {
  /** How `table` looks. */
  readonly tableSource: "ps" | "proc";
  /** Programs that run in our place. */
  readonly foreground: ForegroundChildren;
}

/**
 * Builds the ports of a plain `run` over Deno, imported plainly for the reason that {@linkcode createDenoStatusPorts} has.
 *
 * @param mainModule `import.meta.url` of the program's main module.
 */
export function createDenoRunPorts(mainModule: string): DenoRunPorts {
  const ports = createDenoStatusPorts(mainModule);
  return {
    ...ports,
    // Each run writes down in which boot it is.
    system: createDenoSystemFacts(ports.children, readKernelText),
    tableSource: Deno.build.os === "darwin" ? "ps" : "proc",
    foreground: createDenoForegroundChildren(),
  };
}
