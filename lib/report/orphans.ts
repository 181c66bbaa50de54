import { SECOND_MS } from "../core/instant.ts";
import { plainText } from "../core/plain_text.ts";
import type { Orphan } from "../policy/orphans.ts";
import { formatSpan } from "./local_time.ts";
import type { TextStyle } from "./text_style.ts";

/** Workers that never ended, and what was done about them. */
export interface OrphansView {
  /** Least age that was asked for, in milliseconds. */
  readonly thresholdMs: number;
  /** The orphans, oldest first. */
  readonly orphans: readonly Orphan[];
  /** What was done about each; `undefined` when nothing was to be done. */
  readonly kills: readonly OrphanKillView[] | undefined;
}

/** What was done about one orphan. */
export interface OrphanKillView {
  readonly orphan: Orphan;
  readonly outcome: "killed" | "gone" | "spared";
  readonly because: string | null;
}

/** The object that `orphan-scan --json` prints: the seed's keys, and what `--kill` did. */
export function orphansJson(view: OrphansView): Record<string, unknown> {
  return {
    threshold_sec: view.thresholdMs / SECOND_MS,
    orphans: view.orphans.map((orphan) => ({
      model_id: orphan.modelId,
      pre_ts: orphan.preLocalTime.replace(" ", "T"),
      age_sec: Math.round(orphan.ageMs / 100) / 10,
      pid: orphan.pid,
    })),
    ...(view.kills === undefined ? {} : {
      kills: view.kills.map(({ orphan, outcome, because }) => ({
        model_id: orphan.modelId,
        pid: orphan.pid,
        outcome,
        because,
      })),
    }),
  };
}

/** The same for a person. */
export function orphansText(
  view: OrphansView,
  options: { readonly style: TextStyle },
): string {
  const { style } = options;
  const least = `${view.thresholdMs / SECOND_MS} s`;
  const count = view.orphans.length;
  if (count === 0) return `No worker without an end is older than ${least}.\n`;
  const noun = count === 1 ? "worker" : "workers";
  const blocks = view.orphans.map((orphan) => {
    const who = orphan.pid === null ? "pid unknown" : `pid ${orphan.pid}`;
    const model = style.bold(plainText(orphan.modelId, 200));
    return [
      `${model}  ${who}`,
      style.dim(
        `    started ${plainText(orphan.preLocalTime)}, ${
          formatSpan(orphan.ageMs)
        } ago`,
      ),
      ...killWords(view.kills?.find((kill) => kill.orphan === orphan)),
    ].join("\n");
  });
  const advice = view.kills === undefined
    ? [
      style.dim(
        "End those that are proved ours:\n$ metal-guard orphan-scan --kill",
      ),
    ]
    : [];
  return `${
    [
      `${count} ${noun} started over ${least} ago and never ended`,
      ...blocks,
      ...advice,
    ].join("\n")
  }\n`;
}

function killWords(kill: OrphanKillView | undefined): readonly string[] {
  switch (kill?.outcome) {
    case undefined:
      return [];
    case "killed":
      return ["    ended by SIGKILL"];
    case "gone":
      return ["    is gone already"];
    case "spared":
      return [`    left alone: ${plainText(kill?.because ?? "", 200)}`];
  }
}
