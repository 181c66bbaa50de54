import { StatusGuard, type StatusPorts } from "../compose/status_guard.ts";
import type { Terminal } from "../ports/terminal.ts";
import { statusJson } from "../report/status_json.ts";
import { VERSION } from "../version.ts";
import { command, type GateContext, printJson } from "./context.ts";

/** What this lane works with. */
interface StatusLaneContext extends GateContext {
  readonly guard: StatusGuard;
}

const show = command<Readonly<Record<never, never>>, [], StatusLaneContext>(
  async (context) => {
    const snapshot = await context.guard.status.read();
    // As for the gate: without a local time to tell, the zone's tables are not loaded.
    const { gate } = snapshot;
    const isOpen = gate.kind === "known" && gate.value.clearAt === null &&
      gate.value.cooldownUntil === null;
    const timeZone = isOpen ? "UTC" : context.ports.clock.timeZone();
    const options = { timeZone, version: VERSION };
    printJson(context, statusJson(snapshot, options));
    return snapshot.exitCode;
  },
);

/**
 * Prints the status as JSON, as `status --json` of the whole command line does: dashboards ask again and again, and
 * building that command line takes longer than the answer.
 *
 * @param host Ports and streams.
 * @returns The program's exit code.
 */
export async function runPlainStatus(
  host: { readonly ports: StatusPorts; readonly terminal: Terminal },
): Promise<number> {
  let exitCode = 0;
  const { ports, terminal } = host;
  const context: StatusLaneContext = {
    ports,
    terminal,
    guard: new StatusGuard(ports),
    finish: (code) => {
      exitCode = code;
    },
  };
  await show.call(context, {});
  return exitCode;
}
