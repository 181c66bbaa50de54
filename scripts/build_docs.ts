/**
 * Writes the pages of `docs/` that are made from code: one a layer, the variables, and the table of the Python
 * metal-guard's names. With `--check` it says which of them are out of date.
 *
 * @module
 */
import { KNOBS } from "../lib/config.ts";
import { LAYERS } from "../lib/core/layers.ts";
import { LAYER_NOTES } from "./docs/layer_notes.ts";
import { layerPage } from "./docs/layer_page.ts";
import { readModuleDocs } from "./docs/module_docs.ts";
import { namesTable } from "./docs/names_table.ts";
import { variablesPage } from "./docs/variables_page.ts";
import { finish, type Problem } from "./problem.ts";
import { isFile, listFiles, projectRoot } from "./source_tree.ts";

const LAYER_FOLDER = "docs/layers";
const MIGRATION = "docs/migration.md";
const NAMES_BEGIN = "<!-- names:begin -->";
const NAMES_END = "<!-- names:end -->";

/**
 * Makes every page.
 *
 * @param root The project's folder, absolute.
 * @returns Texts by path below it, formatted as `deno fmt` wants them.
 */
export async function makePages(
  root: string,
): Promise<ReadonlyMap<string, string>> {
  const docs = await readModuleDocs(
    root,
    LAYERS.map(({ name }) => `lib/layers/${name}.ts`),
  );
  const pages = new Map<string, string>();
  for (const row of LAYERS) {
    pages.set(
      `${LAYER_FOLDER}/${row.name}.md`,
      layerPage({
        row,
        note: LAYER_NOTES[row.name],
        parts: docs.get(`lib/layers/${row.name}.ts`) ?? [],
        tests: Deno.readTextFileSync(
          `${root}/tests/layers/${row.name}_test.ts`,
        ),
      }),
    );
  }
  pages.set("docs/variables.md", variablesPage(KNOBS));
  const migration = Deno.readTextFileSync(`${root}/${MIGRATION}`);
  pages.set(MIGRATION, withNames(migration));
  return await formatted(root, pages);
}

/** The page with its table of names made anew. */
export function withNames(page: string): string {
  const begin = page.indexOf(NAMES_BEGIN);
  const end = page.indexOf(NAMES_END);
  if (begin < 0 || end < begin) {
    throw new Error(`${MIGRATION} has no ${NAMES_BEGIN} … ${NAMES_END}`);
  }
  return `${page.slice(0, begin + NAMES_BEGIN.length)}\n\n${namesTable()}\n\n${
    page.slice(end)
  }`;
}

/** As the formatter writes them, so that it and this never both want to change a page. */
async function formatted(
  root: string,
  pages: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, string>> {
  const folder = Deno.makeTempDirSync({ prefix: "metal-guard-docs-" });
  try {
    const names = [...pages.keys()];
    const fileOf = (path: string): string =>
      `${folder}/${names.indexOf(path)}.md`;
    for (const [path, text] of pages) {
      Deno.writeTextFileSync(fileOf(path), text);
    }
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["fmt", "--quiet", "--config", `${root}/deno.json`, folder],
      env: { NO_COLOR: "1" },
    }).output();
    if (!success) {
      throw new Error(
        `Cannot format the pages: ${new TextDecoder().decode(stderr)}`,
      );
    }
    return new Map(
      names.map((path) => [path, Deno.readTextFileSync(fileOf(path))]),
    );
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** Pages of layers that are no more. */
function orphanPages(
  root: string,
  pages: ReadonlyMap<string, string>,
): readonly string[] {
  return listFiles(root, LAYER_FOLDER).filter((path) => !pages.has(path));
}

async function main(args: readonly string[]): Promise<void> {
  const root = projectRoot([]);
  const pages = await makePages(root);
  const orphans = orphanPages(root, pages);
  const fix = "deno task build:readme";
  const stale = [...pages].filter(([path, text]) =>
    !isFile(root, path) || Deno.readTextFileSync(`${root}/${path}`) !== text
  );
  if (!args.includes("--check")) {
    Deno.mkdirSync(`${root}/${LAYER_FOLDER}`, { recursive: true });
    for (const [path, text] of stale) {
      Deno.writeTextFileSync(`${root}/${path}`, text);
    }
    for (const path of orphans) Deno.removeSync(`${root}/${path}`);
    return;
  }
  const problems: readonly Problem[] = [
    ...stale.map(([path]) => ({ path, message: "is out of date", fix })),
    ...orphans.map((path) => ({ path, message: "belongs to no layer", fix })),
  ];
  finish("build:readme", problems, `${pages.size} pages are up to date`);
}

if (import.meta.main) void main(Deno.args);
