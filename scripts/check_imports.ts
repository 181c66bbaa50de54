/**
 * Proves the import table of ARCHITECTURE on what `deno info` sees, that pure rooms name nothing impure, and that the
 * fast path loads no module of Node. Takes the project's folder as its argument.
 *
 * @module
 */
import { checkFastPath, FAST_COMMANDS, pathBelow } from "./fast_path.ts";
import {
  describeRoom,
  judgeImport,
  PACKAGES,
  roomOf,
  ROOMS,
} from "./import_table.ts";
import {
  type Dependency,
  type ModuleGraph,
  readModuleGraph,
} from "./module_graph.ts";
import { finish, type Problem } from "./problem.ts";
import { findBrokenRules } from "./own_rules.ts";
import { fileUrl, isFile, listFiles, projectRoot } from "./source_tree.ts";

/** What {@linkcode checkImports} looked at and found. */
export interface ImportReport {
  /** Files it looked at. */
  readonly files: readonly string[];
  /** What is wrong. */
  readonly problems: readonly Problem[];
}

/** Looks at every module of `lib/`, `ffi/`, `main.ts` and `mod.ts`. */
export async function checkImports(root: string): Promise<ImportReport> {
  const files = [
    ...["main.ts", "mod.ts"].filter((path) => isFile(root, path)),
    ...["lib", "ffi"].flatMap((folder) => listFiles(root, folder))
      .filter((path) => path.endsWith(".ts")),
  ];
  if (files.length === 0) {
    return { files, problems: [nothingFound()] };
  }
  const graph = await readModuleGraph(root, files);
  const problems = files.flatMap((path) => checkFile(root, graph, path));
  if (isFile(root, "main.ts") && !isFile(root, FAST_COMMANDS[0] ?? "")) {
    problems.push({
      path: FAST_COMMANDS[0] ?? "",
      message: "the gate's command is not here: its fast path proves nothing",
      fix: "name its file in FAST_COMMANDS of scripts/fast_path.ts",
    });
  }
  problems.push(...checkFastPath(root, graph));
  problems.push(...await findBrokenRules(root, files));
  return { files, problems };
}

function nothingFound(): Problem {
  return {
    path: "lib",
    message: "no source file found",
    fix: "give the project's folder as the argument",
  };
}

function checkFile(
  root: string,
  graph: ModuleGraph,
  path: string,
): Problem[] {
  const room = roomOf(path);
  if (room === undefined || ROOMS[room] === undefined) {
    return [{
      path,
      message: "this file is in no room of the import table",
      fix: "move it into a room, or add the room to scripts/import_table.ts",
    }];
  }
  const imports = graph.imports.get(fileUrl(`${root}/${path}`));
  if (imports === undefined) {
    return [{
      path,
      message: "deno info does not know this file",
      fix: "run `deno check` on it",
    }];
  }
  return imports.flatMap((one): Problem[] => {
    const wrong = judge(root, path, one);
    return wrong === undefined ? [] : [{ path, line: one.line, ...wrong }];
  });
}

function judge(
  root: string,
  path: string,
  one: Dependency,
): { readonly message: string; readonly fix: string } | undefined {
  const { target, specifier } = one;
  if (target === undefined) {
    return {
      message: `"${specifier}" leads nowhere`,
      fix: "mend the path, or name the package in deno.json",
    };
  }
  if (target.startsWith("file:")) {
    const message = judgeImport(path, pathBelow(root, target), one.isTypeOnly);
    return message === undefined
      ? undefined
      : { message, fix: describeRoom(roomOf(path) ?? "") };
  }
  if (target.startsWith("node:")) {
    return {
      message: `"${target}" costs start-up time`,
      fix: "use a port, or Deno in lib/adapters/deno/",
    };
  }
  if (target.startsWith("npm:")) return judgePackage(path, specifier);
  return {
    message: `"${specifier}" comes from outside`,
    fix: "packages come from npm by a name in deno.json",
  };
}

function judgePackage(
  path: string,
  specifier: string,
): { readonly message: string; readonly fix: string } | undefined {
  const name = Object.keys(PACKAGES).find((known) =>
    specifier === known || specifier.startsWith(`${known}/`)
  );
  const rooms = name === undefined ? undefined : PACKAGES[name]?.rooms;
  if (rooms === undefined) {
    return {
      message: `package "${specifier}" is not known`,
      fix:
        "add it to PACKAGES in scripts/import_table.ts, and its reason to CONTRIBUTING",
    };
  }
  return rooms.includes(roomOf(path) ?? "") ? undefined : {
    message: `${roomOf(path)} may not import "${specifier}"`,
    fix: `only ${rooms.join(" and ")} may`,
  };
}

async function main(): Promise<void> {
  const { files, problems } = await checkImports(projectRoot(Deno.args));
  finish("check:imports", problems, `${files.length} files keep the table`);
}

if (import.meta.main) void main();
