/**
 * What to do now, as steps: words, and commands to paste.
 *
 * @module
 */
import type { ErrorClass } from "../core/failure.ts";
import { plainText, shellWord } from "../core/plain_text.ts";
import type { DiagnosisView } from "./diagnosis_view.ts";
import { pairName } from "./diagnosis_background.ts";
import { alternativeWords } from "./registry_check.ts";

/** One thing to do. */
export interface DiagnosisStep {
  /** What, in words. */
  readonly words: string;
  /** Commands, one a line, without their `$ `. */
  readonly commands: readonly string[];
}

/** What to do now, the first thing first. */
export function diagnosisSteps(
  view: DiagnosisView,
  classes: readonly ErrorClass[],
): readonly DiagnosisStep[] {
  return [
    ...evidenceSteps(view),
    ...classSteps(view, classes),
    ...modelSteps(view),
    ...versionSteps(view),
    ...memorySteps(view),
    ...gateSteps(view),
    ...quietSteps(view),
  ];
}

/** Reports are thrown away after some weeks, and Apple fixes what is reported. */
function evidenceSteps({ diagnosis }: DiagnosisView): readonly DiagnosisStep[] {
  switch (diagnosis.situation) {
    case "gpu_panic":
    case "gpu_panic_loop":
      return [{
        words: "Keep the evidence, and tell Apple:",
        commands: [
          "metal-guard postmortem ~/metal-guard-postmortem",
          "metal-guard feedback",
        ],
      }];
    case "watchdog_with_gpu_work":
    case "suspected_panic":
      return [{
        words: "Keep the evidence:",
        commands: ["metal-guard postmortem ~/metal-guard-postmortem"],
      }];
    default:
      return [];
  }
}

/** The next step that the class of the failure asks for. */
function classSteps(
  { diagnosis: { incident } }: DiagnosisView,
  classes: readonly ErrorClass[],
): readonly DiagnosisStep[] {
  const name = incident?.kind === "abort" ? incident.record.errorClass : "";
  const found = incident?.kind === "panic"
    ? incident.signature?.errorClass
    : classes.find((one) => one.name === name);
  return found === undefined ? [] : [{ words: found.nextStep, commands: [] }];
}

function modelSteps({ model }: DiagnosisView): readonly DiagnosisStep[] {
  const match = model?.exact ?? model?.near[0];
  if (match === undefined) return [];
  const { entry } = match;
  const presumed = match.kind === "exact" ? "" : " (presumed, not confirmed)";
  const instead = entry.safeAlternative === null
    ? plainText(entry.recommendation, 700)
    : `Instead of this model: ${alternativeWords(entry)}`;
  return [{
    words: `${instead}${presumed}`,
    commands: [`metal-guard registry show ${shellWord(entry.id)}`],
  }];
}

/** Back to what ran well, unless that should not be used itself. */
function versionSteps(view: DiagnosisView): readonly DiagnosisStep[] {
  const { changes, python, blocked } = view;
  const steps: DiagnosisStep[] = [];
  if (changes.kind === "known" && !changes.value.isAfter) {
    const shunned = new Set(
      changes.value.blockedBefore.map(({ release }) => release.package),
    );
    const back = changes.value.pairs.filter((pair) =>
      pair.state === "changed" && typeof pair.before === "string" &&
      !SYSTEM_THINGS.has(pair.what) && !shunned.has(pair.what)
    );
    if (back.length > 0 && python.kind === "known") {
      steps.push({
        words: `Go back to what ran well: ${
          back.map((pair) =>
            `${pairName(pair)} ${plainText(pair.before ?? "")}`
          )
            .join(", ")
        }.`,
        commands: [installCommand(
          python.value,
          back.map((pair) => `${pair.what}==${pair.before}`),
        )],
      });
    }
    const model = changes.value.pairs.find((pair) =>
      pair.what === "model" && pair.state === "changed"
    );
    if (typeof model?.before === "string") {
      steps.push({
        words: `Or to the model that ran well: ${
          plainText(model.before, 160)
        }.`,
        commands: [],
      });
    }
  }
  for (const { release } of blocked) {
    const [to] = release.recommends.filter((one) =>
      one.knownIssues.length === 0
    );
    if (to === undefined || python.kind !== "known") continue;
    steps.push({
      words:
        `Leave ${release.package} ${release.version}: it must not be used.`,
      commands: [installCommand(python.value, [
        `${to.package}${to.orLater === true ? ">=" : "=="}${to.version}`,
      ])],
    });
  }
  return steps;
}

const SYSTEM_THINGS: ReadonlySet<string> = new Set([
  "os_build",
  "gpu_driver",
  "python",
  "model",
]);

function installCommand(
  python: { readonly interpreter: string; readonly kind: string },
  packages: readonly string[],
): string {
  const interpreter = shellWord(python.interpreter);
  const words = packages.map(shellWord).join(" ");
  return python.kind === "uv"
    ? `uv pip install --python ${interpreter} ${words}`
    : `${interpreter} -m pip install ${words}`;
}

function memorySteps(
  { diagnosis, model }: DiagnosisView,
): readonly DiagnosisStep[] {
  if (diagnosis.situation !== "memory_kill") return [];
  return [{
    words:
      "See what this work needs, then limit it, so that it ends before the Mac runs dry:",
    commands: [
      ...(model === null
        ? []
        : [`metal-guard fit ${shellWord(model.modelId)}`]),
      "metal-guard run --observe -- CMD",
    ],
  }];
}

/** The gate's own ways out, in its words. */
function gateSteps({ gate }: DiagnosisView): readonly DiagnosisStep[] {
  return gate.howToClear.map((way) => {
    const lines = way.split("\n");
    return {
      words: lines.filter((line) => !line.startsWith("$ "))
        .map((line) => plainText(line, 600)).join(" "),
      commands: lines.filter((line) => line.startsWith("$ "))
        .map((line) => plainText(line.slice(2), 1_000)),
    };
  });
}

function quietSteps(view: DiagnosisView): readonly DiagnosisStep[] {
  if (view.diagnosis.situation !== "nothing") return [];
  return view.diagnosis.doubts.includes("other_machine")
    ? [{
      words: "Ask on the Mac itself, or of a folder of reports copied from it:",
      commands: ["METALGUARD_REPORT_DIRS=FOLDER metal-guard diagnose"],
    }]
    : [{
      words:
        "Nothing. If this Mac went down all the same, ask again in ten minutes, and look at everything:",
      commands: ["metal-guard doctor"],
    }];
}
