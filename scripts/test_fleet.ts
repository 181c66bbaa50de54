/**
 * A small fleet with the real Prometheus and node_exporter. Apart from the usual tests, because it takes over a minute and
 * programs of 350 MB.
 *
 * @module
 */
import { prepareTools } from "./prepare_tools.ts";
import { projectRoot } from "./source_tree.ts";
import { FLEET_TOOLS } from "./test_tools.ts";

function main(): number {
  if (!prepareTools(FLEET_TOOLS)) return 1;
  const { success } = new Deno.Command(Deno.execPath(), {
    args: [
      "test",
      "--no-prompt",
      "--allow-read",
      "--allow-write",
      "--allow-env",
      "--allow-run",
      "--allow-sys",
      "--allow-net=127.0.0.1",
      `${projectRoot([])}/tests/fleet/fleet_suite.ts`,
    ],
    stdin: "null",
    stdout: "inherit",
    stderr: "inherit",
  }).outputSync();
  return success ? 0 : 1;
}

if (import.meta.main) Deno.exit(main());
