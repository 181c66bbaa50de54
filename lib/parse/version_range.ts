import { isInSpecifier, tryParseSpecifier } from "./pep440_specifier.ts";
import { tryParseVersion } from "./pep440_version.ts";

/**
 * Whether a version is in a specifier, both as text.
 *
 * @param version E.g. `0.31.2`.
 * @param specifier E.g. `>=0.31.0,<=0.31.2`.
 * @returns `undefined` when either is not of PEP 440: it cannot be told.
 */
export function isVersionIn(
  version: string,
  specifier: string,
): boolean | undefined {
  const parsed = tryParseVersion(version);
  const clauses = parsed === undefined
    ? undefined
    : tryParseSpecifier(specifier);
  return parsed === undefined || clauses === undefined
    ? undefined
    : isInSpecifier({ text: version, parsed }, clauses);
}
