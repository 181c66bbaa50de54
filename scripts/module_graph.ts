import { asList, asObject, asText } from "./json.ts";
import { fileUrl } from "./source_tree.ts";

/** One import, as `deno info` sees it. */
export interface Dependency {
  /** The text in the source, e.g. `./x.ts`. */
  readonly specifier: string;
  /** Where it leads: a `file:`, `npm:` or `node:` address; `undefined` when it leads nowhere. */
  readonly target: string | undefined;
  /** Line from 1. */
  readonly line: number;
  /** Whether only types are taken. */
  readonly isTypeOnly: boolean;
  /** Whether it is `import(…)`. */
  readonly isDynamic: boolean;
}

/** An npm package that the graph reaches. */
export interface NpmPackage {
  /** Its name without version. */
  readonly name: string;
  /** Folder with its files. */
  readonly folder: string | undefined;
  /** Keys of the packages it needs. */
  readonly dependencies: readonly string[];
}

/** Every module that some files reach. */
export interface ModuleGraph {
  /** Imports by the `file:` address of the importing module. */
  readonly imports: ReadonlyMap<string, readonly Dependency[]>;
  /** Packages by `name@version`. */
  readonly packages: ReadonlyMap<string, NpmPackage>;
}

/**
 * Asks `deno info` for the modules that files reach.
 *
 * @param root The project's folder, absolute; its `deno.json` holds.
 * @param files Paths below it.
 * @throws {Error} If `deno info` fails.
 */
export async function readModuleGraph(
  root: string,
  files: readonly string[],
): Promise<ModuleGraph> {
  const entry = files.map((file) =>
    `import ${JSON.stringify(fileUrl(`${root}/${file}`))};`
  ).join("\n");
  const output = await new Deno.Command(Deno.execPath(), {
    args: [
      "info",
      "--json",
      "--no-lock",
      "--config",
      `${root}/deno.json`,
      `data:application/typescript,${encodeURIComponent(entry)}`,
    ],
    env: { NO_COLOR: "1" },
  }).output();
  if (!output.success) {
    throw new Error(
      `Cannot read the module graph: ${
        new TextDecoder().decode(output.stderr)
      }`,
    );
  }
  return decodeGraph(JSON.parse(new TextDecoder().decode(output.stdout)));
}

/** Takes from the answer of `deno info --json` what the checks need. */
export function decodeGraph(value: unknown): ModuleGraph {
  const info = asObject(value);
  const modules = asList(info["modules"]).map(asObject);
  const broken = new Set(
    modules.filter((one) => one["error"] !== undefined)
      .map((one) => one["specifier"]),
  );
  const imports = new Map<string, readonly Dependency[]>();
  for (const module of modules) {
    const specifier = asText(module["specifier"]);
    if (specifier === undefined || !specifier.startsWith("file:")) continue;
    const dependencies = asList(module["dependencies"]).map(decodeDependency);
    imports.set(
      specifier,
      dependencies.map((one) =>
        broken.has(one.target) ? { ...one, target: undefined } : one
      ),
    );
  }
  const packages = new Map<string, NpmPackage>();
  for (const [key, item] of Object.entries(asObject(info["npmPackages"]))) {
    const one = asObject(item);
    packages.set(key, {
      name: asText(one["name"]) ?? key,
      folder: asText(one["localPath"]),
      dependencies: asList(one["dependencies"]).flatMap((name) =>
        asText(name) ?? []
      ),
    });
  }
  return { imports, packages };
}

function decodeDependency(value: unknown): Dependency {
  const item = asObject(value);
  const isTypeOnly = item["code"] === undefined;
  const edge = asObject(isTypeOnly ? item["type"] : item["code"]);
  const start = asObject(asObject(edge["span"])["start"]);
  return {
    specifier: asText(item["specifier"]) ?? "",
    target: asText(edge["specifier"]),
    line: Number(start["line"] ?? 0) + 1,
    isTypeOnly,
    isDynamic: item["isDynamic"] === true,
  };
}
