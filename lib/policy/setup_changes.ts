import type { Observed } from "../core/observed.ts";
import type { GoodSetup, WorkSetup } from "../core/work_setup.ts";

/** One thing that GPU work stands on, then and now. */
export interface SetupPair {
  /** Stable name: `os_build`, `gpu_driver`, `model`, `python`, or that of a package. */
  readonly what: string;
  /** Whether it differs; `unknown` where one side cannot be told. */
  readonly state: "changed" | "same" | "unknown";
  /** When work last went well; `null` where it was not installed, `undefined` where that is not known. */
  readonly before: string | null | undefined;
  /** Now; `null` where it is not installed, `undefined` where that is not known. */
  readonly now: string | null | undefined;
  /** Why it cannot be told; `null` where it can. */
  readonly because: string | null;
}

/** Which side cannot be told when the record is silent. */
const NOT_RECORDED = "the record of the last good run does not say";

/**
 * Compares what the last good run stood on with what work stands on now, one pair a thing: the system first, then Python
 * and its packages, then the model.
 *
 * It reports: what one side does not know is `unknown`, never "unchanged".
 *
 * @param before The last good run.
 * @param now The failed work, or the machine as it is.
 */
export function compareSetups(
  before: GoodSetup,
  now: WorkSetup,
): readonly SetupPair[] {
  const names = new Set([...now.versions.keys(), ...before.versions.keys()]);
  return [
    pairOf("os_build", before.osBuild, now.osBuild),
    pairOf("gpu_driver", before.driverVersion, now.driverVersion),
    ...Array.from(
      names,
      (name) =>
        pairOf(name, versionBefore(before, name), versionNow(now, name)),
    ),
    pairOf("model", before.model, now.model),
  ];
}

/** A record that names any version has looked at all of them: what it leaves out was not installed. */
function versionBefore(
  { versions }: GoodSetup,
  name: string,
): string | null | undefined {
  return versions.size === 0 ? undefined : versions.get(name) ?? null;
}

function versionNow(
  { versions }: WorkSetup,
  name: string,
): Observed<string | null> {
  return versions.get(name) ??
    { kind: "unknown", because: "it was not looked for" };
}

function pairOf(
  what: string,
  before: string | null | undefined,
  now: Observed<string | null>,
): SetupPair {
  if (now.kind === "unknown") {
    const { because } = now;
    return { what, state: "unknown", before, now: undefined, because };
  }
  const { value } = now;
  if (before === undefined) {
    return {
      what,
      state: "unknown",
      before,
      now: value,
      because: NOT_RECORDED,
    };
  }
  const state = before === value ? "same" : "changed";
  return { what, state, before, now: value, because: null };
}
