/**
 * A small fleet with the real programs: three homes of different health, a writer and a node_exporter each, and one
 * Prometheus with our rules as they are. Run by `deno task test:fleet`.
 */
import assert from "node:assert/strict";
import { CAUSES, reportText } from "../cli_reports.ts";
import { FleetMac, until, Watcher } from "./fleet_place.ts";

const RULES = decodeURIComponent(
  new URL("../../scripts/observability/", import.meta.url).pathname,
);

function promtool(args: readonly string[], input?: string): string {
  const file = Deno.makeTempFileSync();
  try {
    Deno.writeTextFileSync(file, input ?? "");
    const { success, stdout, stderr } = new Deno.Command("/bin/sh", {
      args: ["-c", 'input=$1; shift; exec promtool "$@" <"$input"', "sh", file]
        .concat(args),
      cwd: RULES,
    }).outputSync();
    const words = new TextDecoder().decode(stdout) +
      new TextDecoder().decode(stderr);
    assert.ok(success, `promtool ${args.join(" ")}: ${words}`);
    return words;
  } finally {
    Deno.removeSync(file);
  }
}

Deno.test("promtool takes the rules, and their tests pass", () => {
  // Kills: a rule that Prometheus refuses to load; one that fires for what it should not.
  assert.match(
    promtool(["check", "rules", "metal_guard.rules.yml"]),
    /SUCCESS: \d+ rules found/,
  );
  assert.match(
    promtool(["test", "rules", "metal_guard.rules_test.yml"]),
    /SUCCESS/,
  );
});

Deno.test("promtool finds nothing to say of the files of fixture machines", () => {
  // Kills: a name, type or help against Prometheus' conventions; a file that does not parse.
  for (const name of ["busy", "panicked", "unknown"]) {
    const file = new URL(`../fixtures/metrics/${name}.prom`, import.meta.url);
    const text = Deno.readTextFileSync(file);
    assert.equal(promtool(["check", "metrics"], text), "", name);
  }
  // A linter that passes everything would prove nothing.
  assert.throws(() =>
    promtool(["check", "metrics"], "# TYPE x_total gauge\nx_total 1\n")
  );
});

Deno.test("three Macs: a panic raises its own Mac's alerts, a writer that dies is stale, and no other Mac is named", async () => {
  // Kills: an alert that fires for the whole fleet; figures of a dead writer that look well for ever.
  const folder = Deno.makeTempDirSync({ prefix: "metal-guard-fleet-" });
  using _folder = {
    [Symbol.dispose]: () => Deno.removeSync(folder, { recursive: true }),
  };
  await using well = new FleetMac();
  await using held = new FleetMac();
  await using locked = new FleetMac();
  const macs = new Map([["well", well], ["held", held], ["locked", locked]]);
  const hold = await held.place.run(["hold", "--for", "2h"]);
  assert.equal(hold.code, 0);
  const locks = `${locked.place.home}/.metal-guard/locks`;
  Deno.mkdirSync(locks, { recursive: true });
  Deno.writeTextFileSync(
    `${locks}/mlx_exclusive.lock`,
    '{"pid": 4194300, "label": "x", "started_at": "2026-01-01T00:00:00Z", "cmdline": "python --api-key k"}',
  );
  for (const mac of macs.values()) mac.startWriter();
  await until(() => "each writer has written", () => {
    return Promise.resolve(
      [...macs.values()].every((mac) => mac.text() !== undefined),
    );
  });
  for (const [name, mac] of macs) {
    assert.equal(promtool(["check", "metrics"], mac.text()), "", name);
    assert.doesNotMatch(mac.text() ?? "", /api-key|home|4194300/);
  }

  await using watcher = new Watcher(
    folder,
    `${RULES}metal_guard.rules.yml`,
    macs,
  );
  const fires = (...wanted: readonly string[]): Promise<void> =>
    until(
      () => `${wanted.join(", ")}\n${watcher.words}`,
      async () => (await watcher.firing())?.join() === wanted.join(),
    );
  await fires("held: GateClosed");
  // Loading takes a look or two: all three are read before "nothing fires" means anything.
  await until(() => "all three are read", async () => {
    const read = await watcher.query("metal_guard_build_info");
    return Object.keys(read).length === 3;
  });
  assert.deepEqual(await watcher.query("metal_guard_gate_closed"), {
    well: 0,
    held: 1,
    locked: 0,
  });
  assert.deepEqual(await watcher.query("metal_guard_lock_stale"), {
    well: 0,
    held: 0,
    locked: 1,
  });
  assert.deepEqual(await watcher.firing(), ["held: GateClosed"]);

  Deno.writeTextFileSync(
    `${well.place.reports}/panic-full-1.panic`,
    reportText({
      name: "panic-full-1.panic",
      form: "panic_full",
      at: Temporal.Now.instant(),
      cause: CAUSES.prepareCount,
    }),
  );
  await fires("held: GateClosed", "well: GateClosed", "well: GpuPanic");

  await locked.killWriter();
  await fires(
    "held: GateClosed",
    "locked: Stale",
    "well: GateClosed",
    "well: GpuPanic",
  );
  locked.startWriter();
  await fires("held: GateClosed", "well: GateClosed", "well: GpuPanic");
});
