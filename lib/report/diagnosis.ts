import type { Incident } from "../policy/diagnosis.ts";
import { changedWords, runningWords } from "./diagnosis_background.ts";
import { type DiagnosisStep, diagnosisSteps } from "./diagnosis_steps.ts";
import type { DiagnosisTextOptions, DiagnosisView } from "./diagnosis_view.ts";
import {
  certaintyWords,
  doubtWords,
  happenedWords,
  headlineWords,
  incidentLine,
  SITUATION_WORDS,
} from "./diagnosis_words.ts";
import { findingBlocks } from "./finding_words.ts";
import { headWords, untilWords, whyWords } from "./gate.ts";
import { formatDistance, formatSpan } from "./local_time.ts";
import { indented, type TextStyle } from "./text_style.ts";

/** Other things that happened and are listed. */
const MOST_OTHERS = 5;

/**
 * The page for somebody who was woken by a Mac that went down: what happened, how sure that is, what was running, what
 * changed since it last went well, what to do now, in that order.
 */
export function diagnosisText(
  view: DiagnosisView,
  options: DiagnosisTextOptions,
): string {
  const { style } = options;
  const { diagnosis } = view;
  const [tone, word] = SITUATION_WORDS[diagnosis.situation];
  const ago = diagnosis.incident === null
    ? ""
    : `${formatDistance(diagnosis.incident.at, view.askedAt)}: `;
  const sure = [
    certaintyWords(view),
    ...diagnosis.doubts.map((doubt) => doubtWords(doubt, view)),
  ].join("\n");
  return `${
    [
      `${style.badge(tone, word)}  ${
        style.bold(`${ago}${headlineWords(view)}`)
      }`,
      section("What happened", happened(view, options), style),
      section("How sure", sure, style),
      section("What was running", runningWords(view), style),
      section(
        "What changed since it last went well",
        changedWords(view, options),
        style,
      ),
      `${style.bold("What to do now")}\n${toDo(view, options)}`,
      ...findingBlocks(view.findings, style),
    ].join("\n\n")
  }\n`;
}

function section(title: string, words: string, style: TextStyle): string {
  return `${style.bold(title)}\n${indented(words)}`;
}

function happened(view: DiagnosisView, options: DiagnosisTextOptions): string {
  const words = happenedWords(view, options);
  const told = view.diagnosis.situation === "gpu_panic_loop"
    ? view.diagnosis.others.filter((one) => !isGpuPanic(one))
    : view.diagnosis.others;
  if (told.length === 0) return words;
  const rest = told.length - MOST_OTHERS;
  return [
    words,
    `Also in the last ${formatSpan(view.windowMs)}:`,
    ...told.slice(0, MOST_OTHERS).map((one) =>
      `- ${incidentLine(one, view.askedAt)}`
    ),
    ...(rest > 0 ? [`- and ${rest} more`] : []),
  ].join("\n");
}

/** Those of a loop stand in its own list. */
function isGpuPanic(one: Incident): boolean {
  return one.kind === "panic" && one.signature?.stopsGate === true;
}

function toDo(view: DiagnosisView, options: DiagnosisTextOptions): string {
  const steps = diagnosisSteps(view, options.classes);
  return [
    indented(gateWords(view, options)),
    ...steps.map((step, index) => stepText(step, index + 1)),
  ].join("\n");
}

/** The gate's own words: there is no second judgement of what holds. */
function gateWords(
  { gate }: DiagnosisView,
  { timeZone }: DiagnosisTextOptions,
): string {
  return gate.exitCode === 2
    ? [
      `The gate waits: ${headWords(gate)}.`,
      `Until ${untilWords(gate, timeZone)}.`,
      whyWords(gate),
    ].join("\n")
    : gate.exitCode === 3
    ? `The gate cannot tell: ${headWords(gate)}.`
    : `The gate is open: ${headWords(gate)}.`;
}

function stepText({ words, commands }: DiagnosisStep, number: number): string {
  const mark = `${number}.`.padEnd(3);
  return indented(
    [`${mark}${words}`, ...commands.map((one) => `$ ${one}`)].join("\n"),
  );
}
