import { fileUrl, listFiles } from "../source_tree.ts";
import type { FuzzTarget } from "./run.ts";
import { failureTexts, IOREG, reportTexts, STATE } from "./samples.ts";

/** One exported function that reads foreign text. */
export interface FoundReader {
  /** Its file, below the project's folder. */
  readonly path: string;
  /** Its name. */
  readonly name: string;
  /** Whether a text is all that it takes. */
  readonly isPlain: boolean;
}

const READER =
  /^export function (?<name>(?:decode|parse|tryParse)[A-Z]\w*)(?:<[^>(]*>)?\(\s*(?<first>\w+: string,?\s*\))?/gm;

/** Every reader of `lib/parse/`, by the names that readers have. */
export function findReaders(root: string): readonly FoundReader[] {
  return listFiles(root, "lib/parse")
    .filter((path) => path.endsWith(".ts"))
    .flatMap((path) =>
      readersIn(Deno.readTextFileSync(`${root}/${path}`)).map((one) => ({
        path,
        ...one,
      }))
    );
}

/** The readers that one source text exports. */
export function readersIn(
  source: string,
): readonly Omit<FoundReader, "path">[] {
  return [...source.matchAll(READER)].map(({ groups }) => ({
    name: groups?.["name"] ?? "",
    isPlain: groups?.["first"] !== undefined,
  }));
}

/**
 * Targets for readers that nobody has made one for: those that take a text and nothing else.
 *
 * @param root The project's folder.
 * @param known Targets that there are.
 * @returns The targets, and the readers that need one made by hand.
 */
export async function foundTargets(
  root: string,
  known: readonly FuzzTarget[],
): Promise<
  {
    readonly targets: readonly FuzzTarget[];
    readonly left: readonly FoundReader[];
  }
> {
  const covered = new Set(known.flatMap(({ covers }) => covers));
  const rest = findReaders(root).filter(({ name }) => !covered.has(name));
  const samples = [
    ...Object.values(STATE),
    ...IOREG,
    ...reportTexts(),
    ...failureTexts(),
  ];
  const targets: FuzzTarget[] = [];
  for (const { path, name } of rest.filter(({ isPlain }) => isPlain)) {
    const module: unknown = await import(fileUrl(`${root}/${path}`));
    targets.push({
      name,
      covers: [name],
      // Who says try in its name answers undefined instead.
      mayRefuse: !name.startsWith("try"),
      samples,
      read: readerOf(module, name),
    });
  }
  return { targets, left: rest.filter(({ isPlain }) => !isPlain) };
}

function readerOf(module: unknown, name: string): FuzzTarget["read"] {
  const read: unknown = typeof module === "object" && module !== null
    ? Reflect.get(module, name)
    : undefined;
  if (typeof read !== "function") throw new Error(`Cannot find ${name}`);
  return (text): undefined => {
    read(text);
  };
}
