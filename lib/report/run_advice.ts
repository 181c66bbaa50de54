import { plainText, shellWord } from "../core/plain_text.ts";
import type { AdvisoryVerdict } from "../policy/advisories.ts";
import type { RegistryAnswer } from "../policy/registry_lookup.ts";
import { registryWarning } from "./registry_check.ts";

/** Something that is known against a start. */
export interface RunNote {
  /** For whoever starts it: what is known, then what to do, a line each. A line that starts with `$ ` is a command. */
  readonly lines: readonly [string, ...string[]];
  /** For the report, which names no argument of the command: the model is not spelled out. */
  readonly recorded: string;
}

/** Longest words of a note, in characters. */
const MOST_WORDS = 600;
/** What one sees of a fault: the whole of it is what `advisories` is for. */
const MOST_SYMPTOM = 200;

/**
 * What is known against a start, the gravest first: the model, releases that should not be used, grave advisories, and
 * how many of medium weight there are.
 *
 * @param model What the registry says; `null` where no model is named.
 * @param versions What is known against what is installed; `null` where it is not known.
 * @param python The Python that was looked at, for the command that shows all of it.
 */
export function runNotes(
  model: RegistryAnswer | null,
  versions: AdvisoryVerdict | null,
  python: string,
): readonly RunNote[] {
  const { blocked = [], advisories = [] } = versions ?? {};
  const grave = advisories.filter(({ advisory }) =>
    advisory.severity === "critical" || advisory.severity === "high"
  );
  const medium = advisories.filter(({ advisory }) =>
    advisory.severity === "medium"
  );
  const all = `metal-guard advisories --python ${shellWord(python)}`;
  return [
    ...(model === null || model.level === "clear" ? [] : [modelNote(model)]),
    ...blocked.map(({ release, version }) =>
      same(
        `${release.package} ${version} must not be used (${release.severity}): ${release.reason}`,
      )
    ),
    ...grave.map(({ advisory, version, openCondition }) =>
      same(
        `${advisory.package} ${version} (${advisory.severity}${
          openCondition === null ? "" : `, if ${openCondition}`
        }): ${plainText(advisory.symptom, MOST_SYMPTOM)} ${advisory.url}`,
      )
    ),
    ...(medium.length === 0 ? [] : [lesserNote(medium.length, all)]),
  ];
}

function lesserNote(count: number, command: string): RunNote {
  const noun = count === 1 ? "fault" : "faults";
  const words = `${count} lesser known ${noun} of what is installed`;
  return { lines: [words, `$ ${command}`], recorded: words };
}

function modelNote(found: RegistryAnswer): RunNote {
  const [match] = [found.exact, ...found.near].filter((one) => one !== null);
  const entry = match?.entry ?? found.elsewhere;
  const presumed = found.exact === null ? ", presumed and not confirmed" : "";
  const instead = found.exact?.entry.safeAlternative?.id;
  return {
    lines: [
      plainText(registryWarning(found), MOST_WORDS),
      ...(instead === undefined
        ? []
        : [`instead of it: ${plainText(instead, 160)}`]),
      ...(entry === null || entry === undefined
        ? []
        : [`$ metal-guard registry show ${shellWord(entry.id)}`]),
    ],
    recorded: `the registry has an entry for this model (${
      entry?.tier ?? "unknown"
    }${presumed})`,
  };
}

function same(text: string): RunNote {
  const words = plainText(text, MOST_WORDS);
  return { lines: [words], recorded: words };
}
