import type { AbortRecord, ErrorClass } from "../core/failure.ts";
import { millisecondsBetween } from "../core/instant.ts";
import { plainText } from "../core/plain_text.ts";
import type { Doubt, Incident, Situation } from "../policy/diagnosis.ts";
import type { DiagnosisTextOptions, DiagnosisView } from "./diagnosis_view.ts";
import { headWords, suspicionWords } from "./gate.ts";
import { formatDistance, formatLocalTime, formatSpan } from "./local_time.ts";
import { taskWords } from "./panic_words.ts";
import type { Tone } from "./text_style.ts";

/** A word for each situation, and how bad it is. */
export const SITUATION_WORDS: {
  readonly [K in Situation]: readonly [Tone, string];
} = {
  ["gpu_panic"]: ["bad", "PANIC"],
  ["gpu_panic_loop"]: ["bad", "PANIC LOOP"],
  ["watchdog_with_gpu_work"]: ["bad", "SUSPECT"],
  watchdog: ["warn", "WATCHDOG"],
  ["suspected_panic"]: ["bad", "SUSPECT"],
  ["other_panic"]: ["warn", "PANIC"],
  ["gpu_reset"]: ["warn", "GPU RESET"],
  ["memory_kill"]: ["warn", "OUT OF MEMORY"],
  ["process_abort"]: ["warn", "ABORT"],
  unreadable: ["warn", "CANNOT TELL"],
  nothing: ["good", "NOTHING FOUND"],
};

/** What happened, in one sentence. */
export function headlineWords(view: DiagnosisView): string {
  const { diagnosis, machine, gate } = view;
  switch (diagnosis.situation) {
    case "gpu_panic":
      return "the GPU driver took this Mac down";
    case "gpu_panic_loop":
      return `the GPU driver took this Mac down, ${diagnosis.gpuPanicCount} times in 3 days`;
    case "watchdog_with_gpu_work":
      return "this Mac hung while the GPU was at work, and was restarted";
    case "watchdog":
      return "this Mac hung and was restarted; no GPU work is known of";
    case "suspected_panic":
      return "this Mac went down under GPU work, and no report says why";
    case "other_panic":
      return diagnosis.incident?.kind === "panic" &&
          diagnosis.incident.signature === null
        ? diagnosis.doubts.includes("empty_report")
          ? "a report named like a kernel panic's says nothing of one"
          : "a kernel panic of a kind not known here"
        : "a kernel panic that does not blame the GPU driver";
    case "gpu_reset":
      return "the GPU hung and was reset; this Mac went on";
    case "memory_kill":
      return "memory ran out and macOS ended a program";
    case "process_abort":
      return "a program died on the GPU; this Mac went on";
    case "unreadable":
      return headWords({ ...gate, kind: "broken" });
    case "nothing":
      return diagnosis.doubts.includes("other_machine")
        ? `this is ${machine.platform}, not macOS, and no report of a Mac is here`
        : `no panic, GPU reset or kill for memory in the last ${
          formatSpan(view.windowMs)
        }`;
  }
}

/** What happened, a paragraph a line. */
export function happenedWords(
  view: DiagnosisView,
  options: Omit<DiagnosisTextOptions, "style">,
): string {
  const { incident, situation } = view.diagnosis;
  if (incident === null) return emptyWords(view);
  const ago = formatDistance(incident.at, view.askedAt);
  // On a line of its own: a time broken in two is read wrong.
  const when = `${formatLocalTime(incident.at, options.timeZone, "floor")}.`;
  switch (incident.kind) {
    case "panic":
      return [
        view.diagnosis.doubts.includes("empty_report")
          ? `Written ${ago}:`
          : `A kernel panic, ${ago}:`,
        when,
        ...(incident.suspect === null
          ? []
          : [`${suspicionWords(incident.suspect)}.`]),
        ...(incident.signature === null ? [] : [
          incident.signature.errorClass.plainWords,
          `Signature ${incident.signature.id}: ${incident.signature.explanation}`,
        ]),
        ...(situation === "gpu_panic_loop" ? earlierWords(view) : []),
        `Report: ${plainText(incident.record.sourceFile, 300)}`,
      ].join("\n");
    case "suspect":
      return [
        `${suspicionWords(incident.suspect)}. It began ${ago}:`,
        when,
      ].join("\n");
    case "abort":
      return [
        `${abortWords(incident.record)}, ${ago}:`,
        when,
        ...classWords(incident.record.errorClass, options.classes),
        `Report: ${plainText(incident.record.sourceFile, 300)}`,
      ].join("\n");
  }
}

function emptyWords(view: DiagnosisView): string {
  if (view.diagnosis.situation === "unreadable") {
    return [
      "Something may have happened, and its record may not be read by this user:",
      ...view.gate.unreadableReports.map((one) => plainText(one.message, 600)),
    ].join("\n");
  }
  return view.diagnosis.doubts.includes("other_machine")
    ? "Reports of panics are written by macOS. Copied here they can be read too."
    : "The report folders were read, and hold nothing of the kind.";
}

/** Most panics of a loop that are listed. */
const MOST_EARLIER = 4;

function earlierWords(view: DiagnosisView): readonly string[] {
  const [newest, ...earlier] = view.gate.gpuPanics;
  const shown = earlier.slice(0, MOST_EARLIER);
  const rest = earlier.length - shown.length;
  return [
    "Before it:",
    ...shown.map(({ at, signature }) =>
      `- ${spanBetween(at, newest?.at ?? at)} before: ${signature.id}`
    ),
    ...(rest > 0 ? [`- and ${rest} more`] : []),
  ];
}

/** How long one thing came before another. */
export function spanBetween(
  from: Temporal.Instant,
  to: Temporal.Instant,
): string {
  return formatSpan(millisecondsBetween(from, to));
}

/** A survived failure, up to its time. */
export function abortWords(record: AbortRecord): string {
  const task = taskWords(record);
  switch (record.kind) {
    case "gpu_restart":
      return task === null
        ? "The GPU was reset"
        : `The GPU was reset under ${task}`;
    case "jetsam_kill":
      return `${task ?? "A program"} was ended for lack of memory`;
    case "process_abort":
      return `${task ?? "A program"} died`;
  }
}

function classWords(
  name: string,
  classes: readonly ErrorClass[],
): readonly string[] {
  const found = classes.find((one) => one.name === name);
  return found === undefined ? [] : [found.plainWords];
}

/** Any other thing that happened, in a line. */
export function incidentLine(
  incident: Incident,
  now: Temporal.Instant,
): string {
  const ago = formatDistance(incident.at, now);
  switch (incident.kind) {
    case "panic":
      return `${ago}: a kernel panic, ${
        incident.signature?.id ?? "of unknown cause"
      }`;
    case "suspect":
      return `${ago}: ${plainText(incident.suspect.what, 160)} never ended`;
    case "abort": {
      const { errorClass } = incident.record;
      return `${ago}: ${abortWords(incident.record)}${
        errorClass === "unknown" ? "" : `, ${errorClass}`
      }`;
    }
  }
}

/** How sure the cause is. */
export function certaintyWords(view: DiagnosisView): string {
  const { certainty, doubts, situation, incident } = view.diagnosis;
  switch (situation) {
    case "gpu_panic":
    case "gpu_panic_loop":
      return certainty === "certain"
        ? "Certain: the kernel's own report names the GPU driver."
        : "Likely: the kernel's own report points into the GPU, and not at a fault that is known.";
    case "watchdog_with_gpu_work":
      return "Possible: the report tells of a hang alone, but GPU work was in flight.";
    case "suspected_panic":
      return "Possible: only what was written down before speaks for it.";
    case "watchdog":
      return "Certain that it hung; why is not known.";
    case "other_panic":
      return doubts.includes("empty_report")
        ? "Not sure that it was a kernel panic at all."
        : incident?.kind === "panic" && incident.signature === null
        ? "Certain that the kernel panicked; its cause is none that is known here."
        : "Certain that the kernel panicked; the GPU is not named.";
    case "gpu_reset":
      return "Certain: macOS wrote a report of the reset.";
    case "memory_kill":
      return "Certain: macOS wrote down whom it ended, and why.";
    case "process_abort":
      return certainty === "certain"
        ? "Certain: the program's own last words name it."
        : "Not sure: the program's report names no failure that is known here.";
    case "unreadable":
      return "It cannot be told.";
    case "nothing":
      return certainty === "unknown"
        ? "It cannot be told from here."
        : "Likely, as far as reports go.";
  }
}

/** Why one cannot be surer, a sentence each. */
export function doubtWords(doubt: Doubt, view: DiagnosisView): string {
  const { incident } = view.diagnosis;
  switch (doubt) {
    case "empty_report":
      return "The report is named like that of a kernel panic, and what can be read of it says nothing of one.";
    case "bystander": {
      const task = incident?.kind === "panic"
        ? taskWords(incident.record)
        : null;
      return `Not certain: who set it off. The report names ${
        task ?? "a task"
      }, which ran at that moment and may be a bystander.`;
    }
    case "own_time":
      return "Not certain: when. The report's own time cannot be believed, since it lies ahead of this clock or is missing; the time of its file, or of when it was first seen, stands for it. Check this Mac's clock.";
    case "no_report":
      return "A lost battery or a held power button looks the same.";
    case "many_causes":
      return "A hang has many causes: memory, a disk, a driver, sometimes the GPU.";
    case "unnamed":
      return "It may be the first of its kind.";
    case "other_machine":
      return `This is ${view.machine.platform}: reports may come from another machine, and nothing here could be asked of a Mac.`;
    case "unreadable":
      return `Not certain: whether this is all. ${
        countOf(view.gate.unreadableReports.length, "record")
      } of kernel panics cannot be read.`;
    case "silent_panics":
      return "Not every panic leaves a report, and a report may come minutes after the start.";
  }
}

/** `1 record`, `2 records`. */
export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
