import { epochSeconds } from "../lib/core/instant.ts";
import type { PostmortemView } from "../lib/report/postmortem_view.ts";
import { BOOT_A, panicText } from "./fakes/reports.ts";
import { HOME, REPORTS, STATE, World } from "./fakes/world.ts";

/** Words that may not leave the machine; each is planted in what a post-mortem reads. */
export const PLANTED = [
  "ada",
  "/Users/ada",
  String.raw`\/Users\/ada`,
  "Adas-MacBook-Pro",
  "C02PLANTED1",
  "hf_plantedplanted1",
  "planted@example.com",
  "SecretDisk",
] as const;

/** What every planted word stands in, as one line. */
export const PLANTED_LINE = String
  .raw`\/Users\/ada /Users/ada/x ada's Adas-MacBook-Pro.local serial: C02PLANTED1 hf_plantedplanted1 planted@example.com /Volumes/SecretDisk/m`;

/** Hostile text: markup, escapes for a terminal, a way out of the folder. */
export const HOSTILE =
  `<script>alert(1)</script><img src=x onerror=alert(2)> \u001b[31mred\u202e "quoted" & ../../etc/passwd`;

/** A world half an hour after a GPU panic, with a trace of what ran, private and hostile words in everything. */
export function panickedWorld(): World {
  const world = new World();
  const at = world.ago(0.5);
  const text = panicText({ calendarAt: at, boot: BOOT_A, process: HOSTILE })
    .replace(
      "Debugger message: panic",
      `Debugger ${
        PLANTED_LINE.replaceAll("\\", "\\\\").replaceAll('"', '\\"')
      }`,
    );
  world.store.put(`${REPORTS}/panic-full-1.panic`, text, { modifiedAt: at });
  const line = (seconds: number, words: string): string => {
    const when = at.subtract({ seconds });
    const local = when.toZonedDateTimeISO("UTC").toPlainDateTime()
      .toString({ smallestUnit: "second" }).replace("T", " ");
    return `[${local}] ${words} boot=${BOOT_A.slice(0, 8)}\n`;
  };
  world.store.put(
    `${STATE}/metal_breadcrumb.log`,
    line(200, "SUBPROC_PRE: org/done | pid=811") +
      line(100, "SUBPROC_POST: org/done | pid=811") +
      line(90, `LOAD: ${HOSTILE} ${PLANTED_LINE} | x=1`) +
      line(60, "SUBPROC_PRE: org/model | kv_bytes=5000000000 pid=812"),
  );
  world.store.put(
    `${STATE}/guards/900.json`,
    JSON.stringify({
      pid: 900,
      ["boot_session_uuid"]: BOOT_A,
      label: PLANTED_LINE,
      model: "org/model",
      phase: HOSTILE,
      ["heartbeat_at"]: epochSeconds(at) - 5,
      ["kv_requests"]: [],
    }),
  );
  world.store.put(
    `${STATE}/panics.jsonl`,
    `${
      JSON.stringify({
        ts: epochSeconds(at) - 9_000_000,
        signature: "unknown",
        explanation: PLANTED_LINE,
        pid: 1,
        ["source_file"]: `${HOME}/x.panic`,
      })
    }\n`,
  );
  world.env["METALGUARD_REGISTRY"] = `${HOME}/entries.jsonc`;
  world.env["USER"] = "ada";
  return world;
}

/** A view of nothing, for tests that show one thing. */
export function emptyView(parts: Partial<PostmortemView> = {}): PostmortemView {
  return {
    version: "1.2.3",
    collectedAt: Temporal.Instant.from("2026-11-23T12:00:00Z"),
    timeZone: "UTC",
    isRedacted: true,
    panics: [],
    gpuPanicCount: 0,
    aborts: [],
    gate: null,
    machine: [],
    crumbs: [],
    work: [],
    memory: [],
    artefacts: [],
    findings: [],
    ...parts,
  };
}

/** A GPU panic at `at`, with one piece of work. */
export function panicView(
  parts: Partial<PostmortemView["panics"][number]> = {},
): PostmortemView["panics"][number] {
  const at = Temporal.Instant.from("2026-11-23T11:00:00Z");
  return {
    at,
    record: {
      ts: epochSeconds(at),
      signature: "prepare_count_underflow",
      explanation: "counted down too often",
      pid: 812,
      sourceFile: "/r/a.panic",
      bootSessionUuid: BOOT_A,
      process: "python3.13",
      osBuild: "25F84",
      kextVersion: "130.15.2",
    },
    isGpu: true,
    plainWords: "The driver lost count.",
    nextStep: "Use a smaller model.",
    upstream: ["ml-explore/mlx#3186"],
    panicLine: "panic(cpu 3)",
    running: {
      work: [{
        source: "breadcrumb",
        what: "org/model",
        model: "org/model",
        activity: "generate",
        pid: 812,
        since: at.subtract({ seconds: 90 }),
        proof: "boot and pid",
        figures: ["ctx=512", "kv_bytes=5600000000"],
      }],
      model: "org/model",
      certainty: "sure",
      lastCrumbs: [],
    },
    ...parts,
  };
}
