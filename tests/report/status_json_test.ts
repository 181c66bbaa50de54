import assert from "node:assert/strict";
import { known } from "../../lib/core/observed.ts";
import {
  STATUS_SCHEMA_VERSION,
  statusSections,
} from "../../lib/report/status_json.ts";
import type { StatusSnapshot } from "../../lib/report/status_snapshot.ts";
import { decodeStatusFile } from "../../lib/parse/state/status_file.ts";
import { World } from "../fakes/world.ts";
import { readGoodStatus } from "../status_schema.ts";

const OPTIONS = { timeZone: "UTC", version: "1.2.3" };

async function sections(
  world: World,
  parts: Partial<StatusSnapshot> = {},
): Promise<Record<string, unknown>> {
  const snapshot = { ...await world.guard().status.read(), ...parts };
  const text = JSON.stringify({
    schema_version: STATUS_SCHEMA_VERSION,
    captured_at: "2026-11-23T12:00:00.000+00:00",
    ...statusSections(snapshot, OPTIONS),
  });
  decodeStatusFile(text);
  return readGoodStatus(text);
}

Deno.test("statusSections() has the Python metal-guard's keys first, and each of its own below them", async () => {
  // Kills: a key that another program looks for under its old name.
  const file = await sections(new World().panic(1));
  assert.deepEqual(Object.keys(file).slice(0, 10), [
    "schema_version",
    "captured_at",
    "memory",
    "kv_monitor",
    "recent_panics",
    "breadcrumb_path",
    "breadcrumb_tail",
    "lock",
    "mode",
    "panic_cooldown",
  ]);
  const sample: Record<string, Record<string, unknown>> = JSON.parse(
    Deno.readTextFileSync(
      new URL("../fixtures/python_tool/file-status.json", import.meta.url),
    ),
  );
  for (const key of ["kv_monitor", "lock", "mode", "panic_cooldown"]) {
    for (const below of Object.keys(sample[key] ?? {})) {
      assert.ok(below in Object(file[key]), `${key}.${below}`);
    }
  }
  assert.equal("errors" in file, false);
});

Deno.test("memory is available with its figures, or not available with a reason", async () => {
  // Kills: 0.0 GB, or a figure beside `available: false`.
  assert.deepEqual((await sections(new World()))["memory"], {
    available: false,
    reason: "nobody has asked a machine",
  });
  const world = new World();
  world.machine.beM4Max();
  const file = await sections(world);
  const memory = Object(file["memory"]);
  assert.deepEqual([memory.available, memory.active_gb], [true, 10]);
  assert.equal(Object(file["host_memory"]).pressure, "normal");
});

Deno.test("a list or a text without end is cut, so that readers take the file", async () => {
  // Kills: a file over a mebibyte, which every reader of state files refuses.
  const lines = Array.from({ length: 5_000 }, () => "\u0001".repeat(9_999));
  const findings = lines.map((message) => ({ code: "x", message, fix: null }));
  const file = await sections(new World(), {
    breadcrumbs: known({ path: null, lines: lines.slice(0, 20) }),
    findings,
  });
  assert.equal(Object(file["findings"]).length, 100);
  assert.equal(Object(file["breadcrumb_tail"])[0].length, 1_000);
});
