import { PACKAGES } from "./import_table.ts";
import type { Dependency, ModuleGraph } from "./module_graph.ts";
import type { Problem } from "./problem.ts";
import { fileUrl, isFile } from "./source_tree.ts";

/** Programs that start with every shell or every launchd job, and what they start with. */
export const FAST_COMMANDS: readonly string[] = [
  "lib/cli/commands/panic_gate.ts",
  "lib/cli/commands/status_write.ts",
];
const ALWAYS_LOADED: readonly string[] = [
  "main.ts",
  "lib/program.ts",
  "lib/status_program.ts",
  "lib/registry_program.ts",
  "lib/run_program.ts",
  "lib/cli/run.ts",
];

/** Modules of Node that packages also name without `node:`. */
const NODE_IMPORT =
  /(?:\bfrom|\bimport|\brequire\()\s{0,9}["'](node:[a-z_/]+|assert|buffer|child_process|crypto|events|fs|fs\/promises|module|os|path|process|readline|stream|tty|url|util|worker_threads)["']/;

/**
 * Proves that nothing which a fast command loads is a module of Node or a heavy package.
 *
 * Followed are static imports, and the dynamic ones of the command's own file: a lazily loaded part of the command is
 * still the command. The dynamic imports of others lead to other commands.
 *
 * @param root The project's folder.
 * @param graph Its modules.
 */
export function checkFastPath(root: string, graph: ModuleGraph): Problem[] {
  const commands = FAST_COMMANDS.filter((path) => isFile(root, path));
  const start = [...commands, ...ALWAYS_LOADED].filter((path) =>
    isFile(root, path)
  );
  const own = new Set(commands.map((path) => fileUrl(`${root}/${path}`)));
  const queue = start.map((path) => ({
    url: fileUrl(`${root}/${path}`),
    way: [path],
  }));
  const seen = new Set(queue.map(({ url }) => url));
  const problems: Problem[] = [];
  for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
    const { url, way } = at;
    for (const one of graph.imports.get(url) ?? []) {
      if (one.isTypeOnly || (one.isDynamic && !own.has(url))) continue;
      const problem = judgeFast(root, graph, way, one);
      if (problem !== undefined) problems.push(problem);
      if (one.target?.startsWith("file:") !== true || seen.has(one.target)) {
        continue;
      }
      seen.add(one.target);
      queue.push({
        url: one.target,
        way: [...way, pathBelow(root, one.target)],
      });
    }
  }
  return problems;
}

/** Path of a `file:` address below the project's folder. */
export function pathBelow(root: string, url: string): string {
  const base = `${fileUrl(root)}/`;
  return url.startsWith(base)
    ? decodeURIComponent(url.slice(base.length))
    : url;
}

function judgeFast(
  root: string,
  graph: ModuleGraph,
  way: readonly string[],
  one: Dependency,
): Problem | undefined {
  const path = way.at(-1) ?? root;
  const place = { path, line: one.line };
  const loadedBy = `loaded by ${way.join(" → ")}`;
  if (one.target?.startsWith("node:") === true) {
    return {
      ...place,
      message: `${one.target} is on the fast path (${loadedBy})`,
      fix:
        "use a port, or load the module that needs it with import(…) from a command that may be slow",
    };
  }
  if (one.target?.startsWith("npm:") !== true) return undefined;
  const key = [...graph.packages].find(([, found]) =>
    one.specifier === found.name || one.specifier.startsWith(`${found.name}/`)
  )?.[0];
  if (key === undefined) return undefined;
  const name = graph.packages.get(key)?.name ?? key;
  if (PACKAGES[name]?.isHeavy === true) {
    return {
      ...place,
      message: `${name} is on the fast path (${loadedBy})`,
      fix: "load it with import(…) where it is needed",
    };
  }
  const culprit = nodeImportIn(graph, key, new Set());
  return culprit === undefined ? undefined : {
    ...place,
    message: `${name} is on the fast path (${loadedBy}) and ${culprit}`,
    fix:
      "load it with import(…), or take a package that needs no module of Node",
  };
}

/** Looks through the files of a package and of what it needs for a module of Node. */
function nodeImportIn(
  graph: ModuleGraph,
  key: string,
  seen: Set<string>,
): string | undefined {
  const one = graph.packages.get(key);
  if (one === undefined || seen.has(key)) return undefined;
  seen.add(key);
  if (one.folder === undefined) return `its files were not found: ${key}`;
  for (const file of scriptsBelow(one.folder)) {
    const match = NODE_IMPORT.exec(Deno.readTextFileSync(file));
    if (match !== null) return `${key} loads "${match[1]}"`;
  }
  for (const next of one.dependencies) {
    const found = nodeImportIn(graph, next, seen);
    if (found !== undefined) return found;
  }
  return undefined;
}

function scriptsBelow(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) return scriptsBelow(path);
    return /\.[cm]?js$/.test(entry.name) ? [path] : [];
  });
}
