import type { RunningWork } from "../policy/running_before.ts";
import { formatDistance, formatLocalTime, formatSpan } from "./local_time.ts";
import { headWords } from "./gate.ts";
import { taskWords } from "./panic_words.ts";
import {
  type PanicView,
  type PostmortemView,
  subjectOf,
} from "./postmortem_view.ts";

/** How grave it is: the colour of the page's head. */
export type PostmortemTone = "bad" | "warn" | "good";

/** The page's first words. */
export interface Headline {
  /** How grave. */
  readonly tone: PostmortemTone;
  /** One sentence. */
  readonly title: string;
  /** What it means, for somebody who never heard of Metal. */
  readonly lead: string;
}

/** One step: words, and the commands that belong to them. */
export interface Step {
  /** What to do. */
  readonly words: string;
  /** Commands to paste, without their mark. */
  readonly commands: readonly string[];
}

/** Says in one sentence what happened. */
export function headlineOf(view: PostmortemView): Headline {
  const subject = subjectOf(view);
  if (subject?.isGpu === true) {
    const count = view.panics.filter((panic) => panic.isGpu).length;
    return {
      tone: "bad",
      title: count > 1
        ? "The GPU driver keeps taking this Mac down"
        : "The GPU driver took this Mac down",
      lead: subject.plainWords ??
        "The kernel stopped inside the GPU driver, and the whole Mac restarted.",
    };
  }
  const suspect = view.gate?.suspects[0];
  if (suspect !== undefined) {
    return {
      tone: "warn",
      title: "This Mac may have gone down under GPU work",
      lead: suspect.because === "no_end"
        ? "GPU work began and never ended, the Mac was started anew, and no report says why."
        : "A watchdog restarted the Mac while GPU work was in flight. That has many causes.",
    };
  }
  if (view.gate !== null && view.gate.unreadableReports.length > 0) {
    return {
      tone: "warn",
      title: "Panic reports exist that cannot be read",
      lead:
        "Until they can be, nobody can say whether the GPU driver took this Mac down.",
    };
  }
  if (subject !== undefined) {
    return {
      tone: "warn",
      title: "This Mac panicked, but its report does not blame the GPU driver",
      lead: subject.plainWords ??
        "The cause is not among those that are known here.",
    };
  }
  return {
    tone: "good",
    title: "No kernel panic in the last 72 hours",
    lead: view.aborts.length === 0
      ? "The system's own reports tell of nothing. What runs and ran is written down below."
      : `The Mac survived ${
        counted(view.aborts.length, "failure")
      } of GPU or memory; none took it down.`,
  };
}

/** Facts about one panic, in rows of a name and words. */
export function panicRows(
  panic: PanicView,
  view: PostmortemView,
): readonly (readonly [string, string])[] {
  const { record } = panic;
  const task = taskWords(record);
  return [
    ["When", whenWords(panic.at, view)],
    ["Cause", causeWords(panic)],
    ...(panic.panicLine === null
      ? []
      : [["Kernel said", panic.panicLine] as const]),
    ...(task === null
      ? []
      : [["Task", `${task}; it may be a bystander`] as const]),
    ...(record.bootSessionUuid === null
      ? []
      : [["Boot", record.bootSessionUuid] as const]),
    ...(record.osBuild === null
      ? []
      : [["macOS build", record.osBuild] as const]),
    ...(record.kextVersion === null
      ? []
      : [["GPU driver", record.kextVersion] as const]),
    ["Report", record.sourceFile],
    ...(panic.upstream.length === 0
      ? []
      : [["Upstream", panic.upstream.join(", ")] as const]),
  ];
}

function causeWords(panic: PanicView): string {
  const { signature, explanation } = panic.record;
  if (signature === "unknown") return "not known";
  return explanation === null ? signature : `${signature}: ${explanation}`;
}

/** A time with its distance, for what has been. */
export function whenWords(at: Temporal.Instant, view: PostmortemView): string {
  return `${formatLocalTime(at, view.timeZone, "floor")}, ${
    formatDistance(at, view.collectedAt)
  }`;
}

/** How sure it is what ran. */
export function certaintyWords(panic: PanicView): string {
  const { certainty, model, work } = panic.running;
  switch (certainty) {
    case "sure":
      return work[0]?.proof === "boot and pid"
        ? `Sure: a trace names this boot and the panicked task${
          modelWords(model)
        }.`
        : `Sure that it ran: a trace names this boot${
          modelWords(model)
        }. Whether it caused the panic, nobody can prove.`;
    case "likely":
      return `Likely: the times fit${
        modelWords(model)
      }, but no trace names the boot.`;
    case "unknown":
      return 'Unknown: no guarded program wrote anything down for this boot. That is not "nothing ran".';
  }
}

function modelWords(model: string | null): string {
  return model === null ? "" : `, and the model is ${model}`;
}

const SOURCES: { readonly [K in RunningWork["source"]]: string } = {
  breadcrumb: "breadcrumbs",
  guard: "live guard",
  lock: "lock",
  run: "run records",
  cadence: "cadence",
};

/** One piece of work that ran, in cells: what, doing, process, for how long, how it is known. */
export function workCells(
  work: RunningWork,
  panic: PanicView,
): readonly [string, string, string, string, string] {
  const ms = panic.at.epochMilliseconds - work.since.epochMilliseconds;
  return [
    work.what,
    [work.activity, ...work.figures.map(figureWords)].join(", "),
    work.pid === null ? "—" : `pid ${work.pid}`,
    ms >= 0 ? formatSpan(ms) : "—",
    `${SOURCES[work.source]}, by ${work.proof}`,
  ];
}

const FIGURES: ReadonlyMap<string, string> = new Map([
  ["ctx", "context"],
  ["kv_bytes", "KV cache"],
  ["peak_bytes", "peak"],
  ["active_bytes", "GPU memory"],
]);

/** A figure out of the log for a person: `kv_bytes=5600000000` is `KV cache 5.6 GB`. */
function figureWords(figure: string): string {
  const [name = "", value = ""] = figure.split("=", 2);
  const words = FIGURES.get(name) ?? name;
  return name.endsWith("_bytes") && /^\d{1,15}$/.test(value)
    ? `${words} ${bytesWords(Number(value))}`
    : `${words} ${value}`;
}

/** Memory for a person, in decimal units as everywhere: `29.7 GB`, `512 MB`. */
export function bytesWords(bytes: number): string {
  return bytes >= 1e9
    ? `${(bytes / 1e9).toFixed(1)} GB`
    : `${Math.round(bytes / 1e6)} MB`;
}

/** What to do, in its order. */
export function stepsOf(view: PostmortemView): readonly Step[] {
  const subject = subjectOf(view);
  const { gate } = view;
  const steps: Step[] = [];
  if (gate !== null && gate.exitCode === 2) {
    const until = gate.clearAt === null
      ? ""
      : ` until ${formatLocalTime(gate.clearAt, view.timeZone)}`;
    steps.push({
      words: `Leave GPU work alone${until}: ${headWords(gate)}. This says why:`,
      commands: ["metal-guard panic-gate"],
    });
  }
  if (subject !== undefined && subject.nextStep !== null) {
    steps.push({ words: subject.nextStep, commands: [] });
  }
  const model = subject?.running.model ?? null;
  if (model !== null && SAFE_MODEL.test(model)) {
    steps.push({
      words:
        "See what others have seen with this model, and what they use in its place:",
      commands: [`metal-guard registry check ${model}`],
    });
  }
  for (const way of gate?.howToClear ?? []) {
    // How to get round the gate is the gate's to say, to somebody who asks it.
    if (!ROUND_THE_GATE.test(way)) steps.push(stepOf(way));
  }
  if (subject !== undefined) {
    steps.push({
      words: subject.isGpu
        ? "Tell Apple: paste apple_feedback.md into Feedback Assistant, and attach the report from this folder."
        : "Keep this folder: macOS throws its reports away after some weeks.",
      commands: [],
    });
  }
  return steps.length > 0 ? steps : [{
    words: "Nothing has to be done. Look again when something happens:",
    commands: ["metal-guard status"],
  }];
}

const ROUND_THE_GATE = /PANIC_GATE_DISABLED|hold --clear|--wait/;
/** A model's id that a person can paste into a shell as it is. */
const SAFE_MODEL = /^[A-Za-z0-9][\w./-]{0,199}$/;

/** Tells words from commands in one text, whose lines of commands begin with `$ `. */
export function stepOf(text: string): Step {
  const lines = text.split("\n");
  return {
    words: lines.filter((line) => !line.startsWith("$ ")).join(" "),
    commands: lines.filter((line) => line.startsWith("$ "))
      .map((line) => line.slice(2)),
  };
}

/** `1 failure`, `2 failures`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** A size for a person: `512 B`, `4.2 KiB`, `5.0 MiB`. */
export function sizeWords(bytes: number): string {
  if (bytes < 1_024) return `${bytes} B`;
  return bytes < 1_048_576
    ? `${(bytes / 1_024).toFixed(1)} KiB`
    : `${(bytes / 1_048_576).toFixed(1)} MiB`;
}
