/** The package as it is published: what a user downloads, and that it works without anything else. */
import assert from "node:assert/strict";
import { readModuleGraph } from "../../scripts/module_graph.ts";
import { projectRoot } from "../../scripts/source_tree.ts";

const ROOT = projectRoot([]);

/** What may be published. A new place is a decision, so it is written down here. */
const PLACES: readonly RegExp[] = [
  /^(?:mod\.ts|deno\.json|README\.md|CHANGELOG\.md|SECURITY\.md|LICENSE)$/,
  /^lib\/(?!cli\/|(?:\w+_)?program\.ts$)[a-z0-9_/]+\.ts$/,
  /^lib\/adapters\/mlx\/(?:mlx_worker|wired_hook)\.py$/,
  /^ffi\/[a-z_]+\.ts$/,
  /^registry\/(?:failures|gpu_families|registry)\.json$/,
  /^registry\/schemas\/[a-z_]+\.schema\.json$/,
];
/** More than this is something that nobody meant to publish, in bytes. */
const MOST_BYTES = 2_500_000;

interface Published {
  readonly said: string;
  readonly code: number;
  readonly files: readonly string[];
}

/** What a rehearsal of publishing says; nothing is sent, and nothing fetched. */
async function rehearse(): Promise<Published> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["publish", "--dry-run", "--allow-dirty", "--no-check"],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  const said = decoder.decode(stdout) + decoder.decode(stderr);
  const files = [...said.matchAll(/^ {3}(?<url>file:\S+) \(/gm)].map((match) =>
    decodeURIComponent(new URL(match.groups?.["url"] ?? "").pathname)
      .slice(ROOT.length + 1)
  );
  return { said, code, files };
}

Deno.test("the package can be published, without slow types, and holds what mod.ts needs and nothing else", async () => {
  // Kills: tests, tools or private files that go out; a module that was left out, so that the import fails elsewhere.
  const { said, code, files } = await rehearse();
  assert.equal(code, 0, said);
  assert.match(said, /Dry run complete/);
  assert.doesNotMatch(said, /slow-type|^(?:warning|error)\b/im);
  const outside = files.filter((path) =>
    !PLACES.some((place) => place.test(path))
  );
  assert.deepEqual(outside, []);
  const bytes = files.map((path) => Deno.statSync(`${ROOT}/${path}`).size)
    .reduce((sum, size) => sum + size, 0);
  assert.ok(bytes < MOST_BYTES, `${bytes} bytes`);
  const graph = await readModuleGraph(ROOT, ["mod.ts"]);
  const targets = [...graph.imports.values()].flat().map(({ target }) =>
    target ?? ""
  );
  const needed = new Set(
    targets.filter((url) => url.startsWith("file:")).map((url) =>
      decodeURIComponent(new URL(url).pathname).slice(ROOT.length + 1)
    ),
  );
  assert.ok(needed.size > 200, `${needed.size} modules`);
  assert.deepEqual([...needed].filter((path) => !files.includes(path)), []);
  const foreign = targets.filter((url) => !/^(?:file|npm):/.test(url));
  assert.deepEqual(foreign, []);
});

/** What a stranger's program does with the package: a Mac's platform is played, so that the dylib is asked for. */
const STRANGER = `
import { openMetalGuard } from "./package/mod.ts";

const guard = openMetalGuard({
  ports: {
    system: {
      pid: Deno.pid,
      userId: undefined,
      platform: "darwin",
      readBootSessionUuid: () =>
        Promise.resolve({ kind: "unknown", because: "not asked" }),
    },
  },
});
const { answers } = await guard.checkMachine();
console.log(JSON.stringify(answers));
`;

Deno.test("the published files alone are a library, which says through what it asks the machine and why not better", async () => {
  // Kills: a package that needs main.ts beside it; METALGUARD_LIBRARY that a library passes over without a word.
  const { files } = await rehearse();
  const place = await Deno.makeTempDir({ prefix: "metal-guard-package-" });
  try {
    for (const path of files) {
      const target = `${place}/package/${path}`;
      await Deno.mkdir(target.slice(0, target.lastIndexOf("/")), {
        recursive: true,
      });
      await Deno.copyFile(`${ROOT}/${path}`, target);
    }
    await Deno.writeTextFile(`${place}/stranger.ts`, STRANGER);
    await Deno.writeTextFile(`${place}/broken.dylib`, "no library");
    const ask = async (
      env: Readonly<Record<string, string>>,
    ): Promise<string> => {
      const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: [
          "run",
          "--no-prompt",
          "--cached-only",
          "--no-lock",
          "--config",
          `${place}/package/deno.json`,
          "--allow-read",
          "--allow-write",
          "--allow-env",
          "--allow-sys",
          "--allow-run",
          "--allow-ffi",
          `${place}/stranger.ts`,
        ],
        env: { HOME: place, NO_COLOR: "1", ...env },
        stdin: "null",
      }).output();
      assert.equal(code, 0, new TextDecoder().decode(stderr));
      return new TextDecoder().decode(stdout);
    };
    const plain = await ask({});
    assert.match(plain, /"source":"native","because":"[^"]*manifest\.json/);
    assert.match(plain, /"source":"ioreg"/);
    const named = await ask({ METALGUARD_LIBRARY: `${place}/broken.dylib` });
    assert.match(named, /broken\.dylib: [^"]*broken\.dylib cannot be opened/);
  } finally {
    await Deno.remove(place, { recursive: true });
  }
});
