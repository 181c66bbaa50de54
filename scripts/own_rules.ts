import { pathBelow } from "./fast_path.ts";
import { asList, asObject, asText } from "./json.ts";
import type { Problem } from "./problem.ts";

/** A comment that would switch our own rules off where they are the law. */
const SWITCHED_OFF =
  /deno-lint-ignore(?:-file\s*(?:$|--)|[^\n]*metal-guard\/)/m;

/**
 * Proves with the linter's own eyes that files keep our own rules: pure rooms name nothing impure, modules are named in
 * plain strings, nothing but `main.ts` exits. Unlike `deno lint` it accepts no comment that switches a rule off.
 *
 * @param root The project's folder.
 * @param files Paths below it.
 * @throws {Error} If the linter cannot run.
 */
export async function findBrokenRules(
  root: string,
  files: readonly string[],
): Promise<Problem[]> {
  const switchedOff = files.filter((path) =>
    SWITCHED_OFF.test(Deno.readTextFileSync(`${root}/${path}`))
  ).map((path) => ({
    path,
    message: "a comment switches off a rule that holds without exception",
    fix: "take the comment away and keep the rule",
  }));
  const config = new URL("./own_rules.json", import.meta.url).pathname;
  const output = await new Deno.Command(Deno.execPath(), {
    args: [
      "lint",
      "--json",
      "--config",
      decodeURIComponent(config),
      ...files.map((path) => `${root}/${path}`),
    ],
    env: { NO_COLOR: "1" },
  }).output();
  const answer = new TextDecoder().decode(output.stdout);
  if (!answer.startsWith("{")) {
    const why = new TextDecoder().decode(output.stderr);
    throw new Error(`Cannot lint by our own rules: ${why}`);
  }
  return [...switchedOff, ...decodeLint(root, JSON.parse(answer))];
}

/** Takes what the linter found from its JSON. */
function decodeLint(root: string, value: unknown): Problem[] {
  const answer = asObject(value);
  const found = asList(answer["diagnostics"]).flatMap((item): Problem[] => {
    const one = asObject(item);
    // Modules of Node are found in the graph, with the way that leads there.
    if (one["code"] === "metal-guard/no-node-import") return [];
    const start = asObject(asObject(one["range"])["start"]);
    return [{
      path: pathBelow(root, asText(one["filename"]) ?? ""),
      line: Number(start["line"]),
      message: asText(one["message"]) ?? "breaks a rule",
      fix:
        "keep the rule; CONTRIBUTING, section Architecture, says why it is there",
    }];
  });
  const unreadable = asList(answer["errors"]).map((item): Problem => {
    const one = asObject(item);
    const path = asText(one["file_path"]) ?? "lib";
    return {
      path: path.replace(`${root}/`, ""),
      message: `the linter cannot read this: ${asText(one["message"])}`,
      fix: `run \`deno check ${path}\``,
    };
  });
  return [...found, ...unreadable];
}
