import assert from "node:assert/strict";
import { LAYERS } from "../../lib/core/layers.ts";
import { withLayerTable } from "../../scripts/readme_layers.ts";

const ROOT = new URL("../../", import.meta.url);
const README = Deno.readTextFileSync(new URL("README.md", ROOT));

Deno.test("README's table of layers is the one that LAYERS gives", () => {
  // Kills: a layer that is added, renamed or turned from closed to open without its row.
  assert.equal(withLayerTable(README), README);
  for (const row of LAYERS) assert.ok(README.includes(`\`${row.name}\``));
});

/** The first fenced block of a language that contains `mark`. */
function codeBlock(language: string, mark: string): string {
  const blocks = README.split(`\`\`\`${language}\n`).slice(1)
    .map((rest) => rest.slice(0, rest.indexOf("```")));
  const block = blocks.find((text) => text.includes(mark));
  assert.ok(block !== undefined, `no ${language} block with ${mark}`);
  return block;
}

interface WrapperRun {
  readonly exitCode: number;
  readonly started: boolean;
  readonly stderr: string;
}

/** Runs README's launchd wrapper with a gate that answers `gateCode` and a python that only says that it ran. */
async function runWrapper(gateCode: number): Promise<WrapperRun> {
  const folder = await Deno.makeTempDir({ prefix: "readme-wrapper-" });
  try {
    const program = async (name: string, text: string): Promise<void> => {
      await Deno.writeTextFile(`${folder}/${name}`, text, { mode: 0o755 });
    };
    await program("wrapper", codeBlock("sh", "metal-guard panic-gate --wait"));
    await program("metal-guard", `#!/bin/sh\nexit ${gateCode}\n`);
    await program("python3", '#!/bin/sh\necho started "$@"\nexit 7\n');
    const { code, stdout, stderr } = await new Deno.Command(
      `${folder}/wrapper`,
      { env: { PATH: `${folder}:/usr/bin:/bin` }, stdin: "null" },
    ).output();
    return {
      exitCode: code,
      started: new TextDecoder().decode(stdout).startsWith("started -m mlx_lm"),
      stderr: new TextDecoder().decode(stderr),
    };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("README's launchd wrapper starts the work on 0, not on 2, and loudly on 3 and above", async () => {
  // Kills: a wrapper that takes "wait" for "go", or that stays down when the gate itself is broken.
  assert.deepEqual(await runWrapper(0), {
    exitCode: 7,
    started: true,
    stderr: "",
  });
  assert.deepEqual(await runWrapper(2), {
    exitCode: 75,
    started: false,
    stderr: "",
  });
  for (const gateCode of [3, 64, 70]) {
    const run = await runWrapper(gateCode);
    assert.deepEqual([run.exitCode, run.started], [7, true]);
    assert.match(run.stderr, new RegExp(`cannot tell \\(exit ${gateCode}\\)`));
  }
});

Deno.test("README's ten lines of library code run and say what they promise", async () => {
  // Kills: a renamed method or a verdict field that README still shows.
  const home = await Deno.makeTempDir({ prefix: "readme-library-" });
  const script = new URL(`tests/.readme_${crypto.randomUUID()}.ts`, ROOT);
  try {
    await Deno.writeTextFile(script, codeBlock("ts", "openMetalGuard"));
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--check", "--no-prompt", "--allow-all", script.pathname],
      env: { HOME: home, METALGUARD_REPORT_DIRS: `${home}/none` },
      cwd: home,
      stdin: "null",
    }).output();
    assert.equal(code, 0, new TextDecoder().decode(stderr));
    const said = new TextDecoder().decode(stdout);
    assert.match(said, /^0 kernel panics in 72 hours$/m);
    assert.doesNotMatch(said, /undefined/);
    const crumbs = await Deno.readTextFile(
      `${home}/.cache/metal-guard/metal_breadcrumb.log`,
    );
    assert.match(crumbs, /LOAD: mlx-community\/your-model START\n$/);
  } finally {
    await Deno.remove(script);
    await Deno.remove(home, { recursive: true });
  }
});

Deno.test("README names every command of the program", async () => {
  // Kills: a command nobody finds.
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", new URL("main.ts", ROOT).pathname, "--help"],
    stdin: "null",
  }).output();
  const help = new TextDecoder().decode(stdout);
  const list = help.slice(help.indexOf("COMMANDS\n") + "COMMANDS\n".length);
  const names = [...list.matchAll(/^ {2}([a-z-]+) {2,}/gm)].map(([, n]) => n);
  assert.ok(names.length >= 10, `read ${names.length} commands from --help`);
  for (const name of names) {
    assert.ok(README.includes(`\`${name}\``), `${name} is not in README`);
  }
});
