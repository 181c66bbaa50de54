import assert from "node:assert/strict";
import { statusSwiftbar } from "../../lib/report/status_swiftbar.ts";
import { HOME, World } from "../fakes/world.ts";

const OPTIONS = { timeZone: "Europe/Paris", version: "1.2.3" };

async function menu(world: World): Promise<readonly string[]> {
  const snapshot = await world.guard().status.read();
  return statusSwiftbar(snapshot, OPTIONS).split("\n");
}

Deno.test("statusSwiftbar() puts the gate into the title, and a row a fact behind it", async () => {
  // Kills: a menu bar that says GO while the gate waits.
  const rows = await menu(new World());
  assert.deepEqual(rows.slice(0, 4), [
    "🟢 GO",
    "---",
    "no GPU panic in the last 24 hours: GPU work may start",
    "0 kernel panics in 72 h",
  ]);
  assert.deepEqual(rows.slice(-3), [
    "metal-guard 1.2.3, Mon 23 Nov 2026, 13:00 (UTC+01:00, Europe/Paris)",
    "Refresh | refresh=true",
    "",
  ]);
  assert.equal((await menu(new World().panic(1)))[0], "🟡 WAIT 1 h");
});

Deno.test("nothing that a log or a file says becomes an option, a command or a submenu", async () => {
  // Kills: a lock's label that makes the menu run a program when it is clicked.
  const world = new World();
  world.table.start(311);
  world.store.put(
    `${HOME}/.metal-guard/locks/mlx_exclusive.lock`,
    JSON.stringify({
      pid: 311,
      label: "x | bash=/bin/sh param1=-c terminal=false\n-- y",
      started_at: "2026-11-23T11:59:00Z",
      cmdline: "-c",
    }),
  );
  const rows = await menu(world);
  assert.deepEqual(rows.filter((row) => row.includes("|")), [
    "Refresh | refresh=true",
  ]);
  assert.ok(rows.some((row) => row.includes("¦ bash=")));
  assert.deepEqual(
    rows.filter((row) => row.startsWith("-") && row !== "---"),
    [],
  );
});
