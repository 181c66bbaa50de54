/** What a formula has to be told. */
export interface FormulaFacts {
  /** Address of the project, without a slash at its end. */
  readonly homepage: string;
  /** The program's version. */
  readonly version: string;
  /** File name of the universal archive. */
  readonly archive: string;
  /** Its SHA-256. */
  readonly sha256: string;
}

/** What a value may consist of: it stands in a text of Ruby, where quotes and `#{` would do something. */
const PLAIN = /^[\w.:/@-]+$/;

/**
 * Fills in the template of the Homebrew formula.
 *
 * @param template Text of `packaging/metal-guard.rb`.
 * @throws {Error} If a value is not plain, or the template asks for one that is not known.
 */
export function fillFormula(template: string, facts: FormulaFacts): string {
  const values: ReadonlyMap<string, string> = new Map([
    ["HOMEPAGE", facts.homepage],
    ["VERSION", facts.version],
    ["ARCHIVE", facts.archive],
    ["SHA256", facts.sha256],
  ]);
  return template.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = values.get(name);
    if (value === undefined) throw new Error(`The formula asks for ${name}`);
    if (!PLAIN.test(value)) {
      throw new Error(`${name} cannot stand in the formula: ${value}`);
    }
    return value;
  });
}
