/** One fenced block of a page. */
export interface DocBlock {
  /** Page, below the project's folder. */
  readonly page: string;
  /** Line of its fence, from 1. */
  readonly line: number;
  /** Its language, as the fence says it. */
  readonly language: string;
  /** What stands in it. */
  readonly text: string;
  /** The comment right above it, e.g. `after one GPU panic`; empty without one. */
  readonly scene: string;
}

/** Every fenced block of a page. A fence that is never closed, or has no language, is an error. */
export function blocksOf(page: string, text: string): readonly DocBlock[] {
  const blocks: DocBlock[] = [];
  const lines = text.split("\n");
  let scene = "";
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? "";
    const fence = /^```(?<language>.*)$/.exec(line);
    if (fence === null) {
      const comment = /^<!-- (?<scene>[^>]*) -->$/.exec(line);
      if (line.trim() !== "") scene = comment?.groups?.["scene"] ?? "";
      continue;
    }
    const end = lines.indexOf("```", at + 1);
    const language = fence.groups?.["language"] ?? "";
    if (end < 0 || language === "") {
      throw new Error(
        `${page}:${at + 1}: a block without ${end < 0 ? "end" : "language"}`,
      );
    }
    const body = lines.slice(at + 1, end).join("\n");
    blocks.push({ page, line: at + 1, language, text: body, scene });
    at = end;
    scene = "";
  }
  return blocks;
}

/** One command of a `sh` block, and the exit code that it says it ends with. */
export interface DocCommand {
  /** As typed, continuation lines and all. */
  readonly text: string;
  /** What `# exits N` behind it says, else 0. */
  readonly exitCode: number;
}

/** The commands of a `sh` block; a block that begins with `#!` is one script and no list of commands. */
export function commandsOf(text: string): readonly DocCommand[] {
  const joined = text.replaceAll(/\\\n/g, "\\\u0000").split("\n");
  return joined.map((line) => line.replaceAll("\u0000", "\n"))
    .filter((line) => line.trim() !== "" && !line.startsWith("#"))
    .map((line) => ({
      text: line,
      exitCode: Number(
        / # exits (?<code>\d+)$/.exec(line)?.groups?.["code"] ?? 0,
      ),
    }));
}

/** Whether what was printed is what the page shows: a line `…` stands for any lines, a `…` inside of one for any words. */
export function isAsShown(shown: string, printed: string): boolean {
  const parts = shown.trimEnd().split("\n").map((line) =>
    line.trim() === "…"
      ? "(?:.*\\n)*?"
      : `${
        line.trimEnd().split("…").map((one) => RegExp.escape(one)).join(
          "[^\\n]*",
        )
      }[ ]*\\n`
  );
  return new RegExp(
    `^${parts.join("")}${shown.trimEnd().endsWith("…") ? "[^]*" : "$"}`,
  ).test(`${printed.trimEnd()}\n`);
}
