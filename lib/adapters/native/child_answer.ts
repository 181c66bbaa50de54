import { decodeMetalDevices, decodeMetalProbe } from "../../../ffi/decode.ts";
import type { MetalReading } from "../../core/machine_reading.ts";
import { known, type Observed, unknown } from "../../core/observed.ts";
import { plainText } from "../../core/plain_text.ts";
import { bytesOf, textOf } from "../../parse/machine_reading.ts";
import { openNativeLibrary } from "./library.ts";
import type { MetalQuestions, NativeQuestions } from "./questions.ts";

/** What is done in a process of its own, so that a crash or a hang takes nobody along. */
export type ChildTask =
  /** Asks every question that does not wake the GPU, once: proves that the library does not crash here. */
  | "trial"
  /** Asks Metal. */
  | "metal";

/** How long the GPU may take for one small command, in milliseconds. */
const GPU_TIMEOUT_MS = 5_000;

/** The last word of a trial that went through. */
export const TRIAL_DONE = "every question was answered";

/**
 * Does a {@linkcode ChildTask} in this process.
 *
 * @param task What.
 * @param path The dylib.
 * @returns One line of JSON for whoever started us.
 */
export async function answerAsChild(
  task: ChildTask,
  path: string,
): Promise<string> {
  const library = await openNativeLibrary(path);
  if (library.kind === "unknown") {
    return JSON.stringify({ because: library.because });
  }
  return task === "trial"
    ? await runTrial(library.value)
    : await encodeMetal(library.value);
}

/** Asks every question that does not wake the GPU, once. */
export async function runTrial(library: NativeQuestions): Promise<string> {
  await library.readSysctls(["hw.memsize"], ["kern.osversion"]);
  await library.readAccelerators();
  await library.readGpuClients();
  await library.readKexts(["com.apple.iokit.IOGPUFamily"]);
  await library.readHostMemory();
  await library.readProcess(Deno.pid);
  await library.readProcessArgs(Deno.pid);
  await library.readChildren(Deno.pid);
  return JSON.stringify({ done: TRIAL_DONE });
}

/** Asks Metal, and puts its answer into one line for {@linkcode decodeMetalAnswer}. */
export async function encodeMetal(library: MetalQuestions): Promise<string> {
  const devices = await library.readMetalDevices();
  if (devices.kind === "failed") {
    return JSON.stringify({ because: devices.because });
  }
  const probe = await library.probeMetal(GPU_TIMEOUT_MS);
  const value = <T>(field: Observed<T>): T | undefined =>
    field.kind === "known" ? field.value : undefined;
  return JSON.stringify({
    devices: devices.value.map((device) => ({
      name: value(device.name),
      architecture: value(device.architecture),
      recommendedMaxWorkingSetSize: value(device.recommendedWorkingSetBytes),
      maxBufferLength: value(device.maxBufferBytes),
    })),
    probe: probe.kind === "failed"
      ? { outcome: "failed", error: probe.because }
      : {
        outcome: value(probe.value.outcome),
        roundTripUs: value(probe.value.roundTripUs),
        error: value(probe.value.error),
      },
  });
}

/**
 * Understands what a child printed about Metal.
 *
 * @param text Its standard output.
 */
export function decodeMetalAnswer(text: string): Observed<MetalReading> {
  const answer = fieldsOf(text);
  if (answer === undefined) return unknown("Metal's child printed no answer");
  if (typeof answer["because"] === "string") {
    return unknown(plainText(answer["because"], 300));
  }
  const devices = decodeMetalDevices(answer["devices"]);
  const probe = decodeMetalProbe(answer["probe"]);
  if (probe.outcome.kind === "unknown") return probe.outcome;
  return known({
    devices: devices.map((device) => ({
      name: device.name.kind === "known"
        ? plainText(device.name.value, 80)
        : "unnamed GPU",
      architecture: textOf(device.architecture),
      workingSetBytes: bytesOf(
        device.recommendedWorkingSetBytes,
        "recommended working set",
      ),
      maxBufferBytes: bytesOf(device.maxBufferBytes, "largest buffer"),
    })),
    outcome: probe.outcome.value,
    roundTripMs: probe.roundTripUs.kind === "known"
      ? known(probe.roundTripUs.value / 1_000)
      : probe.roundTripUs,
    error: probe.error.kind === "known"
      ? plainText(probe.error.value, 300)
      : null,
  });
}

/** Whether a child's trial went through; else why not. */
export function decodeTrialAnswer(text: string): Observed<true> {
  const answer = fieldsOf(text);
  if (answer?.["done"] === TRIAL_DONE) return known(true);
  const because = answer?.["because"];
  return unknown(
    typeof because === "string"
      ? plainText(because, 300)
      : "its trial printed no answer",
  );
}

function fieldsOf(
  text: string,
): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
