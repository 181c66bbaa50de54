/**
 * What to do now, as steps: words, and commands to paste.
 *
 * @module
 */
import type { ErrorClass } from "../core/failure.ts";
import { plainText, shellWord } from "../core/plain_text.ts";
import type { DiagnosisView } from "./diagnosis_view.ts";
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
    ...wiredSteps(view),
    ...modelSteps(view),
    ...goodModelSteps(view),
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

/** The only cure with a controlled test behind it (mlx#3186). */
function wiredSteps({ diagnosis }: DiagnosisView): readonly DiagnosisStep[] {
  const { situation } = diagnosis;
  return situation !== "gpu_panic" && situation !== "gpu_panic_loop" ? [] : [{
    words:
      "When you go on, keep MLX from wiring memory: of all cures only this one was tested (10 of 10 runs clean against 3 of 3 panics). It costs speed where a model nearly fills memory.",
    commands: ["metal-guard run --wired-limit off -- CMD"],
  }];
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

/** Back to what ran well, unless that should not be used itself; away from what should not be used. */
function versionSteps(view: DiagnosisView): readonly DiagnosisStep[] {
  const { blocked, python } = view;
  if (python.kind === "unknown") return [];
  const back = packagesToGoBackTo(view);
  const steps: DiagnosisStep[] = back.length === 0 ? [] : [{
    words: `Go back to what ran well: ${
      back.map(([name, version]) => `${name} ${version}`).join(", ")
    }.`,
    commands: [
      installCommand(
        python.value,
        back.map(([name, version]) => `${name}==${version}`),
      ),
    ],
  }];
  for (const { release } of blocked) {
    if (back.some(([name]) => name === release.package)) continue;
    const to = release.recommends.find((one) => one.knownIssues.length === 0);
    if (to === undefined) continue;
    const sign = to.orLater === true ? ">=" : "==";
    steps.push({
      words:
        `Leave ${release.package} ${release.version}: it must not be used.`,
      commands: [
        installCommand(python.value, [`${to.package}${sign}${to.version}`]),
      ],
    });
  }
  return steps;
}

/** Packages that changed, with the version that ran well. What is no version is not handed to a shell. */
function packagesToGoBackTo(
  { changes }: DiagnosisView,
): readonly (readonly [string, string])[] {
  if (changes.kind === "unknown" || changes.value.isAfter) return [];
  const { blockedBefore, pairs } = changes.value;
  return pairs.flatMap(({ what, state, before }) => {
    const isPackage = !SYSTEM_THINGS.has(what) && PACKAGE.test(what);
    const isShunned = blockedBefore.some(({ release }) =>
      release.package === what
    );
    return state === "changed" && isPackage && !isShunned &&
        typeof before === "string" && VERSION.test(before)
      ? [[what, before] as const]
      : [];
  });
}

const PACKAGE = /^[a-z0-9][a-z0-9-]{0,60}$/;
const VERSION = /^[0-9A-Za-z.!+_-]{1,60}$/;

/** The model that ran well, where another one failed and the registry has not named it already. */
function goodModelSteps(view: DiagnosisView): readonly DiagnosisStep[] {
  const { changes, model } = view;
  if (changes.kind === "unknown" || changes.value.isAfter) return [];
  const pair = changes.value.pairs.find((one) =>
    one.what === "model" && one.state === "changed"
  );
  const match = model?.exact ?? model?.near[0];
  return typeof pair?.before !== "string" ||
      pair.before === match?.entry.safeAlternative?.id
    ? []
    : [{
      words: `Or take the model that ran well: ${plainText(pair.before, 160)}.`,
      commands: [],
    }];
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

/** Where nothing else says what to do. */
function quietSteps(view: DiagnosisView): readonly DiagnosisStep[] {
  const { incident, situation } = view.diagnosis;
  if (situation === "gpu_reset" || situation === "process_abort") {
    return [{
      words:
        "Start the work again. If it comes back, shorten the context or take a smaller model, and look at what else failed:",
      commands: ["metal-guard aborts --since-hours 168"],
    }];
  }
  if (situation === "other_panic" && incident?.kind === "panic") {
    return [{
      words:
        "Look at the report; where it names a driver, update or remove it:",
      commands: [`head -c 2000 ${shellWord(incident.record.sourceFile)}`],
    }];
  }
  if (situation !== "nothing") return [];
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
