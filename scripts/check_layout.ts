/**
 * Proves that each source file has its mirror in `tests/`, that none is too long, and that each row of `LAYERS` has its
 * file and a test that names its fail direction. Takes the project's folder as its argument.
 *
 * @module
 */
import { asList, asObject, asText } from "./json.ts";
import { finish, type Problem } from "./problem.ts";
import { fileUrl, isFile, listFiles, projectRoot } from "./source_tree.ts";

/** Most lines of a source file. */
const MAX_LINES = 400;
/** Most lines of a file in C or Objective-C. */
const MAX_C_LINES = 600;

/** Words of which one must stand in a test's name, by the row's `fails`. */
const DIRECTION: Readonly<Record<string, RegExp>> = {
  open: /\bfails? open\b/i,
  closed: /\bfails? closed\b/i,
  reports: /\breports\b/i,
};

/** What {@linkcode checkLayout} looked at and found. */
export interface LayoutReport {
  /** Source files it looked at. */
  readonly files: readonly string[];
  /** What is wrong. */
  readonly problems: readonly Problem[];
}

/** Looks at the tree below `root`. */
export async function checkLayout(root: string): Promise<LayoutReport> {
  const files = [
    ...["main.ts", "mod.ts"].filter((path) => isFile(root, path)),
    ...["lib", "ffi", "scripts", "tests"].flatMap((folder) =>
      listFiles(root, folder)
    ).filter((path) => /\.(?:ts|m|c|h)$/.test(path)),
  ];
  if (!files.some((path) => path.startsWith("lib/"))) {
    return {
      files,
      problems: [{
        path: "lib",
        message: "no source file found",
        fix: "give the project's folder as the argument",
      }],
    };
  }
  const problems = files.flatMap((path) => {
    const text = Deno.readTextFileSync(`${root}/${path}`);
    return [...checkLength(path, text), ...checkMirror(root, path, text)];
  });
  problems.push(...await checkLayers(root));
  return { files, problems };
}

function checkLength(path: string, text: string): Problem[] {
  const lines = text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
  const most = path.endsWith(".ts") ? MAX_LINES : MAX_C_LINES;
  return lines <= most ? [] : [{
    path,
    message: `${lines} lines, at most ${most} are allowed`,
    fix: "split it by its ideas, one a file",
  }];
}

/**
 * Where the tests of a source file may stand, the usual place first.
 *
 * @param path Path below the project's folder, e.g. `lib/parse/x.ts`.
 */
export function mirrorsOf(path: string): string[] {
  const name = path.replace(/^lib\//, "").replace(/\.ts$/, "_test.ts");
  const port = /^adapters\/deno\/(?<file>[^/]+)$/.exec(name)?.groups?.["file"];
  return port === undefined
    ? [`tests/${name}`]
    : [`tests/ports/${port}`, `tests/${name}`];
}

function checkMirror(root: string, path: string, text: string): Problem[] {
  if (!path.startsWith("lib/") || !path.endsWith(".ts")) return [];
  if (exportsOnlyTypes(text)) return [];
  const places = mirrorsOf(path);
  const here = places.find((place) => isFile(root, place));
  if (here === undefined) {
    return [{
      path,
      message: `no test: ${places.join(" and ")} ${
        places.length === 1 ? "is" : "are"
      } missing`,
      fix: `write ${places[0]}`,
    }];
  }
  return testNames(Deno.readTextFileSync(`${root}/${here}`)).length > 0
    ? []
    : [{
      path: here,
      message: "it holds no Deno.test",
      fix: `test ${path} here`,
    }];
}

/** Whether nothing of a file exists when the program runs. Errs to `false`, so that a test is asked for. */
export function exportsOnlyTypes(text: string): boolean {
  const statements = [...text.matchAll(/^export\s+/gm)].map((match) =>
    text.slice(match.index + match[0].length, match.index + 2_000)
  );
  return statements.length > 0 &&
    statements.every((rest) =>
      /^(?:type|interface)\b/.test(rest) ||
      /^\{\s*type [^,}]*(?:,\s*type [^,}]*)*,?\s*\}/.test(rest)
    );
}

/** Names of the tests and steps in a test file. */
export function testNames(text: string): string[] {
  const calls = text.matchAll(
    /(?:\bDeno\.test|\.step)\(\s*(?:\{\s*name:\s*)?["'`](?<name>[^"'`\n]*)/g,
  );
  return [...calls].map((match) => match.groups?.["name"] ?? "");
}

async function checkLayers(root: string): Promise<Problem[]> {
  const table = "lib/core/layers.ts";
  if (!isFile(root, table)) {
    return [{
      path: table,
      message: "the table of layers is missing",
      fix: "export LAYERS there",
    }];
  }
  const module: unknown = await import(fileUrl(`${root}/${table}`));
  const rows = asList(asObject(module)["LAYERS"]);
  if (rows.length === 0) {
    return [{
      path: table,
      message: "LAYERS has no row",
      fix: "name each layer there",
    }];
  }
  return rows.flatMap((row) => {
    const name = asText(asObject(row)["name"]) ?? "";
    const fails = asText(asObject(row)["fails"]) ?? "";
    return checkLayer(root, name, fails);
  });
}

function checkLayer(root: string, name: string, fails: string): Problem[] {
  const source = `lib/layers/${name}.ts`;
  const test = `tests/layers/${name}_test.ts`;
  const problems: Problem[] = [];
  if (!isFile(root, source)) {
    problems.push({
      path: source,
      message: `layer "${name}" of LAYERS has no file`,
      fix: "write it, or take its row out of lib/core/layers.ts",
    });
  }
  const words = DIRECTION[fails];
  const names = isFile(root, test)
    ? testNames(Deno.readTextFileSync(`${root}/${test}`))
    : [];
  if (words === undefined || !names.some((one) => words.test(one))) {
    const wanted = fails === "reports" ? "reports" : `fails ${fails}`;
    problems.push({
      path: test,
      message: `no test's name says that layer "${name}" ${wanted}`,
      fix:
        `add a test whose name holds the words "${wanted}", which shows what the layer does when it cannot know`,
    });
  }
  return problems;
}

async function main(): Promise<void> {
  const { files, problems } = await checkLayout(projectRoot(Deno.args));
  finish("check:layout", problems, `${files.length} files are in their place`);
}

if (import.meta.main) void main();
