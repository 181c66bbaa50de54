import assert from "node:assert/strict";
import { issueOf } from "../../lib/registry/known_things.ts";
import {
  frozen,
  isPanicClass,
  registryData,
} from "../../lib/registry/registry_data.ts";
import {
  checkFacts,
  factsFolder,
  readFacts,
} from "../../scripts/check_registry_facts.ts";

const DATA = registryData();
const LINK = /^https:\/\/[a-z0-9.-]+\/\S*$/;

Deno.test("at least sixty entries and advisories ship", () => {
  // Kills: a build that loses entries.
  const { models, advisories, blocked, workloads } = DATA;
  const count = models.length + advisories.length + blocked.length +
    workloads.length;
  assert.ok(count >= 60, String(count));
});

Deno.test("every claim carries a link", () => {
  // Kills: a fact that nobody can look up.
  const links: (readonly [string, readonly (string | undefined)[]])[] = [];
  for (const entry of DATA.models) {
    links.push([entry.id, entry.upstream]);
    links.push([`${entry.id} reports`, entry.reports.map((one) => one.url)]);
    links.push([
      `${entry.id} classes`,
      entry.errorClasses.map((one) => one.source),
    ]);
    const again = entry.reproductions?.map((one) => one.source);
    if (again !== undefined) links.push([`${entry.id} again`, again]);
  }
  for (const one of DATA.advisories) links.push([one.issue, [one.url]]);
  for (const one of DATA.blocked) links.push([one.version, one.upstream]);
  for (const one of DATA.workloads) links.push([one.id, one.upstream]);
  links.push(["machines", DATA.machineReports.map((one) => one.url)]);
  for (const one of DATA.drivers) {
    links.push([one.version, one.builds.map((build) => build.source)]);
    if (one.lines.length > 0) {
      links.push([
        `${one.version} lines`,
        one.lines.map((line) => line.source),
      ]);
    }
  }
  for (const [what, addresses] of links) {
    assert.ok(addresses.length > 0, what);
    for (const address of addresses) assert.match(address ?? "", LINK, what);
  }
});

Deno.test("an advisory's link is that of its issue", () => {
  // Kills: a number that was changed in one of two places.
  for (const { issue, url } of DATA.advisories) {
    assert.equal(issueOf(url), issue);
  }
});

Deno.test("reports without an address stay out of entries, evidence and tiers", () => {
  // Kills: hearsay that looks like a source.
  assert.ok(DATA.unlinked.length > 0);
  for (const one of DATA.unlinked) assert.equal("url" in one, false);
  for (const { id, evidence, reports } of DATA.models) {
    const linked = new Set(reports.map((one) => one.url.replace(/#.*/, "")));
    assert.ok(evidence.independentReports <= linked.size, id);
  }
});

Deno.test("every collected fact is there and says the same", () => {
  // Kills: a tier, date, version or link that was mistyped; a report that was left out.
  const { facts, reports } = readFacts(factsFolder());
  const { checked, differences } = checkFacts(facts, reports, DATA);
  assert.deepEqual(differences, []);
  assert.ok(checked >= 150, String(checked));
});

Deno.test("the registry is sorted, and frozen to its last list", () => {
  // Kills: a caller that changes the registry for everybody else.
  const ids = DATA.models.map((entry) => entry.id);
  assert.deepEqual(ids, ids.toSorted((a, b) => a < b ? -1 : 1));
  const entry = DATA.models[0];
  assert.ok(entry !== undefined);
  assert.ok(Object.isFrozen(DATA.models) && Object.isFrozen(entry));
  assert.ok(Object.isFrozen(entry.errorClasses[0]?.gpuFamilies));
  const round = frozen({ a: [{ b: 1 }] });
  assert.ok(Object.isFrozen(round.a[0]));
});

Deno.test("a class takes the machine down when its words say so, and an unknown one does not", () => {
  // Kills: a panic class that `check` takes for an abort.
  for (
    const name of [
      "kernel_panic",
      "iogpu_prepare_count_underflow",
      "watchdog_timeout",
      "soc_memory_abort",
    ]
  ) {
    assert.equal(isPanicClass(name), true, name);
  }
  for (
    const name of ["process_abort", "gpu_hang", "silent_corruption", "nothing"]
  ) {
    assert.equal(isPanicClass(name), false, name);
  }
});
