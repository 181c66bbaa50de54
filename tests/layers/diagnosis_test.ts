import assert from "node:assert/strict";
import { known, unknown } from "../../lib/core/observed.ts";
import type { HardwareFacts } from "../../lib/core/hardware.ts";
import {
  DiagnosisLayer,
  type DiagnosisSources,
} from "../../lib/layers/diagnosis.ts";
import type { DiagnosisView } from "../../lib/report/diagnosis_view.ts";
import { abortAt, ASKED, gateOf, minutes } from "../fakes/diagnosis.ts";

const BLIND = unknown<never>("nobody asked");

const HARDWARE: HardwareFacts = {
  chip: BLIND,
  model: BLIND,
  family: known("M4"),
  accelerator: BLIND,
  coreCount: BLIND,
  memoryBytes: BLIND,
  osVersion: BLIND,
  osBuild: known("25F84"),
  driverVersion: known("130.15.2"),
  wiredLimitMib: BLIND,
  resourceLimit: BLIND,
};

function read(
  sources: Partial<DiagnosisSources> = {},
  query: Parameters<DiagnosisLayer["read"]>[0] = {},
): Promise<DiagnosisView> {
  return new DiagnosisLayer({
    readFailures: () =>
      Promise.resolve({ panics: [], aborts: [], unreadable: [], findings: [] }),
    checkGate: () => Promise.resolve(gateOf()),
    findSuspects: () => Promise.resolve([]),
    readTraces: () => ({
      crumbs: [],
      runs: [],
      guards: [],
      lock: null,
      loads: [],
      findings: [],
    }),
    now: () => ASKED,
    readHardware: () => Promise.resolve(HARDWARE),
    platform: "darwin",
    readLastGood: () => ({ file: undefined, findings: [] }),
    readVersions: () => ({ python: BLIND, packages: new Map(), findings: [] }),
    findAdvisories: () => ({ advisories: [], blocked: [], findings: [] }),
    checkModel: () => Promise.reject(new Error("not asked")),
    readDrivers: () => Promise.reject(new Error("not asked")),
    ...sources,
  }, { lockoutCount24h: 2, lockoutCount72h: 3 }).read(query);
}

function broken(): never {
  throw new Error("broken");
}

Deno.test("a diagnosis reports: each part that breaks is said, and all others are still told", async () => {
  // Kills: the page that somebody needs at night, lost to a dylib that throws or a log that cannot be read.
  const abort = abortAt(-5);
  const view = await read({
    readFailures: () =>
      Promise.resolve({
        panics: [],
        aborts: [abort.record],
        unreadable: [],
        findings: [],
      }),
    findSuspects: () => Promise.reject(new Error("broken")),
    readTraces: broken,
    readHardware: () => Promise.reject(new Error("broken")),
    readLastGood: broken,
    readVersions: broken,
    findAdvisories: broken,
  });
  assert.equal(view.diagnosis.situation, "memory_kill");
  assert.equal(view.exitCode, 1);
  assert.equal(view.running?.kind, "unknown");
  assert.deepEqual(view.findings.map((one) => one.message), [
    "suspects: broken",
    "hardware: broken",
    "traces of work: broken",
    "last good run: broken",
    "versions: broken",
    "advisories: broken",
  ]);
});

Deno.test("the gate is asked with the failures of its own windows, however far back one looks", async () => {
  // Kills: last week's kills counted into the gate's last 24 hours; a gate that does not see a panic of yesterday because
  // somebody asked for the last hour.
  const windows: number[] = [];
  const seen: number[] = [];
  const sources: Partial<DiagnosisSources> = {
    readFailures: (withinMs) => {
      windows.push(withinMs);
      return Promise.resolve({
        panics: [],
        aborts: [abortAt(-24 * 60).record, abortAt(-24 * 60 - 1).record],
        unreadable: [],
        findings: [],
      });
    },
    checkGate: ({ aborts }) => {
      seen.push(aborts.length);
      return Promise.resolve(gateOf());
    },
  };
  const week = await read(sources);
  const hour = await read(sources, { withinMs: 3_600_000 });
  assert.deepEqual(windows, [7 * 86_400_000, 3 * 86_400_000]);
  assert.deepEqual(seen, [1, 1]);
  assert.equal(week.diagnosis.situation, "memory_kill");
  assert.deepEqual([hour.diagnosis.situation, hour.exitCode], ["nothing", 0]);
});

Deno.test("the Python of the last good run is looked at, unless another one is named", async () => {
  // Kills: the versions of some other Python told as what has changed.
  const asked: (string | undefined)[] = [];
  const sources: Partial<DiagnosisSources> = {
    readLastGood: () => ({
      file: {
        endedAt: minutes(-60),
        bootSessionUuid: undefined,
        osBuild: "25E253",
        kextVersion: undefined,
        model: undefined,
        interpreter: "/v/bin/python3",
        versions: new Map(),
        extra: new Map(),
      },
      findings: [],
    }),
    readVersions: (python) => {
      asked.push(python);
      return { python: BLIND, packages: new Map(), findings: [] };
    },
  };
  const view = await read(sources);
  await read(sources, { python: "/w" });
  await read({ ...sources, readLastGood: broken });
  assert.deepEqual(asked, ["/v/bin/python3", "/w", undefined]);
  assert.ok(view.changes.kind === "known");
  assert.deepEqual(view.changes.value.pairs[0], {
    what: "os_build",
    state: "changed",
    before: "25E253",
    now: "25F84",
    because: null,
  });
});

Deno.test("neither registry nor drivers are asked where nothing asks for them", async () => {
  // Kills: a megabyte of registry read for a Mac on which nothing happened.
  assert.deepEqual((await read()).findings, []);
});
