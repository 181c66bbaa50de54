/**
 * Where this program must answer as the Python metal-guard does. `METALGUARD_VECTORS_DIR` names a folder of
 * `<group>.json`, each a list of `{input, expected}`; without it the copy in `tests/fixtures/vectors` is read.
 */
import assert from "node:assert/strict";
import { createDenoFileStore } from "../../lib/adapters/deno/file_store.ts";
import { HOUR_MS } from "../../lib/core/instant.ts";
import type { FieldReader } from "../../lib/parse/state/field_reader.ts";
import {
  isJsonObject,
  type JsonFields,
  type JsonValue,
} from "../../lib/parse/state/json_text.ts";
import type { FileStore } from "../../lib/ports/file_store.ts";
import {
  classifyMlxError,
  detectPanicSignature,
  isKernelPanicSignature,
  isMetalOom,
  isProcessAbortSignature,
  matchPanicSignature,
  openMetalGuard,
  parseCalendar,
  parsePanickedPid,
} from "../../mod.ts";
import { prefill, prefillPlan, sizeFromName } from "./vectors_of_models.ts";
import { FakeClock } from "../fakes/clock.ts";
import { advisories, blocklist } from "./vectors_of_advisories.ts";
import {
  gpuFamily,
  memoryStats,
  recommendedConfig,
  wiredLimit,
} from "./vectors_of_machine.ts";
import {
  breaker,
  cadence,
  gemma4Family,
  kvTracker,
  listAt,
  modeDefaultsOf,
  orphans,
  processMode,
  readerOf,
  registryFamily,
  registryModelGpu,
  registryTier,
  resourceTracker,
} from "./vectors_of_layers.ts";

const folder = Deno.env.get("METALGUARD_VECTORS_DIR") ??
  new URL("../fixtures/vectors", import.meta.url).pathname;

/** Groups of layers that are not built yet. Empty in the end. */
const PENDING: readonly string[] = [];

/** Answers one input in the words of the vectors. */
type Adapter = (
  input: FieldReader,
  expected: JsonFields,
) => JsonValue | Promise<JsonValue>;

const ADAPTERS: ReadonlyMap<string, Adapter> = new Map<string, Adapter>([
  ["classify", classify],
  ["panic_fields", panicFields],
  ["mode", mode],
  ["gate", gate],
  ["cadence", cadence],
  ["breaker", breaker],
  ["orphans", orphans],
  ["kv_tracker", kvTracker],
  ["resource_tracker", resourceTracker],
  ["mode_defaults", modeDefaultsOf],
  ["process_mode", processMode],
  ["gemma4_family", gemma4Family],
  ["advisories", advisories],
  ["blocklist", blocklist],
  ["size_from_name", sizeFromName],
  ["prefill", prefill],
  ["prefill_plan", prefillPlan],
  ["gpu_family", gpuFamily],
  ["memory_stats", memoryStats],
  ["recommended_config", recommendedConfig],
  ["wired_limit", wiredLimit],
  ["registry_tier", registryTier],
  ["registry_family", registryFamily],
  ["registry_model_gpu", registryModelGpu],
]);

const groups = [...Deno.readDirSync(folder)]
  .filter((entry) => entry.name.endsWith(".json"))
  .map((entry) => entry.name.replace(/\.json$/, "")).sort();

Deno.test(`vectors: ${PENDING.length} groups are pending: ${PENDING.join(", ")}`, () => {
  // Kills: a group that is neither run nor owned up to, one that is both, and an adapter whose vectors are gone.
  const unknown = groups.filter((group) =>
    !ADAPTERS.has(group) && !PENDING.includes(group)
  );
  assert.deepEqual(unknown, [], "neither an adapter nor in PENDING");
  const missing = [...ADAPTERS.keys(), ...PENDING]
    .filter((group) => !groups.includes(group));
  assert.deepEqual(missing, [], "named here, but without vectors");
  assert.deepEqual(PENDING.filter((group) => ADAPTERS.has(group)), []);
});

for (const group of groups) {
  const adapter = ADAPTERS.get(group);
  if (adapter === undefined) continue;
  Deno.test(`vectors: ${group} answers as the Python metal-guard`, async () => {
    // Kills: any difference that SPEC does not name.
    const cases: JsonValue = JSON.parse(
      Deno.readTextFileSync(`${folder}/${group}.json`),
    );
    assert.ok(Array.isArray(cases) && cases.length > 0);
    for (const [index, one] of cases.entries()) {
      const { input, expected } = one;
      assert.ok(isJsonObject(input) && expected !== undefined);
      const answer = await adapter(
        readerOf(input),
        new Map(isJsonObject(expected) ? Object.entries(expected) : []),
      );
      assert.deepEqual(
        answer,
        expected,
        `${group} ${index}: ${JSON.stringify(input)} → ${
          JSON.stringify(answer)
        }, not ${JSON.stringify(expected)}`,
      );
    }
  });
}

function classify(input: FieldReader, expected: JsonFields): JsonValue {
  const text = input.text("text");
  const found = classifyMlxError(text);
  const stops = matchPanicSignature(text)?.stopsGate === true;
  const isClaimed = expected.get("gate_match") === true;
  return Object.fromEntries([
    [
      "class",
      found === undefined ? null : Object.fromEntries([
        ["name", found.name],
        ["recovery_hint", found.recoveryHint],
        ["severity", found.severity],
      ]),
    ],
    // Ours stops for more than the seed's: only where the seed stops is anything claimed.
    ["gate_match", isClaimed && stops],
    ["is_kernel_panic", isKernelPanicSignature(text)],
    ["is_metal_oom", isMetalOom(text)],
    ["is_process_abort", isProcessAbortSignature(text)],
    ["signature", detectPanicSignature(text)?.name ?? null],
  ]);
}

function panicFields(input: FieldReader): JsonValue {
  const text = input.text("text");
  return {
    pid: parsePanickedPid(text) ?? null,
    ts: parseCalendar(text) ?? null,
  };
}

function mode(input: FieldReader): JsonValue {
  const word = input.text("METALGUARD_MODE");
  const guard = openMetalGuard({
    env: (name) => name === "METALGUARD_MODE" ? word : undefined,
  });
  return { mode: guard.mode.current };
}

/** Plain text of a report as the gate must know it, without a time of its own: the file's counts. */
const PANIC_TEXT =
  'panic(cpu 3 caller 0xfffffe0012345678): "completeMemory() prepare count underflow" @IOGPUMemory.cpp:550\n';

async function gate(input: FieldReader): Promise<JsonValue> {
  const home = Deno.makeTempDirSync();
  try {
    return await gateAt(home, input);
  } finally {
    Deno.removeSync(home, { recursive: true });
  }
}

async function gateAt(home: string, input: FieldReader): Promise<JsonValue> {
  const now = Temporal.Instant.from(input.text("now"));
  const state = `${home}/state`;
  const reports = `${home}/reports`;
  Deno.mkdirSync(state);
  Deno.mkdirSync(reports);

  const put = (path: string, text: string, ageHours: number): void => {
    Deno.writeTextFileSync(path, text);
    const modifiedAt = new Date(now.epochMilliseconds - ageHours * HOUR_MS);
    Deno.utimeSync(path, modifiedAt, modifiedAt);
  };
  for (const [index, age] of listAt(input, "panic_ages_h").entries()) {
    assert.ok(typeof age === "number");
    put(`${reports}/panic-full-${index}.panic`, PANIC_TEXT, age);
  }
  for (const file of listAt(input, "extra_files")) {
    assert.ok(isJsonObject(file));
    const extra = readerOf(file);
    const path = `${reports}/${extra.text("name")}`;
    put(path, extra.text("body"), extra.number("age_h"));
  }
  const ackAge = input.optionalNumber("ack_age_h");
  if (ackAge !== undefined) put(`${home}/.metal-guard-ack`, "", ackAge);
  const holdHours = input.optionalNumber("sentinel_in_h");
  if (holdHours !== undefined) {
    // Two hours, as the Python tool sets them; its file is as old as its making.
    const ageHours = 2 - holdHours;
    const local = (hours: number): string =>
      now.add({ milliseconds: hours * HOUR_MS }).toString({
        smallestUnit: "second",
      }).replace("Z", "");
    const text = `{"cooldown_until": "${local(holdHours)}", ` +
      `"created_at": "${local(-ageHours)}"}`;
    put(`${state}/panic-sentinel.json`, text, ageHours);
  }

  const env = new Map([
    ["HOME", home],
    ["METALGUARD_STATE_DIR", state],
    ["METALGUARD_REPORT_DIRS", reports],
  ]);
  const variables = input.optionalValue("env") ?? {};
  assert.ok(isJsonObject(variables));
  for (const [name, value] of Object.entries(variables)) {
    env.set(name, String(value));
  }
  const verdict = await openMetalGuard({
    env: (name) => env.get(name),
    ports: { clock: new FakeClock(now), store: withoutChangeTimes() },
  }).panicCooldown.check();
  const until = verdict.cooldownUntil;
  return Object.fromEntries([
    ["abort_count_24h", verdict.abortCount24h],
    ["cooldown_until", until === null ? null : until.toString()],
    ["exit_code", verdict.exitCode],
    ["kind", verdict.kind],
    ["recent_panics_24h", verdict.recentPanics24h],
    ["recent_panics_72h", verdict.recentPanics72h],
  ]);
}

/**
 * The real disk, but for the time at which the system last touched a record: that one is today's, and today is far
 * from the day on which the vectors play.
 */
function withoutChangeTimes(): FileStore {
  const disk = createDenoFileStore();
  return {
    list: (path) => disk.list(path),
    stat: (path) => {
      const { kind, sizeBytes, modifiedAt, modifiedMs, identity } = disk.stat(
        path,
      );
      return {
        ...{ kind, sizeBytes, modifiedAt, modifiedMs, identity },
        ...{ changedAt: undefined, changedMs: undefined },
        ...{ userId: undefined, groupId: undefined },
      };
    },
    readHead: (path, maxBytes) => disk.readHead(path, maxBytes),
    readTail: (path, maxBytes) => disk.readTail(path, maxBytes),
    makeFolder: (path) => disk.makeFolder(path),
    open: (path, options) => disk.open(path, options),
    rename: (from, to) => disk.rename(from, to),
    link: (from, to) => disk.link(from, to),
    remove: (path) => disk.remove(path),
    chown: (path, userId, groupId) => disk.chown(path, userId, groupId),
    syncFolder: (path) => disk.syncFolder(path),
  };
}
