import assert from "node:assert/strict";
import { parseReleaseArgs } from "../../scripts/release.ts";
import { packRelease, UNIVERSAL } from "../../scripts/release/steps.ts";
import { MAC_TARGETS } from "../../scripts/release/target.ts";
import { ourProgram, SHIPPED_PERMISSIONS } from "../cli_program.ts";

const PROJECT = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");
const RELEASE = Deno.readTextFileSync(
  `${PROJECT}/.github/workflows/release.yml`,
);
const TASKS: Readonly<Record<string, string>> = JSON.parse(
  Deno.readTextFileSync(`${PROJECT}/deno.json`),
).tasks;

/** Commits of released versions, each looked up once. */
const PINNED = [
  "actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8",
  "denoland/setup-deno@667a34cdef165d8d2b2e98dde39547c9daac7282",
  "actions/upload-artifact@ea165f8d65b6e75b540449e92b4886f43607fa02",
  "actions/download-artifact@d3f86a106a0bac45b974a628896c90dbdf5c8093",
];

/** What only a Mac, GitHub or JSR can answer, and what the steps of the scripts below it are. */
const ELSEWHERE = /^(?:lipo|gh|bash scripts\/mac\/\w+\.sh|deno publish$)/;

function runs(): readonly string[] {
  return [...RELEASE.matchAll(/^ +run: (.+)$/gm)].map(([, line]) => line ?? "");
}

function shell(
  line: string,
  options: {
    readonly cwd?: string;
    readonly env?: Readonly<Record<string, string>>;
  } = {},
): { readonly code: number; readonly text: string } {
  const { code, stdout, stderr } = new Deno.Command("bash", {
    args: ["-e", "-o", "pipefail", "-c", line],
    cwd: options.cwd ?? PROJECT,
    env: {
      PATH: `${Deno.execPath().replace(/\/[^/]*$/, "")}:${
        Deno.env.get("PATH") ?? ""
      }`,
      ...options.env,
    },
  }).outputSync();
  const decoder = new TextDecoder();
  return { code, text: decoder.decode(stdout) + decoder.decode(stderr) };
}

Deno.test("every action is pinned by the commit of a release that was looked up", () => {
  // Kills: a tag, which its owner can move; an action that nobody looked at.
  for (const name of ["ci", "release"]) {
    const text = Deno.readTextFileSync(
      `${PROJECT}/.github/workflows/${name}.yml`,
    );
    const uses = [...text.matchAll(/uses: (\S+)/g)].map(([, one]) => one ?? "");
    assert.ok(uses.length > 0);
    for (const one of uses) assert.ok(PINNED.includes(one), one);
  }
});

Deno.test("every step of the release is a command that is run here, or one that only a Mac, GitHub or JSR has", () => {
  // Kills: a step whose script or task does not exist, found on the day of a release.
  const seen = runs();
  assert.equal(seen.length, 15);
  for (const line of seen) {
    const task = /^deno task ([\w:]+)/.exec(line)?.[1];
    if (task !== undefined) assert.ok(task in TASKS, line);
    const script = /^bash (\S+)/.exec(line)?.[1];
    if (script !== undefined) {
      assert.ok(Deno.statSync(`${PROJECT}/${script}`).isFile);
    }
    assert.ok(
      task !== undefined || ELSEWHERE.test(line) ||
        /^(?:test |bash scripts\/smoke\.sh|shasum|sha256sum|deno publish --dry-run)/
          .test(line),
      line,
    );
  }
});

Deno.test("a tag that is not the version stops the release", () => {
  // Kills: archives of one version under the name of another.
  const line = runs().find((one) => one.startsWith("test ")) ?? "false";
  const version = /"version": "([^"]+)"/.exec(
    Deno.readTextFileSync(`${PROJECT}/deno.json`),
  )?.[1];
  const code = (name: string): number =>
    shell(line, { env: { GITHUB_REF_NAME: name } }).code;
  assert.equal(code(`v${version}`), 0);
  assert.equal(code("v0.0.1"), 1);
});

Deno.test("without a certificate the release is signed ad hoc, and is not notarised with half an account", () => {
  // Kills: a release that fails for everybody who has no Developer ID; a notarisation that waits for a password.
  const folder = Deno.makeTempDirSync();
  try {
    const output = `${folder}/output`;
    const ran = shell("bash scripts/mac/import_certificate.sh", {
      env: { GITHUB_OUTPUT: output, CERTIFICATE: "" },
    });
    assert.equal(ran.code, 0, ran.text);
    assert.equal(Deno.readTextFileSync(output), "identity=-\n");
    const notarised = shell(`bash scripts/mac/notarise.sh ${folder}`, {
      env: { APPLE_ID: "", APPLE_TEAM_ID: "x", APPLE_PASSWORD: "x" },
    });
    assert.equal(notarised.code, 1);
    assert.match(notarised.text, /APPLE_ID is not set/);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

/** What the step of the release that packs is given. */
function homepage(): string {
  const line = runs().find((one) => one.includes("release --pack")) ?? "";
  const { code, text } = shell(
    line.replace("deno task release", "printf '%s\\n'"),
    { env: { GITHUB_REPOSITORY: "owner/name" } },
  );
  assert.equal(code, 0, text);
  const options = parseReleaseArgs(text.trimEnd().split("\n"));
  assert.deepEqual(options, {
    step: "pack",
    homepage: "https://github.com/owner/name",
  });
  return options?.homepage ?? "";
}

Deno.test("the sums of a release are believed by both jobs where they stand, and a changed archive by none", async () => {
  // Kills: sums in a form that shasum or sha256sum does not read; paths that only fit another folder; a check that passes
  // whatever was uploaded.
  const out = Deno.makeTempDirSync();
  try {
    for (const name of [...MAC_TARGETS.map((one) => one.name), UNIVERSAL]) {
      Deno.mkdirSync(`${out}/${name}`);
      Deno.writeTextFileSync(`${out}/${name}/metal-guard`, `for ${name}\n`);
    }
    const names = await packRelease({
      project: PROJECT,
      out,
      stage: {
        folder: out,
        files: new Map([["main.js", new TextEncoder().encode("main\n")]]),
      },
      homepage: homepage(),
    });
    const steps = [...RELEASE.matchAll(
      /^ +working-directory: dist\/release\n +run: (.+)$/gm,
    )].map(([, line]) => line ?? "");
    assert.deepEqual(
      steps.map((line) => line.split(" ")[0]),
      ["shasum", "sha256sum"],
    );
    const uploaded = [...RELEASE.matchAll(/^ +dist\/release\/(\S+)$/gm)]
      .map(([, pattern = ""]) => pattern.replace("*", ""));
    assert.equal(uploaded.length, 4);
    assert.deepEqual(
      names.filter((name) => !uploaded.some((end) => name.endsWith(end))),
      [],
      "what is packed and never uploaded",
    );
    const archive = names.find((one) => one.endsWith(`${UNIVERSAL}.zip`));
    const path = `${out}/${archive}`;
    for (const line of steps) {
      const good = shell(line, { cwd: out });
      assert.equal(good.code, 0, good.text);
      assert.equal(good.text.match(/: OK$/gm)?.length, names.length - 1);
    }
    Deno.writeTextFileSync(path, "x", { append: true });
    for (const line of steps) {
      const bad = shell(line, { cwd: out });
      assert.equal(bad.code, 1, bad.text);
      assert.ok(bad.text.includes(`${archive}: FAILED`), bad.text);
    }
  } finally {
    Deno.removeSync(out, { recursive: true });
  }
});

Deno.test("the package can be published by the very line of the release", () => {
  // Kills: a rehearsal that fails on the day of a release: types, slow types, imports from elsewhere.
  const line = runs().find((one) => one.includes("--dry-run")) ?? "false";
  // A release is made of a commit; where somebody is at work, only that differs.
  const isClean = shell("git status --porcelain").text === "";
  const ran = shell(isClean ? line : `${line} --allow-dirty`);
  assert.equal(ran.code, 0, ran.text);
  assert.match(ran.text, /Dry run complete/);
  assert.match(ran.text, /Checking for slow types/);
});

Deno.test("the smoke test is content with this program, and with no other", () => {
  // Kills: a smoke test that nothing can fail.
  const folder = Deno.makeTempDirSync();
  try {
    const { main, denoDir } = ourProgram();
    const program = `${folder}/metal-guard`;
    const words = ["run", ...SHIPPED_PERMISSIONS, main].join(" ");
    Deno.writeTextFileSync(
      program,
      `#!/bin/sh\nDENO_DIR='${denoDir}' exec '${Deno.execPath()}' ${words} "$@"\n`,
      { mode: 0o755 },
    );
    const good = shell(`bash scripts/smoke.sh ${program}`);
    assert.equal(good.code, 0, good.text);
    assert.match(good.text, /every command answered/);
    Deno.writeTextFileSync(program, "#!/bin/sh\necho 0.12.0\n");
    assert.equal(shell(`bash scripts/smoke.sh ${program}`).code, 1);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("the scripts of a release have no fault that shellcheck knows", () => {
  // Kills: a word that is split in a path with a blank.
  const checked = shell("shellcheck scripts/mac/*.sh scripts/smoke.sh");
  assert.equal(checked.code, 0, checked.text);
});
