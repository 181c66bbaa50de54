/**
 * metal-guard keeps Apple-Silicon Macs alive under MLX: after a GPU kernel panic it keeps GPU work away until it is
 * safe to try again, reads the system's failure reports, and explains them.
 *
 * Importing this module does nothing: no file, variable or library is touched before a guard is asked.
 *
 * @example Ask before loading a model
 * ```ts
 * import { openMetalGuard } from "@metal-guard/core";
 *
 * const guard = openMetalGuard();
 * const verdict = await guard.panicCooldown.check();
 * if (verdict.exitCode === 2) {
 *   console.error(`Not now: ${verdict.verdict.reason}`);
 * }
 * ```
 *
 * @module
 */
import { createDenoPorts } from "./lib/adapters/deno/ports.ts";
import type { MetalGuardPorts, MetalGuardSetup } from "./lib/compose.ts";
import { RunningGuard } from "./lib/compose/running.ts";
import type { ErrorClass, PanicSignature } from "./lib/core/failure.ts";
import * as families from "./lib/parse/gpu_family.ts";
import * as failures from "./lib/parse/failure_text.ts";
import type { EnvReader } from "./lib/ports/env.ts";
import { GPU_FAMILIES } from "./lib/registry/gpu_families.ts";
import { FAILURE_TABLES } from "./lib/registry/failures.ts";
import { registryData } from "./lib/registry/registry_data.ts";
import * as prefills from "./lib/policy/prefill.ts";
import type { ModelDims } from "./lib/core/model.ts";

export type {
  AdvisoryCheck,
  MetalGuard,
  MetalGuardPorts,
  MetalGuardSetup,
} from "./lib/compose.ts";
export type { RunningGuard } from "./lib/compose/running.ts";
export type {
  AbortKind,
  AbortRecord,
  ErrorClass,
  PanicRecord,
  PanicSignature,
  RecoveryHint,
  Severity,
} from "./lib/core/failure.ts";
export type { Finding } from "./lib/core/finding.ts";
export type * from "./lib/core/release_advice.ts";
export type { MemoryReading } from "./lib/core/memory_reading.ts";
export type {
  AttentionKind,
  KvGroup,
  ModelDims,
  ModelExperts,
  ModelFacts,
} from "./lib/core/model.ts";
export type { HoldInForce } from "./lib/core/hold.ts";
export type {
  AcquireOptions,
  LockCheck,
  LockHold,
  LockHoldKind,
  LockState,
  LockStatus,
  LockVerdict,
  NamedProcess,
} from "./lib/core/lock_hold.ts";
export type { Mode, ModeDescription } from "./lib/core/mode.ts";
export type * from "./lib/core/driver_row.ts";
export type * from "./lib/core/registry_entry.ts";
export type { RegistryProblem } from "./lib/core/registry_problem.ts";
export type { Observed } from "./lib/core/observed.ts";
export type {
  ProcessFacts,
  ProcessIdentity,
  ProcessReading,
  StartToken,
} from "./lib/core/process_identity.ts";
export type { Verdict } from "./lib/core/verdict.ts";
export type * from "./lib/core/worker.ts";
export type { GateGuard, GatePorts } from "./lib/compose/gate.ts";
export type * from "./lib/compose/public_types.ts";
export {
  DecodeError,
  type ErrorCode,
  FileError,
  type FileProblem,
  MetalGuardError,
  RefusedError,
} from "./lib/core/error.ts";
export { GpuOutOfMemoryError } from "./lib/core/memory_error.ts";
export {
  type FailDirection,
  type LayerRow,
  LAYERS,
  type Phase,
} from "./lib/core/layers.ts";
export {
  type LockConflict,
  LockHeldError,
  type LockHolder,
} from "./lib/core/lock_error.ts";
export { clearCacheOnPressure } from "./lib/core/worker.ts";
export * from "./lib/core/worker_error.ts";
export {
  type AdvisoryOptions,
  type AdvisoryReport,
  findAdvisories,
  workloadAdvisory,
} from "./lib/layers/advisories.ts";
export { KvGrowthTracker, type KvStartOptions } from "./lib/layers/kv.ts";
export {
  findOrphans,
  type OrphanKill,
  type Orphans,
  type OrphanScanOptions,
} from "./lib/layers/orphans.ts";
export { ResourceTracker } from "./lib/layers/resources.ts";
export {
  SHIPPED_REGISTRY as registry,
  type ShippedRegistry,
} from "./lib/layers/shipped_registry.ts";
export {
  type AppleFeedbackOptions,
  formatAppleFeedback,
  type PanicForensics,
} from "./lib/report/apple_feedback.ts";
export { parseCalendar, parsePanickedPid } from "./lib/parse/panic_fields.ts";
export { parseModelConfig } from "./lib/parse/model_config.ts";
export { estimateModelSizeGb } from "./lib/parse/model_name.ts";
export {
  type CadenceOptions,
  type CadenceState,
  type CadenceVerdict,
  evaluateCadence,
} from "./lib/policy/cadence.ts";
export {
  type BreakerOpening,
  type BreakerVerdict,
  type CircuitBreakerFacts,
  type CircuitBreakerOptions,
  evaluateCircuitBreaker,
} from "./lib/policy/circuit_breaker.ts";
export { evaluateFit, type FitFacts } from "./lib/policy/fit.ts";
export {
  estimateFusedPrefill,
  type FusedPrefill,
  kvBytesPerToken,
  kvCacheBytes,
} from "./lib/policy/kv_cache.ts";
export {
  describePrefillPlan,
  estimatePrefillPeakBytes,
  evaluatePrefill,
  type PrefillOptions,
  type PrefillPlan,
  recommendChunkTokens,
} from "./lib/policy/prefill.ts";
export { evaluateMemoryUse } from "./lib/policy/memory_use.ts";
export {
  type MachineTier,
  machineTier,
  recommendConfig,
  type RecommendedConfig,
} from "./lib/policy/recommended_config.ts";
export { STATUS_SCHEMA_VERSION } from "./lib/report/status_json.ts";
export { evaluateWiredLimit } from "./lib/policy/wired_limit.ts";
export { type ModeDefaults, modeDefaults } from "./lib/policy/mode_defaults.ts";
export { isGemma4Family } from "./lib/policy/model_family.ts";
export {
  type CooldownCause,
  type CooldownDecision,
  type CooldownKind,
  evaluatePanicCooldown,
  type PanicCooldownFacts,
  type PanicCooldownOptions,
} from "./lib/policy/panic_cooldown.ts";
export {
  detectProcessMode,
  type ProcessContext,
  type ProcessMode,
} from "./lib/policy/process_mode.ts";

/**
 * Names the family of Metal's architecture.
 *
 * @param architecture As `mx.device_info()` says it, e.g. `applegpu_g16s`.
 * @returns e.g. `M4`; where it is not known, the architecture as it came; `unknown` for an empty one.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { classifyGpuFamily } from "@metal-guard/core";
 *
 * assert.equal(classifyGpuFamily("applegpu_g16s"), "M4");
 * ```
 */
export function classifyGpuFamily(architecture: string): string {
  return families.classifyGpuFamily(architecture, GPU_FAMILIES);
}

/** What {@linkcode openMetalGuard} may be told; everything has a default. */
export interface OpenGuardOptions extends MetalGuardSetup {
  /** Where variables are read from. @default the process's own environment */
  readonly env?: EnvReader;
  /** Ports to use in place of Deno's. */
  readonly ports?: Partial<MetalGuardPorts>;
}

/**
 * Opens a guard. Nothing is read or written until one of its layers is asked.
 *
 * @param options Paths, environment, ports and mode.
 * @returns The guard.
 *
 * @example
 * ```ts
 * import { openMetalGuard } from "@metal-guard/core";
 *
 * const guard = openMetalGuard({ mode: "observer" });
 * await guard.breadcrumbs.write("LOAD", "mlx-community/tiny START");
 * ```
 */
export function openMetalGuard(options: OpenGuardOptions = {}): RunningGuard {
  const ports: MetalGuardPorts = { ...createDenoPorts(), ...options.ports };
  return new RunningGuard(
    options.env === undefined ? ports : { ...ports, env: options.env },
    options,
  );
}

/**
 * Finds a kernel panic's cause in its text: the seed's signatures and all that came later.
 *
 * @param text A panic report, or a piece of one.
 * @returns The cause, or `undefined` when the text states none that is known.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { matchPanicSignature } from "@metal-guard/core";
 *
 * const text =
 *   'panic(cpu 1 caller 0xf): "pending memory object unexpectedly found in non pending hash" @IOGPUGroupMemory.cpp:528';
 * assert.equal(matchPanicSignature(text)?.stopsGate, true);
 * ```
 */
export function matchPanicSignature(text: string): PanicSignature | undefined {
  return failures.matchPanicSignature(text, FAILURE_TABLES);
}

/**
 * Finds a kernel panic's cause as narrowly as the Python metal-guard does.
 *
 * @param text A panic report, or a piece of one.
 * @returns Name and explanation, or `undefined`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { detectPanicSignature } from "@metal-guard/core";
 *
 * const text = "completeMemory() prepare count underflow @IOGPUMemory.cpp:550";
 * assert.equal(detectPanicSignature(text)?.name, "prepare_count_underflow");
 * ```
 */
export function detectPanicSignature(
  text: string,
): failures.NarrowSignature | undefined {
  return failures.detectPanicSignature(text, FAILURE_TABLES);
}

/**
 * Classifies an MLX error's text as narrowly as the Python metal-guard does.
 *
 * @param text What MLX, Metal or the kernel said.
 * @returns The class, or `undefined` when the text names none of the eight.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { classifyMlxError } from "@metal-guard/core";
 *
 * const text = "Insufficient Memory (00000008:kIOGPUCommandBufferCallbackErrorOutOfMemory)";
 * assert.equal(classifyMlxError(text)?.name, "cmd_buffer_oom");
 * ```
 */
export function classifyMlxError(text: string): ErrorClass | undefined {
  return failures.classifyMlxError(text, FAILURE_TABLES);
}

/**
 * Classifies the text of any failure, also those that the Python metal-guard does not know.
 *
 * @param text A report, standard error of a program, or a piece of either.
 * @returns The class; kernel classes win over abort classes.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { classifyFailure } from "@metal-guard/core";
 *
 * assert.equal(classifyFailure("all is well"), undefined);
 * ```
 */
export function classifyFailure(text: string): ErrorClass | undefined {
  return failures.classifyFailure(text, FAILURE_TABLES);
}

/**
 * Whether a text is that of a GPU kernel panic, as narrowly as the Python metal-guard says.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { isKernelPanicSignature } from "@metal-guard/core";
 *
 * assert.equal(isKernelPanicSignature("completeMemory() prepare count underflow @IOGPUMemory.cpp:550"), true);
 * ```
 */
export function isKernelPanicSignature(text: string): boolean {
  return failures.isKernelPanicSignature(text, FAILURE_TABLES);
}

/**
 * Whether a text is that of a GPU failure which ends a program only, as narrowly as the Python metal-guard says.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { isProcessAbortSignature } from "@metal-guard/core";
 *
 * assert.equal(isProcessAbortSignature("[METAL] Command buffer execution failed"), true);
 * ```
 */
export function isProcessAbortSignature(text: string): boolean {
  return failures.isProcessAbortSignature(text, FAILURE_TABLES);
}

/**
 * Looks up a model's dimensions among those that are shipped. A model's own `config.json` says more.
 *
 * @param modelId e.g. `mlx-community/gemma-4-31b-it-8bit`; a name anywhere in it is enough, the longest wins.
 * @returns `undefined` for a model that is not in the table.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { lookupDims } from "@metal-guard/core";
 *
 * assert.equal(lookupDims("nobody/knows-this"), undefined);
 * ```
 */
export function lookupDims(modelId: string): ModelDims | undefined {
  const rows = registryData().dims;
  return prefills.lookupDims(
    modelId,
    new Map(rows.map(({ name, ...dims }) => [name, dims])),
  );
}

/**
 * Whether an error says that the GPU ran out of memory, or time that others needed.
 *
 * @param error An error or its text.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { isMetalOom } from "@metal-guard/core";
 *
 * assert.equal(isMetalOom(new Error("kIOGPUCommandBufferCallbackErrorOutOfMemory")), true);
 * ```
 */
export function isMetalOom(error: unknown): boolean {
  return failures.isMetalOom(
    error instanceof Error ? error.message : String(error),
  );
}
