import { type Finding, finding } from "../core/finding.ts";
import { plainText, shellWord } from "../core/plain_text.ts";
import type { AdvisoryVerdict } from "./advisories.ts";

/** What is known against one Python. */
export interface InstalledFacts
  extends Pick<AdvisoryVerdict, "advisories" | "blocked"> {
  /** The interpreter. */
  readonly interpreter: string;
}

/**
 * Turns what is known against an installation into things to look at: releases that must not be used, each, and the rest
 * in one line. What is merely good to know is nothing to look at.
 *
 * It reports, and refuses nothing.
 */
export function evaluateInstalled(facts: InstalledFacts): readonly Finding[] {
  const { interpreter, advisories, blocked } = facts;
  const python = plainText(interpreter, 300);
  const more = `What to use instead:\n$ metal-guard advisories --python ${
    shellWord(interpreter)
  }`;
  const grave = advisories.filter(({ advisory }) =>
    advisory.severity !== "info"
  );
  const names = grave.map(({ advisory, version }) =>
    `${plainText(advisory.issue, 80)} (${advisory.package} ${
      plainText(version, 40)
    })`
  );
  return [
    ...blocked.map(({ release, version }) =>
      finding(
        "release-blocked",
        `${release.package} ${
          plainText(version, 40)
        } of ${python} must not be used: ${release.reason}`,
        more,
      )
    ),
    ...(names.length === 0 ? [] : [finding(
      "release-advisory",
      `${
        names.length === 1 ? "A fault is" : `${names.length} faults are`
      } on record of what ${python} has: ${names.join(", ")}`,
      more,
    )]),
  ];
}
