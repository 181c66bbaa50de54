/**
 * Commands about the registry: what they are called, take and say of themselves. What they do is loaded when they run.
 *
 * @module
 */
import {
  buildCommand,
  buildRouteMap,
  type Command,
  type RouteMap,
} from "@stricli/core";
import type { RegistryCheckFlags } from "./registry_answer.ts";
import type { RegistryDriversFlags } from "./commands/registry_drivers.ts";
import type { RegistryListFlags } from "./commands/registry_list.ts";
import type { RegistryShowFlags } from "./commands/registry_show.ts";
import type { RegistryValidateFlags } from "./commands/registry_validate.ts";
import type { CliContext } from "./context.ts";
import { parseFamily } from "../parse/gpu_family_name.ts";
import { JSON_FLAG } from "./flags.ts";

function parseFamilyFlag(text: string): string {
  const family = parseFamily(text);
  if (family !== undefined) return family;
  throw new SyntaxError("write M1, M2, M3 and so on");
}

const MODEL_ID = {
  kind: "tuple",
  parameters: [{
    placeholder: "model",
    brief: "Id of the model, e.g. mlx-community/gemma-4-31b-it-8bit",
    parse: String,
  }],
} as const;

const list: Command<CliContext> = buildCommand<
  RegistryListFlags,
  [],
  CliContext
>({
  loader: async () => (await import("./commands/registry_list.ts")).default,
  parameters: {
    flags: {
      json: JSON_FLAG,
      tier: {
        kind: "enum",
        values: ["panic", "abort", "degradation"],
        optional: true,
        brief: "Only this tier",
      },
      family: {
        kind: "parsed",
        parse: parseFamilyFlag,
        optional: true,
        placeholder: "M4",
        brief: "Only what is reported for this GPU family",
      },
      class: {
        kind: "parsed",
        parse: String,
        optional: true,
        placeholder: "name",
        brief: "Only this class of failure, e.g. metal_descriptor_leak",
      },
    },
  },
  docs: {
    brief: "Models that take Macs or programs down, by reports with links",
    customUsage: [
      { input: "--tier panic", brief: "those that take the Mac down" },
      { input: "--family M5 --json", brief: "for programs" },
    ],
  },
});

const show: Command<CliContext> = buildCommand<
  RegistryShowFlags,
  [string],
  CliContext
>({
  loader: async () => (await import("./commands/registry_show.ts")).default,
  parameters: { flags: { json: JSON_FLAG }, positional: MODEL_ID },
  docs: {
    brief: "One entry in full: reports, evidence, what to do, what instead",
    fullDescription: "Shows one entry. Exit codes: 0, 1 no entry has this id.",
    customUsage: [
      { input: "mlx-community/gemma-4-31b-it-8bit", brief: "for a person" },
    ],
  },
});

const check: Command<CliContext> = buildCommand<
  RegistryCheckFlags,
  [string],
  CliContext
>({
  loader: async () => (await import("./commands/registry_check.ts")).default,
  parameters: {
    flags: {
      json: JSON_FLAG,
      gpu: {
        kind: "parsed",
        parse: parseFamilyFlag,
        optional: true,
        placeholder: "M4",
        brief: "GPU family; without it reports for every one count",
      },
    },
    positional: MODEL_ID,
  },
  docs: {
    brief: "Is anything known against a model? 0 no, 1 advisory, 2 panic",
    fullDescription:
      "Asks the registry before a load. Other builds of a known model are presumed, not confirmed.\n\n" +
      "Exit codes: 0 nothing is reported, 1 advisory (also: presumed, or other GPUs only), 2 it takes Macs down.",
    customUsage: [
      {
        input: "mlx-community/Qwen3.5-27B-4bit --gpu M4",
        brief: "on this GPU family",
      },
    ],
  },
});

const validate: Command<CliContext> = buildCommand<
  RegistryValidateFlags,
  string[],
  CliContext
>({
  loader: async () => (await import("./commands/registry_validate.ts")).default,
  parameters: {
    flags: {
      json: JSON_FLAG,
      format: {
        kind: "enum",
        values: ["text", "json", "github"],
        optional: true,
        brief: "text, json, or github annotations (the default there)",
      },
    },
    positional: {
      kind: "array",
      parameter: {
        placeholder: "path",
        brief: "Files, or folders of them; else METALGUARD_REGISTRY",
        parse: String,
      },
    },
  },
  docs: {
    brief: "Find every fault in entry files: line, column, how to fix it",
    fullDescription:
      "Validates files of a registry, for its own CI and that of other repositories. All faults are told at once.\n\n" +
      "Exit codes: 0 valid, 1 faults or unreadable files, 64 nothing named.",
    customUsage: [
      { input: "registry/", brief: "a whole registry" },
      { input: "--format github my-entry.jsonc", brief: "annotations in CI" },
    ],
  },
});

const drivers: Command<CliContext> = buildCommand<
  RegistryDriversFlags,
  [],
  CliContext
>({
  loader: async () => (await import("./commands/registry_drivers.ts")).default,
  parameters: { flags: { json: JSON_FLAG } },
  docs: {
    brief: "Is it fixed in my macOS? Panics reported, by driver and build",
    customUsage: [
      { input: "", brief: "the table, with this Mac's row marked" },
      { input: "--json", brief: "for programs" },
    ],
  },
});

/** `registry`. */
export const registry: RouteMap<CliContext> = buildRouteMap({
  routes: { list, show, check, validate, drivers },
  docs: {
    brief: "What the community knows: models, chips, drivers",
    fullDescription:
      "Which models take a Mac down, on which chips, and what to use instead. Each report has its link.\n" +
      "METALGUARD_REGISTRY names a file or folder of your own entries; they are merged and marked.",
  },
});
