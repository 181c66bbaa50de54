import { GB } from "../core/bytes.ts";
import type { Finding } from "../core/finding.ts";
import type { MetalReading } from "../core/machine_reading.ts";
import type { Observed } from "../core/observed.ts";
import { plainText } from "../core/plain_text.ts";
import type { CooldownVerdict } from "../policy/cooldown_verdict.ts";
import type { MachineChecks } from "../policy/machine_checks.ts";
import {
  jobRows,
  jobsJson,
  type JobView,
  pythonRows,
  pythonsJson,
  type PythonView,
} from "./doctor_installed.ts";
import { gateJson, headWords } from "./gate.ts";
import { hardwareJson, hardwareRows } from "./hardware.ts";
import {
  answerWords,
  gpuJson,
  gpuWords,
  inGb,
  memoryJson,
  memoryWords,
  probesJson,
  scaled,
  valueOf,
} from "./machine_words.ts";
import { labelled, type TextStyle } from "./text_style.ts";

/** What the doctor shows. */
export interface DoctorView {
  readonly knobs: readonly {
    readonly env: string;
    readonly help: string;
    readonly value: string;
    readonly origin: string;
  }[];
  readonly places: readonly {
    readonly what: string;
    readonly path: string | null;
    readonly state: string;
    readonly mode: string | null;
    readonly size: number | null;
  }[];
  readonly jobs: readonly JobView[];
  readonly pythons: readonly PythonView[];
  readonly gate: CooldownVerdict;
  readonly machine: MachineChecks;
  readonly metal: Observed<MetalReading> | null;
  readonly findings: readonly Finding[];
}

/** The object that `doctor --json` prints. */
export function doctorJson(
  view: DoctorView,
  options: {
    readonly timeZone: string;
    readonly version: string;
    readonly exitCode: number;
  },
): Record<string, unknown> {
  return {
    version: options.version,
    exit_code: options.exitCode,
    knobs: view.knobs,
    files: view.places,
    panic_cooldown: gateJson(view.gate, options.timeZone),
    hardware: hardwareJson(view.machine),
    memory: memoryJson(view.machine),
    host_memory: hostMemoryJson(view.machine),
    gpu: gpuJson(view.machine),
    probes: probesJson(view.machine.answers),
    metal: metalJson(view.metal),
    launchd: jobsJson(view.jobs),
    pythons: pythonsJson(view.pythons),
    findings: view.findings,
  };
}

function hostMemoryJson(
  { hostMemory }: MachineChecks,
): Record<string, unknown> | null {
  if (hostMemory.kind === "unknown") return null;
  const { value } = hostMemory;
  return {
    free_gb: scaled(value.freeBytes, GB),
    wired_gb: scaled(value.wiredBytes, GB),
    compressed_gb: scaled(value.compressedBytes, GB),
    swap_used_gb: scaled(value.swapUsedBytes, GB),
    pressure: valueOf(value.pressure),
  };
}

function metalJson(
  metal: DoctorView["metal"],
): Record<string, unknown> | null {
  if (metal === null) return null;
  if (metal.kind === "unknown") {
    return { outcome: null, reason: metal.because };
  }
  const { value } = metal;
  return {
    outcome: value.outcome,
    round_trip_ms: valueOf(value.roundTripMs),
    error: value.error,
    devices: value.devices.map((device) => ({
      name: device.name,
      architecture: valueOf(device.architecture),
      max_recommended_working_set_gb: scaled(device.workingSetBytes, GB),
      max_buffer_length_gb: scaled(device.maxBufferBytes, GB),
    })),
  };
}

/** Everything for a person: what is out of order comes last, where it is still seen. */
export function doctorText(
  view: DoctorView,
  options: { readonly style: TextStyle; readonly version: string },
): string {
  const { style } = options;
  const { machine } = view;
  return `${
    [
      style.bold(`metal-guard ${options.version}`),
      labelled("Gate", headWords(view.gate)),
      "",
      style.bold("Machine"),
      ...hardwareRows(machine),
      labelled("In use", memoryWords(machine)),
      labelled("Host", hostWords(machine)),
      labelled("GPU", gpuWords(machine)),
      ...metalRows(view.metal),
      "",
      style.bold("Who answered"),
      ...machine.answers.map((answer) =>
        `  ${plainText(answer.reading, 80)}: ${
          answerWords(answer).replaceAll("\n", "\n    ")
        }`
      ),
      "",
      style.bold("Python"),
      ...pythonRows(view.pythons),
      "",
      style.bold("Jobs of launchd"),
      ...jobRows(view.jobs),
      "",
      style.bold("Files"),
      ...view.places.map(placeLine),
      "",
      style.bold("Variables"),
      ...view.knobs.map(knobLine),
      "",
      ...findingRows(view.findings, style),
    ].join("\n")
  }\n`;
}

function hostWords({ hostMemory }: MachineChecks): string {
  if (hostMemory.kind === "unknown") {
    return `unknown: ${plainText(hostMemory.because)}`;
  }
  const { freeBytes, wiredBytes, swapUsedBytes, pressure } = hostMemory.value;
  const size = (reading: Observed<number>): string =>
    reading.kind === "known" ? inGb(reading.value) : "unknown";
  return `${size(freeBytes)} free, ${size(wiredBytes)} wired, ${
    size(swapUsedBytes)
  } swap, pressure ${pressure.kind === "known" ? pressure.value : "unknown"}`;
}

function metalRows(metal: DoctorView["metal"]): readonly string[] {
  if (metal === null) {
    return [labelled("Metal", "not asked; --metal asks it, and wakes the GPU")];
  }
  if (metal.kind === "unknown") {
    return [labelled("Metal", `unknown: ${plainText(metal.because)}`)];
  }
  const { outcome, roundTripMs, error, devices } = metal.value;
  const took = roundTripMs.kind === "known"
    ? `, ${roundTripMs.value.toFixed(1)} ms for a round trip`
    : "";
  const words = error === null ? "" : `: ${plainText(error, 200)}`;
  return [
    labelled("Metal", `${plainText(outcome, 20)}${took}${words}`),
    ...devices.map((device) =>
      labelled(
        "",
        `${plainText(device.name, 80)}, ${
          device.architecture.kind === "known"
            ? plainText(device.architecture.value, 40)
            : "architecture unknown"
        }, recommends at most ${
          device.workingSetBytes.kind === "known"
            ? inGb(device.workingSetBytes.value)
            : "an unknown size"
        }`,
      )
    ),
  ];
}

function placeLine(place: DoctorView["places"][number]): string {
  const path = place.path === null ? "" : ` ${plainText(place.path, 300)}`;
  const mode = place.mode === null ? "" : `, ${place.mode}`;
  const size = place.size === null
    ? ""
    : place.what === "report folder"
    ? `, ${place.size} entries`
    : `, ${place.size} bytes`;
  return `  ${place.what}:${path} ${place.state}${mode}${size}`;
}

function knobLine(knob: DoctorView["knobs"][number]): string {
  return `  ${knob.env}=${plainText(knob.value, 120)}  ${knob.origin}`;
}

function findingRows(
  findings: readonly Finding[],
  style: TextStyle,
): readonly string[] {
  if (findings.length === 0) {
    return [style.badge("good", "Nothing is out of order.")];
  }
  const count = findings.length;
  return [
    style.badge(
      "warn",
      count === 1 ? "One thing to look at" : `${count} things to look at`,
    ),
    ...findings.flatMap(({ message, fix }, index) => [
      `${index + 1}. ${plainText(message, 600)}`,
      ...(fix === null ? [] : fix.split("\n")).map((line) =>
        `   ${plainText(line, 600)}`
      ),
    ]),
  ];
}
