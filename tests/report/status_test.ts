import assert from "node:assert/strict";
import { known, type Observed, unknown } from "../../lib/core/observed.ts";
import {
  breadcrumbText,
  modeText,
  panicsText,
  statusText,
} from "../../lib/report/status.ts";
import { statusJson } from "../../lib/report/status_json.ts";
import type {
  StatusBreadcrumbs,
  StatusSnapshot,
} from "../../lib/report/status_snapshot.ts";
import { textStyle } from "../../lib/report/text_style.ts";
import { REPORTS, STATE, World } from "../fakes/world.ts";

const OPTIONS = {
  timeZone: "Europe/Paris",
  style: textStyle({ color: false, emoji: false }),
  version: "1.2.3",
};

function crumbs(...lines: readonly string[]): Observed<StatusBreadcrumbs> {
  return known({ path: `${STATE}/metal_breadcrumb.log`, lines });
}

async function view(
  parts: Partial<StatusSnapshot> = {},
  world: World = new World(),
): Promise<StatusSnapshot> {
  return { ...await world.guard().status.read(), ...parts };
}

Deno.test("statusText() shows every layer, and unknown where nothing is known", async () => {
  // Kills: 0 GB in use, or a free lock, that nobody has asked for.
  assert.equal(
    statusText(await view({ breadcrumbs: crumbs("[x] LOAD") }), OPTIONS),
    `metal-guard 1.2.3  OK

Gate        no GPU panic in the last 24 hours: GPU work may start
Panics      0 kernel panics in the last 72 h
Mode        defensive: Dangerous GPU work is refused: conflicts, back-to-back
            loads and starts right after a panic.
Machine     unknown: nobody has asked a machine
Memory      unknown: nobody has asked a machine
GPU         unknown: nobody has asked a machine
Lock        free
Breaker     closed: 0 of 2 kernel panics within 1 h
Cadence     no model has to wait
Guards      none is running
Breadcrumbs /Users/ada/.cache/metal-guard/metal_breadcrumb.log
  [x] LOAD
`,
  );
});

Deno.test("a closed gate says until when in the status too", async () => {
  // Kills: a badge without the one time that a person wants to know.
  const shown = statusText(await view({}, new World().panic(1)), OPTIONS);
  assert.match(shown, /^metal-guard 1\.2\.3 {2}WARN$/m);
  assert.match(shown, /^ {12}until Mon 23 Nov 2026, 14:00 \(UTC\+01:00/m);
  assert.match(shown, /1 kernel panic in the last 72 h, 1 of the GPU driver/);
});

Deno.test("status and panics name what cannot be read", async () => {
  // Kills: "0 kernel panics", in green, out of a folder that was never seen.
  const world = new World();
  world.store.putFolder(REPORTS, { mode: 0 });
  const closed = await view({}, world);
  for (const show of [statusText, panicsText]) {
    assert.match(
      show(closed, OPTIONS),
      /^Unreadable {2}Cannot list \/Library/m,
    );
    assert.match(show(closed, OPTIONS), /sudo chmod o\+rx/);
  }
});

Deno.test("panicsText() is one panic a line, newest first", async () => {
  // Kills: a list without time, cause or report.
  const world = new World().panic(1).panic(2, { process: "a b", pid: 5 });
  assert.equal(
    panicsText(await view({}, world), OPTIONS),
    `WARN  2 kernel panics in the last 72 h, 2 of the GPU driver within 72 h
Mon 23 Nov 2026, 12:00 (UTC+01:00, Europe/Paris)  prepare_count_underflow · python3.13 (pid 812) · 25F84
    ${REPORTS}/panic-full-1.panic
Mon 23 Nov 2026, 11:00 (UTC+01:00, Europe/Paris)  prepare_count_underflow · a b (pid 5) · 25F84
    ${REPORTS}/panic-full-2.panic
`,
  );
});

Deno.test("breadcrumbText() tells off, empty and lines apart", async () => {
  // Kills: an empty screen for a log that is switched off.
  assert.equal(
    breadcrumbText(
      await view({ breadcrumbs: known({ path: null, lines: [] }) }),
      OPTIONS,
    ),
    "Breadcrumbs are switched off.\n",
  );
  assert.match(
    breadcrumbText(await view(), OPTIONS),
    /^No breadcrumbs in \/Users/,
  );
  assert.equal(
    breadcrumbText(await view({ breadcrumbs: crumbs("a", "b") }), OPTIONS),
    "a\nb\n",
  );
  const closed = { code: "breadcrumbs-unreadable", message: "No.", fix: null };
  const other = { code: "x", message: "Of the gate.", fix: null };
  assert.equal(
    breadcrumbText(await view({ findings: [other, closed] }), OPTIONS),
    "Note        No.\n",
  );
});

Deno.test("nothing hostile reaches the terminal from a log line, a variable or a path", async () => {
  // Kills: a model name in the breadcrumb log, or METALGUARD_MODE, that clears the screen.
  const evil = "\u001b[2J\u009b\u202e";
  const hostile = await view({
    breadcrumbs: known({ path: `/x${evil}`, lines: [evil] }),
    mode: known({ mode: "defensive", description: "", envVar: evil }),
    findings: [{ code: "x", message: evil, fix: evil }],
  }, new World().panic(1, { process: evil }));
  for (
    const shown of [
      statusText(hostile, OPTIONS),
      panicsText(hostile, OPTIONS),
      breadcrumbText(hostile, OPTIONS),
      breadcrumbText({
        ...hostile,
        breadcrumbs: known({ path: `/x${evil}`, lines: [] }),
      }, OPTIONS),
      modeText(hostile),
    ]
  ) {
    assert.doesNotMatch(shown.replaceAll("\n", ""), /[\p{Cc}\u202e]/u);
  }
});

Deno.test("statusJson() has the seed's keys; an unknown figure is null, a known one in GB", async () => {
  // Kills: 0.0 for a figure that nobody knows; bytes under a key that says `_gb`.
  const json = statusJson(await view({}, new World().panic(1)), OPTIONS);
  assert.deepEqual(Object.keys(json).slice(0, 10), [
    "version",
    "health",
    "exit_code",
    "panics_window_hours",
    "panics_count",
    "panics",
    "mlx_lock",
    "mode",
    "memory",
    "breadcrumb",
  ]);
  assert.deepEqual(json["memory"], {
    active_gb: null,
    peak_gb: null,
    available_gb: null,
    limit_gb: null,
    active_pct: null,
    peak_pct: null,
    source: null,
    limit_source: null,
    limit_is_estimate: null,
    reason: "nobody has asked a machine",
  });
  assert.equal(json["panics_count"], 1);
  const world = new World();
  world.machine.beM4Max();
  const known_ = statusJson(
    await view({ lock: unknown("ps gave no answer") }, world),
    OPTIONS,
  );
  const { limit_gb, available_gb, active_pct, peak_pct, ...memory } = Object(
    known_["memory"],
  );
  assert.deepEqual(memory, {
    active_gb: 10,
    peak_gb: 10,
    source: "native",
    limit_source: "estimate",
    limit_is_estimate: true,
    reason: null,
  });
  assert.ok(Math.abs(limit_gb - 103.079215104) < 1e-9);
  assert.ok(Math.abs(available_gb - 93.079215104) < 1e-9);
  assert.equal(active_pct, peak_pct);
  assert.equal(Object(known_["gpu"]).recovery_count, 0);
  assert.equal(Object(known_["hardware"]).family, "M4");
  assert.equal(known_["mlx_lock"], null);
});

Deno.test("modeText() says mode, meaning and origin", async () => {
  // Kills: a mode that a person cannot trace to its variable.
  assert.match(
    modeText(await view()),
    /^Mode {8}defensive\nMeans {7}Dangerous [^]*\nFrom {8}METALGUARD_MODE=<unset>/,
  );
});
