import {
  type FunctionExtent,
  type FunctionSite,
  functionSites,
} from "./function_sites.ts";

/** A piece of the program and what stands there instead. */
interface Change {
  readonly from: number;
  readonly to: number;
  readonly text: () => string;
}

/**
 * Asks V8 to compile functions together with the program, so that they come out of its code cache and not one by one
 * from their text when they are first called. V8 takes brackets around a function for a promise that it is about to be
 * called; only that form is known to its cache. Declarations become variables in front of their scope, methods become
 * properties of the prototype, private methods fields in front of all others.
 *
 * @param program A bundle.
 * @param called Functions that are called in every run that matters.
 * @returns A program that does the same.
 * @throws {SyntaxError} If the bundle is no module.
 */
export function compileEagerly(
  program: string,
  called: readonly FunctionExtent[],
): string {
  // One end is shared by `a => b => c`, one start by nothing that has a name in front of it.
  const places = new Set(called.map(({ start, end }) => `${start} ${end}`));
  const sites = functionSites(program).filter(({ code, outer }) =>
    [code.start, outer.start].some((start) =>
      places.has(`${start} ${code.end}`)
    ) || places.has(`${program.indexOf("(", outer.start)} ${code.end}`)
  );
  return new EagerProgram(program, sites).write();
}

class EagerProgram {
  readonly #program: string;
  readonly #changes: readonly Change[];

  constructor(program: string, sites: readonly FunctionSite[]) {
    this.#program = program;
    const homes = Map.groupBy(
      sites.filter(({ form }) => form !== "expression" && form !== "property"),
      ({ home }) => home,
    );
    this.#changes = [
      ...[...homes].map(([at, moved]): Change => ({
        from: at,
        to: at,
        text: () => this.#inFront(moved),
      })),
      ...sites.map((site): Change => ({
        from: site.outer.start,
        to: site.outer.end,
        text: () => this.#inPlace(site),
      })),
    ].toSorted((a, b) => a.from - b.from || a.to - b.to);
  }

  write(): string {
    return this.#between(0, this.#program.length);
  }

  /** What stands where a function stood. */
  #inPlace(site: FunctionSite): string {
    switch (site.form) {
      case "expression":
        return `(${this.#code(site)})`;
      case "property":
        return `${site.name}:${this.#asFunction(site)}`;
      default:
        // A semicolon keeps what stood on both sides apart.
        return ";";
    }
  }

  /** What stands in front of a scope or in a class from which functions were moved. */
  #inFront(moved: readonly FunctionSite[]): string {
    const fields: string[] = [];
    const methods: string[] = [];
    const variables: string[] = [];
    for (const site of moved) {
      const text = this.#asFunction(site);
      switch (site.form) {
        case "declaration":
          variables.push(`${site.name}=${text}`);
          break;
        case "private method":
          fields.push(`${site.name}=${text};`);
          break;
        case "getter":
          methods.push(
            `Object.defineProperty(this.prototype,"${site.name}",{get:${text},configurable:!0});`,
          );
          break;
        default:
          methods.push(`this.prototype.${site.name}=${text};`);
      }
    }
    const keyword = moved[0]?.isInBlock === true ? "let" : "var";
    return [
      variables.length === 0 ? "" : `${keyword} ${variables.join(",")};`,
      methods.length === 0 ? "" : `static{${methods.join("")}}`,
      ...fields,
    ].join("");
  }

  #asFunction(site: FunctionSite): string {
    // A declaration keeps its name; a method has none inside itself, and one could hide a variable.
    const name = site.form === "declaration" ? ` ${site.name}` : "";
    return `(${site.keyword}${name}${this.#code(site)})`;
  }

  #code({ code }: FunctionSite): string {
    return this.#between(code.start, code.end, code);
  }

  /** The program between two places with every change but the one around it. */
  #between(from: number, to: number, inside?: FunctionExtent): string {
    let text = "";
    let at = from;
    for (const change of this.#changes) {
      const isAround = inside !== undefined && change.from <= inside.start &&
        change.to >= inside.end;
      if (isAround || change.from < at || change.to > to) continue;
      text += this.#program.slice(at, change.from) + change.text();
      at = change.to;
    }
    return text + this.#program.slice(at, to);
  }
}
