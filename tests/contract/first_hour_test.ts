/** A stranger's first hour: every block of commands in the documentation runs as it is written, in a home with nothing in it. */
import assert from "node:assert/strict";
import { listFiles, projectRoot } from "../../scripts/source_tree.ts";
import { CliPlace } from "../cli_place.ts";
import { CAUSES, writeReport } from "../cli_reports.ts";
import {
  blocksOf,
  commandsOf,
  type DocBlock,
  isAsShown,
} from "./doc_blocks.ts";

const ROOT = projectRoot([]);
const PAGES: readonly string[] = [
  "README.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  ...listFiles(ROOT, "docs").filter((path) => path.endsWith(".md")),
];
const BLOCKS: readonly DocBlock[] = PAGES.flatMap((page) =>
  blocksOf(page, Deno.readTextFileSync(`${ROOT}/${page}`))
);

/** How a block begins that our tests cannot run. Each of them is listed by its first command. */
const NEEDS_A_MAC = /^# On a Mac/;
const LISTED: readonly string[] = [
  "metal-guard launchd install status-writer --apply",
  "mkdir -p /usr/local/var/node_exporter",
  "bash scripts/evidence.sh",
  "deno run --allow-read scripts/read_evidence.ts metal-guard-evidence.txt",
];

/** Programs that a reader has, each played by one that does no more than the blocks need. */
function bringPrograms(place: CliPlace): void {
  const put = (name: string, script: string): void =>
    Deno.writeTextFileSync(`${place.bin}/${name}`, `#!/bin/sh\n${script}\n`, {
      mode: 0o755,
    });
  const quoted = place.commandLine([]).map((word) => `'${word}'`).join(" ");
  put("metal-guard", `exec ${quoted} "$@"`);
  // `mlx_lm` as a server that ends at once: what is run here is the guard around it.
  put("pbcopy", "exec cat >/dev/null");
  put("python3", 'echo "started $*"');
  // `npx deno@…` fetches Deno. The task `test` is what runs right now; every other one is run.
  put(
    "npx",
    `[ "$1 $2 $3" = "--yes deno@2.9.6 task" ] || exit 64
[ "$4" != test ] || exec grep -q '"test": "deno run ' '${ROOT}/deno.json'
cd '${ROOT}' && exec '${Deno.execPath()}' task --quiet "$4"`,
  );
  Deno.mkdirSync(`${place.root}/my-entries`);
  Deno.copyFileSync(
    `${ROOT}/registry/models/gemma_4_26b_a4b_4_bit.jsonc`,
    `${place.root}/my-entries/gemma_4_26b_a4b_4_bit.jsonc`,
  );
  Deno.symlinkSync(`${ROOT}/scripts`, `${place.root}/scripts`);
}

/** What a page's comment above a block says has happened before. */
function arrange(place: CliPlace, scene: string): void {
  if (!scene.startsWith("after ")) return;
  assert.equal(scene, "after one GPU panic", "a scene that no test knows");
  writeReport(place, {
    name: "panic-full-2026-01-01-000000.0002.panic",
    form: "panic_full",
    at: Temporal.Now.instant().subtract({ minutes: 22 }),
    cause: CAUSES.prepareCount,
  });
}

async function shell(
  place: CliPlace,
  script: string,
): Promise<
  { readonly code: number; readonly text: string; readonly out: string }
> {
  const { code, stdout, stderr } = await new Deno.Command("/bin/bash", {
    args: ["-c", script],
    cwd: place.root,
    clearEnv: true,
    env: { ...place.environment({ TZ: "UTC" }), NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  const out = decoder.decode(stdout);
  return { code, out, text: out + decoder.decode(stderr) };
}

Deno.test("every block has a language that is run or checked here", () => {
  // Kills: a block in a language that nobody looks at, and that rots.
  assert.ok(BLOCKS.length > 30, `${BLOCKS.length} blocks`);
  const known = new Set(["sh", "console", "ts"]);
  assert.deepEqual(
    BLOCKS.filter(({ language }) => !known.has(language))
      .map(({ page, line, language }) => `${page}:${line} ${language}`),
    [],
  );
});

Deno.test("every sh block runs as written and ends as it says", async () => {
  // Kills: a renamed command or option that a page still shows; a block that only works where we work.
  using place = new CliPlace();
  bringPrograms(place);
  const done = new Set<string>();
  const blocks = BLOCKS.filter(({ language, text }) =>
    language === "sh" && !NEEDS_A_MAC.test(text)
  );
  const wrong: string[] = [];
  for (const { page, line, text } of blocks) {
    const commands = text.startsWith("#!")
      ? [{ text, exitCode: 0 }]
      : commandsOf(text);
    assert.ok(commands.length > 0, `${page}:${line} holds no command`);
    for (const command of commands) {
      if (done.has(command.text)) continue;
      done.add(command.text);
      const run = await shell(place, command.text);
      if (run.code !== command.exitCode) {
        wrong.push(
          `${page}:${line}: ${command.text} ended with ${run.code}: ${run.text}`,
        );
      }
      // What one command leaves behind is not there for the next one.
      await Deno.remove(place.home, { recursive: true });
      await Deno.mkdir(place.home);
    }
  }
  assert.deepEqual(wrong, []);
  assert.ok(done.size > 30, `${done.size} commands`);
});

Deno.test("every console block shows what comes", async () => {
  // Kills: output in a page that the program has not printed for years.
  const blocks = BLOCKS.filter(({ language }) => language === "console");
  assert.ok(blocks.length >= 2);
  for (const { page, line, text, scene } of blocks) {
    using place = new CliPlace();
    bringPrograms(place);
    arrange(place, scene);
    const [prompt = "", ...shown] = text.split("\n");
    assert.ok(prompt.startsWith("$ "), `${page}:${line} begins with a prompt`);
    const run = await shell(place, prompt.slice(2));
    assert.ok(
      isAsShown(shown.join("\n"), run.out),
      `${page}:${line} shows\n${shown.join("\n")}\nand this comes\n${run.text}`,
    );
  }
});

Deno.test("what needs a Mac is marked in one way, and listed", () => {
  // Kills: a block that is left out without a word.
  const first = BLOCKS.filter(({ text }) => NEEDS_A_MAC.test(text))
    .map(({ text }) => commandsOf(text)[0]?.text ?? "");
  assert.deepEqual(first, LISTED);
});

Deno.test("every ts block holds to the types of the package", async () => {
  // Kills: a library example that no longer compiles.
  const folder = await Deno.makeTempDir({
    dir: `${ROOT}/tests`,
    prefix: ".docs_",
  });
  try {
    const files = BLOCKS.filter(({ language }) => language === "ts")
      .map(({ text }, at) => {
        const path = `${folder}/${at}.ts`;
        Deno.writeTextFileSync(path, text);
        return path;
      });
    assert.ok(files.length >= 3);
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["check", "--quiet", ...files],
      env: { NO_COLOR: "1" },
    }).output();
    assert.equal(code, 0, new TextDecoder().decode(stderr));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("pages name only tasks, commands and files that there are", async () => {
  // Kills: a link to a page that was moved; `deno task` with a word that is no task; a command of another year.
  const tasks: Readonly<Record<string, string>> =
    JSON.parse(Deno.readTextFileSync(`${ROOT}/deno.json`)).tasks;
  using place = new CliPlace();
  const help = (await place.run(["--help"])).stdout;
  const commands = new Set(
    [...help.matchAll(/^ {2}([a-z-]+) {2,}/gm)].map(([, name]) => name),
  );
  const wrong: string[] = [];
  for (const page of PAGES) {
    const text = Deno.readTextFileSync(`${ROOT}/${page}`);
    const folder = page.includes("/")
      ? page.slice(0, page.lastIndexOf("/") + 1)
      : "";
    for (const [, target = ""] of text.matchAll(/\]\((?!https?:)([^)#]+)/g)) {
      if (!isThere(new URL(target, `file://${ROOT}/${folder}`))) {
        wrong.push(`${page} links ${target}`);
      }
    }
    for (const [, name = ""] of text.matchAll(/`deno task ([a-z:0-9]+)/g)) {
      if (!Object.hasOwn(tasks, name)) wrong.push(`${page}: task ${name}`);
    }
    for (const [, name = ""] of text.matchAll(/`metal-guard ([a-z-]+)/g)) {
      if (!commands.has(name)) wrong.push(`${page}: metal-guard ${name}`);
    }
  }
  assert.deepEqual(wrong, []);
});

function isThere(url: URL): boolean {
  try {
    Deno.statSync(url);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

Deno.test("isAsShown() lets an ellipsis stand for words and lines, and nothing else differ", () => {
  // Kills: a comparison that any output passes.
  assert.ok(isAsShown("a …\n…\nz", "a 1\nb\nc\nz\n"));
  assert.ok(isAsShown("a\n…", "a\nb\nc"));
  assert.ok(!isAsShown("a …\nz", "a 1\nb\nz\n"));
  assert.ok(!isAsShown("a", "a\nb"));
  assert.ok(!isAsShown("a.c", "abc"));
});
