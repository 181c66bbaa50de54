/** The alerts and the dashboard against the metrics that there are. `deno task test:fleet` runs them in the real programs. */
import assert from "node:assert/strict";
import { METRICS } from "../../lib/report/metrics.ts";

const FOLDER = new URL("../../scripts/observability/", import.meta.url);
const NAMES: ReadonlySet<string> = new Set(METRICS.map(({ name }) => name));

function read(name: string): string {
  return Deno.readTextFileSync(new URL(name, FOLDER));
}

/** Labels and values of a metric's selectors, e.g. `window="24h"`. */
function selectorsIn(text: string): readonly (readonly [string, string])[] {
  return [...text.matchAll(/(metal_guard_\w+)\{([^}]*)\}/g)]
    .flatMap(([, name = "", labels = ""]) =>
      [...labels.matchAll(/(\w+)="([^"]*)"/g)]
        .filter(([, label]) => label !== "instance" && label !== "job")
        .map(([, label, value]) => [name, `${label}="${value}"`] as const)
    );
}

Deno.test("alerts and dashboard ask for metrics and labels that are written", () => {
  // Kills: an alert on a name that was changed, which never fires again.
  const rules = read("metal_guard.rules.yml");
  const dashboard = read("metal_guard.dashboard.json").replaceAll('\\"', '"');
  const goldens = ["busy", "panicked"].map((name) =>
    Deno.readTextFileSync(
      new URL(`../fixtures/metrics/${name}.prom`, import.meta.url),
    )
  ).join("");
  for (const text of [rules, dashboard]) {
    const used = new Set(
      [...text.matchAll(/\bmetal_guard_[a-z_]+\b/g)].map(([name]) => name),
    );
    assert.ok(used.size >= 10);
    for (const name of used) assert.ok(NAMES.has(name), name);
    for (const [name, label] of selectorsIn(text)) {
      const written = goldens.split("\n").some((line) =>
        line.startsWith(`${name}{`) && line.includes(label)
      );
      assert.ok(written, `${name}{${label}} is never written`);
    }
  }
});

Deno.test("each alert has a severity, words for a person, and a test", () => {
  // Kills: a page at 3 a.m. that says a name and nothing else; an alert that nobody has seen fire.
  const blocks = read("metal_guard.rules.yml").split(/^ {6}- alert: /m)
    .slice(1);
  const tests = read("metal_guard.rules_test.yml");
  assert.ok(blocks.length >= 12);
  for (const block of blocks) {
    const [name = ""] = block.split("\n");
    assert.match(name, /^MetalGuard[A-Z][A-Za-z]+$/);
    assert.match(block, /^ {10}severity: (?:warning|critical)$/m, name);
    assert.match(block, /^ {10}summary: ".*\$labels\.instance.*"$/m, name);
    assert.match(block, /^ {10}description: ".+"$/m, name);
    const fires = new RegExp(
      `alertname: ${name}\\n {8}exp_alerts:\\n {10}- exp_labels`,
    );
    assert.match(tests, fires, `${name} never fires in a test`);
  }
});

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly description: string;
  readonly gridPos: {
    readonly x: number;
    readonly y: number;
    readonly w: number;
    readonly h: number;
  };
}

Deno.test("the dashboard's panels lie beside each other, each with a word on what it shows", () => {
  // Kills: two panels on one place; an id twice, at which Grafana drops a panel.
  const { panels, uid }: {
    readonly uid: string;
    readonly panels: readonly Panel[];
  } = JSON.parse(read("metal_guard.dashboard.json"));
  assert.equal(uid, "metal-guard-fleet");
  assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
  const taken = new Set<string>();
  for (const { title, description, gridPos: { x, y, w, h } } of panels) {
    assert.ok(description !== "", title);
    assert.ok(x + w <= 24, title);
    for (let column = x; column < x + w; column++) {
      for (let row = y; row < y + h; row++) {
        assert.ok(!taken.has(`${column},${row}`), title);
        taken.add(`${column},${row}`);
      }
    }
  }
});
