import type { WorkerLine } from "../policy/orphans.ts";
import type { PanicForensics } from "./apple_feedback.ts";
import { formatLocalTime } from "./local_time.ts";
import { crumbViews } from "./postmortem_parts.ts";
import type { PanicView } from "./postmortem_view.ts";
import { workCells } from "./postmortem_words.ts";
import type { StatusSnapshot } from "./status_snapshot.ts";

/** What {@linkcode forensicsOf} is made of; `undefined` for what is not known. */
export interface ForensicFacts {
  /** The panic. */
  readonly panic: PanicView | undefined;
  /** What its report says at a closer look. */
  readonly close: {
    readonly panicLine: string | undefined;
    readonly kernelVersion: string | undefined;
    readonly osBuild: string | undefined;
    readonly iogpuVersion: string | undefined;
  } | undefined;
  /** The picture of all layers. */
  readonly status: StatusSnapshot | undefined;
  /** What is installed. */
  readonly versions: {
    readonly versions: Readonly<Record<string, string>>;
    readonly advisories: readonly string[];
  } | undefined;
  /** Lines of the log before the panic, oldest first. */
  readonly crumbs: readonly WorkerLine[];
  /** The local zone. */
  readonly timeZone: string;
  /** Version of the program. */
  readonly version: string;
}

/** Puts together what Apple is told of one panic. */
export function forensicsOf(facts: ForensicFacts): PanicForensics {
  const { panic, close, status, versions, timeZone } = facts;
  const hardware = status?.machine.hardware;
  const words = [hardware?.model, hardware?.chip]
    .flatMap((one) => one?.kind === "known" ? [one.value] : []);
  const os = hardware?.osVersion.kind === "known"
    ? `macOS ${hardware.osVersion.value}`
    : undefined;
  const build = panic?.record.osBuild ?? close?.osBuild;
  const driver = panic?.record.kextVersion ?? close?.iogpuVersion ??
    (hardware?.driverVersion.kind === "known"
      ? hardware.driverVersion.value
      : undefined);
  const osVersion = build === undefined
    ? os
    : os === undefined
    ? `build ${build}`
    : `${os} (build ${build})`;
  return {
    ...(close?.panicLine === undefined ? {} : { panicString: close.panicLine }),
    ...(close?.kernelVersion === undefined
      ? {}
      : { kernelVersion: close.kernelVersion }),
    ...(panic === undefined ? {} : {
      panicTime: formatLocalTime(panic.at, timeZone, "floor"),
      running: panic.running.work.map((work) =>
        workCells(work, panic).join(", ")
      ),
      upstream: panic.upstream,
    }),
    ...(words.length === 0 ? {} : { hardware: words.join(", ") }),
    ...(driver === undefined ? {} : { gpuDriver: driver }),
    ...(osVersion === undefined ? {} : { osVersion }),
    ...(versions === undefined
      ? {}
      : { mlxVersions: versions.versions, advisories: versions.advisories }),
    breadcrumbs: crumbViews(facts.crumbs).map((line) =>
      [
        line.at.toZonedDateTimeISO(timeZone).toPlainDateTime()
          .toString({ smallestUnit: "second" }),
        line.tag,
        line.payload,
        line.figures,
      ].filter((part) => part !== "").join("  ")
    ),
    inForce: [
      `metal-guard ${facts.version}`,
      ...(status === undefined ? [] : [
        ...(status.mode.kind === "known"
          ? [`mode ${status.mode.value.mode}`]
          : []),
        ...(status.gate.kind === "known"
          ? [`panic gate: ${status.gate.value.kind}`]
          : []),
      ]),
    ],
  };
}
