import assert from "node:assert/strict";
import { checkBundle, listing } from "../../scripts/bundle_check.ts";
import { findPayloads } from "../../scripts/executable/container.ts";
import { extractPayload } from "../../scripts/executable/extract.ts";
import {
  nodeModules,
  runExtracted,
} from "../../scripts/executable/extracted_run.ts";
import { judgePayload } from "../../scripts/executable/judge.ts";
import { parsePayload } from "../../scripts/executable/payload.ts";
import { SHIPPED_DENIALS } from "../../scripts/permissions.ts";
import { compile, compileArgs } from "../../scripts/release/compile.ts";
import { layStage, type Stage } from "../../scripts/release/stage.ts";
import { makeMacStandIn } from "../../scripts/release/stand_in.ts";
import {
  MAC_TARGETS,
  type Target,
  targetOf,
} from "../../scripts/release/target.ts";

const PROJECT = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");
const TARGET: Target = targetOf(Deno.build.target) ??
  { name: "other", triple: Deno.build.target, isMac: false };

/** The smallest executable there is: eight copies of Deno would be 800 MB. */
const STAND_IN = Deno.build.os === "linux" ? "/bin/true" : Deno.execPath();

/** A folder with what is embedded, and one executable around nothing that starts. */
async function withStage(
  use: (place: { readonly root: string; readonly stage: Stage }) => void,
): Promise<void> {
  const root = Deno.realPathSync(Deno.makeTempDirSync());
  try {
    Deno.mkdirSync(`${root}/stage`);
    const stage = await layStage(PROJECT, `${root}/stage`, {
      hasLibrary: false,
    });
    use({ root, stage });
  } finally {
    Deno.removeSync(root, { recursive: true });
  }
}

/** Compiles with arguments that differ from ours. */
function compileWith(
  stage: Stage,
  output: string,
  change: (args: readonly string[]) => readonly string[],
): void {
  const { success, stderr } = new Deno.Command(Deno.execPath(), {
    args: [...change(compileArgs(stage, { target: TARGET, output }))],
    cwd: stage.folder,
    env: { DENORT_BIN: STAND_IN, NO_COLOR: "1" },
  }).outputSync();
  assert.ok(success, new TextDecoder().decode(stderr));
}

function judged(path: string, stage: Stage): string[] {
  return findPayloads(Deno.readFileSync(path)).flatMap(({ data }) =>
    judgePayload(parsePayload(data), stage.files)
  );
}

Deno.test("an executable is proved by what it embeds, and every change of that is found", async (t) => {
  await withStage(({ root, stage }) => {
    const good = `${root}/good`;
    const again = `${root}/again`;
    const standIn = STAND_IN;
    compile(stage, { target: TARGET, output: good, standIn });
    compile(stage, { target: TARGET, output: again, standIn });
    // Kills: a build that depends on the moment or on the order of a folder.
    assert.deepEqual(
      findPayloads(Deno.readFileSync(good))[0]?.data,
      findPayloads(Deno.readFileSync(again))[0]?.data,
    );
    // Kills: a check that finds fault with what is right; a program that needs more than it embeds or may do.
    assert.deepEqual(checkBundle(good, stage).problems, []);
    assert.match(listing(good), /program\.br/);

    const bad = `${root}/bad`;
    // Kills: `program.js`, which is named only at run time, left out of the executable.
    compileWith(
      stage,
      bad,
      (args) => args.filter((arg) => !arg.endsWith("=program.br")),
    );
    assert.deepEqual(judged(bad, stage), ["program.br is missing"]);
    // Kills: an executable whose commands fail in the hands of its user only.
    assert.match(
      checkBundle(bad, stage).problems.map(({ message }) => message).join(),
      /extracted, metal-guard --version ends with/,
    );

    // Kills: a permission that got wider.
    compileWith(
      stage,
      bad,
      (args) =>
        args.map((arg) => arg.startsWith("--allow-sys") ? "--allow-sys" : arg),
    );
    assert.deepEqual(judged(bad, stage), [
      "allow_sys is everything and has to be hostname, osRelease, osUptime, uid",
    ]);

    // Kills: the network let in, by a permission or by a denial that was forgotten.
    compileWith(
      stage,
      bad,
      (args) => ["compile", "--allow-net=example.com", ...args.slice(1)],
    );
    assert.deepEqual(judged(bad, stage), [
      "allow_net is example.com and has to be nothing",
    ]);
    compileWith(
      stage,
      bad,
      (args) => args.filter((arg) => !SHIPPED_DENIALS.includes(arg)),
    );
    assert.deepEqual(judged(bad, stage), [
      "deny_net is nothing and has to be everything",
      "deny_import is nothing and has to be everything",
    ]);

    // Kills: a file more, one of other content, a flag that Deno was given by mistake.
    Deno.writeTextFileSync(`${stage.folder}/more.txt`, "more");
    compileWith(
      stage,
      bad,
      (args) => [
        "compile",
        "--quiet",
        "--include=more.txt",
        ...args.slice(1),
      ],
    );
    assert.deepEqual(judged(bad, stage), [
      "more.txt is embedded and not wanted",
      'log_level is "ERROR" and has to be null',
    ]);
    Deno.writeTextFileSync(`${stage.folder}/program.js`, "export {};");
    compileWith(stage, bad, (args) => args);
    assert.deepEqual(judged(bad, stage), [
      "program.js is not what these sources make",
    ]);
  });
  await t.step("any file that is no executable is one sentence", () => {
    // Kills: an exception in place of an answer.
    const path = Deno.makeTempFileSync();
    Deno.writeTextFileSync(path, "#!/bin/sh\n".repeat(20));
    assert.deepEqual(
      checkBundle(path, { folder: "", files: new Map() }).problems
        .map(({ message }) => message),
      ["it is neither an ELF nor a Mach-O file"],
    );
    Deno.removeSync(path);
  });
});

Deno.test("a module of Node on the fast path is seen in the running program", () => {
  // Kills: a proof that would stay silent if the gate opened one.
  const root = Deno.realPathSync(Deno.makeTempDirSync());
  try {
    for (const name of ["bare", "node"]) Deno.mkdirSync(`${root}/${name}`);
    Deno.writeTextFileSync(`${root}/bare/main.js`, "");
    Deno.writeTextFileSync(
      `${root}/node/main.js`,
      'import { basename } from "node:path"; basename("/a");',
    );
    const [bare, node] = ["bare", "node"].map((name) =>
      runExtracted({ program: `${root}/${name}`, home: root, flags: [] }, [])
    );
    assert.ok(bare !== undefined && node !== undefined);
    assert.equal(node.code, 0, node.stderr);
    assert.notDeepEqual(nodeModules(node.scripts, bare.scripts), []);
    assert.deepEqual(nodeModules(bare.scripts, bare.scripts), []);
  } finally {
    Deno.removeSync(root, { recursive: true });
  }
});

if (Deno.build.os === "linux") {
  Deno.test("an executable of a Mac is read in both of its forms, and joined", () => {
    // Kills: a payload that is found in a thin file and not in a universal one; a cut file that is believed.
    const root = Deno.realPathSync(Deno.makeTempDirSync());
    try {
      Deno.mkdirSync(`${root}/stage`);
      const files = new Map<string, Uint8Array<ArrayBuffer>>();
      for (const name of ["main.js", "program.js"]) {
        Deno.writeTextFileSync(`${root}/stage/${name}`, `"${name}";\n`);
        files.set(name, Deno.readFileSync(`${root}/stage/${name}`));
      }
      const stage: Stage = { folder: `${root}/stage`, files };
      const outputs = MAC_TARGETS.map((target) => {
        const output = `${root}/${target.name}`;
        const standIn = makeMacStandIn(PROJECT, root, target);
        compile(stage, { target, output, standIn });
        assert.deepEqual(judged(output, stage), []);
        return output;
      });
      const joined = `${root}/joined`;
      assert.ok(
        new Deno.Command("llvm-lipo-19", {
          args: ["-create", ...outputs, "-output", joined],
        }).outputSync().success,
      );
      assert.deepEqual(judged(joined, stage), []);
      const bytes = Deno.readFileSync(joined);
      assert.deepEqual(
        findPayloads(bytes).map(({ arch }) => arch).sort(),
        ["arm64", "x86_64"],
      );
      for (const length of [0, 63, 64, 100, 4_096, bytes.length - 1]) {
        assert.throws(
          () => findPayloads(bytes.subarray(0, length)),
          { name: "ExecutableError" },
        );
      }
      const [one] = findPayloads(bytes);
      assert.ok(one !== undefined);
      for (const length of [0, 8, 20, one.data.length - 1]) {
        assert.throws(
          () => parsePayload(one.data.subarray(0, length)),
          { name: "ExecutableError" },
        );
      }
      extractPayload(parsePayload(one.data), `${root}/out`);
      assert.equal(
        Deno.readTextFileSync(`${root}/out/program.js`),
        '"program.js";\n',
      );
    } finally {
      Deno.removeSync(root, { recursive: true });
    }
  });
}
