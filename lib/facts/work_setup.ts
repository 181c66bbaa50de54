import type { HardwareFacts } from "../core/hardware.ts";
import { known, type Observed, unknown } from "../core/observed.ts";
import type { WorkSetup } from "../core/work_setup.ts";
import type { InstalledVersions } from "./installed_versions.ts";

/** Where {@linkcode workSetup} takes its values from. */
export interface SetupSources {
  /** What the failure's own report says; `null` where it says nothing. */
  readonly failed: {
    readonly osBuild: string | null;
    readonly kextVersion: string | null;
  } | null;
  /** The model that ran; `null` where that is not known. */
  readonly model: string | null;
  /** The machine as it is now. */
  readonly hardware: Observed<HardwareFacts>;
  /** What is installed now. */
  readonly versions: Observed<InstalledVersions>;
}

/** What failed work stood on, as far as its report says; else what is here now. */
export function workSetup(
  { failed, model, hardware, versions }: SetupSources,
): WorkSetup {
  return {
    osBuild: toldOr(failed?.osBuild, hardwareFact(hardware, "osBuild")),
    driverVersion: toldOr(
      failed?.kextVersion,
      hardwareFact(hardware, "driverVersion"),
    ),
    model: model === null
      ? unknown("what was running was not written down")
      : known(model),
    versions: versions.kind === "known"
      ? versionsOf(versions.value)
      : new Map(),
  };
}

/** Versions in the form that they are judged in. */
export function judgeableVersions(
  { versions }: Pick<WorkSetup, "versions">,
): Readonly<Record<string, string | null | undefined>> {
  return Object.fromEntries(
    Array.from(versions, ([name, one]) => [
      name,
      one.kind === "known" ? one.value : undefined,
    ]),
  );
}

/** One fact of a machine that perhaps could not be asked at all. */
export function hardwareFact<K extends keyof HardwareFacts>(
  hardware: Observed<HardwareFacts>,
  name: K,
): HardwareFacts[K] | { readonly kind: "unknown"; readonly because: string } {
  return hardware.kind === "known" ? hardware.value[name] : hardware;
}

function toldOr(
  told: string | null | undefined,
  here: Observed<string>,
): Observed<string> {
  return told === null || told === undefined ? here : known(told);
}

function versionsOf(
  { python, packages }: InstalledVersions,
): WorkSetup["versions"] {
  return new Map<string, Observed<string | null>>([
    ["python", python.kind === "known" ? known(python.value.version) : python],
    ...Array.from(
      packages,
      ([name, one]): [string, Observed<string | null>] => [
        name,
        one.kind === "unknown" ? one : known(one.value?.version ?? null),
      ],
    ),
  ]);
}
