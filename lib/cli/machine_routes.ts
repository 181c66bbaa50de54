/**
 * Commands that ask the machine: what they are called, take and say of themselves. What they do is loaded when they
 * run.
 *
 * @module
 */
import { buildCommand, type Command } from "@stricli/core";
import type { DoctorFlags } from "./commands/doctor.ts";
import type { HardwareFlags } from "./commands/hardware.ts";
import type { CliContext } from "./context.ts";
import { JSON_FLAG, switchFlag } from "./flags.ts";

/** `hardware`. */
export const hardware: Command<CliContext> = buildCommand<
  HardwareFlags,
  [],
  CliContext
>({
  loader: async () => (await import("./commands/hardware.ts")).default,
  parameters: { flags: { json: JSON_FLAG } },
  docs: {
    brief: "Chip, memory, system, GPU driver, limits, and settings that fit",
    fullDescription:
      "Shows what this Mac is and which settings fit its memory. Metal is not opened.\nExit code: 0.",
    customUsage: [
      { input: "", brief: "for a person" },
      { input: "--json", brief: "for programs" },
    ],
  },
});

/** `doctor`. */
export const doctor: Command<CliContext> = buildCommand<
  DoctorFlags,
  [],
  CliContext
>({
  loader: async () => (await import("./commands/doctor.ts")).default,
  parameters: {
    flags: {
      json: JSON_FLAG,
      metal: switchFlag("Ask Metal too: it wakes the GPU driver"),
    },
  },
  docs: {
    brief:
      "Look at everything once: variables, files, machine, Python, jobs, what to do",
    fullDescription:
      "Shows every variable with its origin, who answered about the machine, files with their permissions,\n" +
      "whether the report folders can be read, which Python and MLX are there (none is started), what launchd runs of\n" +
      "ours, and what is out of order with what to do about it.\n" +
      "--metal also asks Metal, in a program of its own, and keeps the limit that it recommends.\n\n" +
      "Exit codes: 0 nothing to do, 1 something to look at, 75 --metal refused while the gate holds.",
    customUsage: [
      { input: "", brief: "for a person" },
      { input: "--metal", brief: "also reads Metal's recommended limit" },
      { input: "--json", brief: "for a report" },
    ],
  },
});
