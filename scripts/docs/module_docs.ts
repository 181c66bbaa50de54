import { asList, asObject, asText } from "../json.ts";

/** One documented member of a class. */
export interface DocumentedMember {
  /** Its name. */
  readonly name: string;
  /** First paragraph of its doc comment. */
  readonly summary: string;
}

/** One exported class or function. */
export interface DocumentedPart {
  /** Its name. */
  readonly name: string;
  /** Its doc comment without tags, as paragraphs that were joined. */
  readonly summary: string;
  /** Methods and getters with a doc comment. */
  readonly members: readonly DocumentedMember[];
}

/**
 * Asks `deno doc` what modules say of themselves.
 *
 * @param root The project's folder, absolute.
 * @param paths Paths below it.
 * @returns Exported classes and functions by path.
 * @throws {Error} If `deno doc` fails.
 */
export async function readModuleDocs(
  root: string,
  paths: readonly string[],
): Promise<ReadonlyMap<string, readonly DocumentedPart[]>> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", "--json", ...paths],
    cwd: root,
    env: { NO_COLOR: "1" },
  }).output();
  const decoder = new TextDecoder();
  if (!success) {
    throw new Error(`Cannot read doc comments: ${decoder.decode(stderr)}`);
  }
  return decodeModuleDocs(JSON.parse(decoder.decode(stdout)), root);
}

/** Takes from the answer of `deno doc --json` what pages are made of. */
export function decodeModuleDocs(
  answer: unknown,
  root: string,
): ReadonlyMap<string, readonly DocumentedPart[]> {
  const byPath = new Map<string, readonly DocumentedPart[]>();
  for (
    const [url, node] of Object.entries(asObject(asObject(answer)["nodes"]))
  ) {
    const path = decodeURIComponent(new URL(url).pathname)
      .slice(root.length + 1);
    const parts = asList(asObject(node)["symbols"]).flatMap(partOf);
    byPath.set(path, parts);
  }
  return byPath;
}

function partOf(value: unknown): readonly DocumentedPart[] {
  const symbol = asObject(value);
  const declaration = asList(symbol["declarations"]).map(asObject).find((one) =>
    one["kind"] === "class" || one["kind"] === "function"
  );
  const name = asText(symbol["name"]);
  if (declaration === undefined || name === undefined) return [];
  const members = asList(asObject(declaration["def"])["methods"]).map(asObject)
    .filter((one) => one["accessibility"] !== "private")
    .map((one) => ({
      name: asText(one["name"]) ?? "",
      summary: docOf(one).split("\n\n", 1)[0] ?? "",
    }))
    .filter(({ summary }) => summary !== "");
  return [{ name, summary: docOf(declaration), members }];
}

function docOf(declaration: Readonly<Record<string, unknown>>): string {
  return asText(asObject(declaration["jsDoc"])["doc"]) ?? "";
}
