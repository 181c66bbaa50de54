/**
 * Installed versions against Python itself: real environments, the same question put to `importlib.metadata`; and a
 * Python that leaves a trace when it is started, which must not appear.
 */
import assert from "node:assert/strict";
import { createDenoFileStore } from "../../lib/adapters/deno/file_store.ts";
import { createDenoLinkReader } from "../../lib/adapters/deno/link_reader.ts";
import { readInstalledVersions } from "../../lib/facts/installed_versions.ts";
import { CliPlace } from "../cli_place.ts";
import { fakeEnv } from "../fakes/env.ts";
import { pythonOfTests } from "../python_of_tests.ts";

const NAMES = ["mlx", "mlx-lm", "mlx-vlm", "transformers"];

type Versions = Readonly<Record<string, string | null>>;

function ours(
  python: string,
  env: Readonly<Record<string, string>>,
): Versions {
  const { packages, findings } = readInstalledVersions({
    store: createDenoFileStore(),
    links: createDenoLinkReader(),
    env: fakeEnv(env),
  }, { python });
  assert.deepEqual(findings, []);
  return Object.fromEntries(Array.from(packages, ([name, one]) => {
    assert.ok(one.kind === "known", `${name} is unknown`);
    return [name, one.value?.version ?? null];
  }));
}

const QUESTION = `
import importlib.metadata as m, json, sys
def version(name):
    try: return m.version(name)
    except m.PackageNotFoundError: return None
print(json.dumps({n: version(n) for n in sys.argv[1:]}))`;

/** What Python itself says. */
function theirs(
  python: string,
  env: Readonly<Record<string, string>>,
): Versions {
  const { stdout, stderr, success } = new Deno.Command(python, {
    args: ["-c", QUESTION, ...NAMES],
    clearEnv: true,
    env: { ...env },
    stdin: "null",
  }).outputSync();
  assert.ok(success, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

function run(program: string, ...args: readonly string[]): string {
  const { stdout, stderr, success } = new Deno.Command(program, {
    args: [...args],
    stdin: "null",
  }).outputSync();
  assert.ok(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).trim();
}

function install(folder: string, name: string, version: string): void {
  const path = `${folder}/${name.replaceAll("-", "_")}-${version}.dist-info`;
  Deno.mkdirSync(path, { recursive: true });
  Deno.writeTextFileSync(
    `${path}/METADATA`,
    `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`,
  );
}

Deno.test("versions are those that each Python itself would say", () => {
  // Kills: folders in another order than Python's; a user's packages in an environment that does not see them.
  const root = Deno.realPathSync(Deno.makeTempDirSync());
  try {
    const test = pythonOfTests();
    const base = run(test, "-c", "import sys; print(sys._base_executable)");
    const short = run(
      test,
      "-c",
      "import sys; print('%d.%d' % sys.version_info[:2])",
    );
    const env = { HOME: `${root}/home`, PATH: "/usr/bin:/bin" };
    const closed = `${root}/closed`;
    const open = `${root}/open`;
    run(base, "-m", "venv", "--without-pip", closed);
    run(base, "-m", "venv", "--without-pip", "--system-site-packages", open);
    install(
      `${root}/home/.local/lib/python${short}/site-packages`,
      "mlx",
      "0.1.0",
    );
    install(
      `${root}/home/.local/lib/python${short}/site-packages`,
      "mlx-vlm",
      "0.1.1",
    );
    install(`${closed}/lib/python${short}/site-packages`, "mlx-lm", "0.2.0");
    install(`${open}/lib/python${short}/site-packages`, "MLX.LM", "0.3.0");
    install(`${open}/lib/python${short}/site-packages`, "mlx", "0.3.1");
    install(`${root}/src`, "mlx", "0.4.0.dev1+here");
    install(`${root}/base/lib/python${short}/site-packages`, "mlx", "0.5");
    const environments: readonly Readonly<Record<string, string>>[] = [
      env,
      { ...env, PYTHONPATH: `${root}/none:${root}/src` },
      { ...env, PYTHONNOUSERSITE: "1" },
      { ...env, PYTHONUSERBASE: `${root}/base` },
    ];
    const pythons = [base, `${closed}/bin/python`, `${open}/bin/python3`, test];
    const seen = new Set<string>();
    for (const python of pythons) {
      for (const variables of environments) {
        const answer = theirs(python, variables);
        assert.deepEqual(
          ours(python, variables),
          answer,
          `${python} ${JSON.stringify(variables)}`,
        );
        seen.add(JSON.stringify(answer));
      }
    }
    assert.ok(seen.size >= 8, `${seen.size} different answers only`);
    assert.ok(ours(test, env)["mlx"] !== null, "the real mlx is seen");
  } finally {
    Deno.removeSync(root, { recursive: true });
  }
});

interface Trap {
  /** An environment with the real packages, whose interpreter leaves a trace. */
  readonly python: string;
  wasStarted(): boolean;
}

/** A Python that does nothing but leave a trace, in an environment with the real mlx and mlx-lm. */
function trap(place: CliPlace): Trap {
  const test = pythonOfTests();
  const prefix = run(test, "-c", "import sys; print(sys.prefix)");
  const folder = `${place.root}/venv`;
  const trace = `${place.root}/started`;
  Deno.mkdirSync(`${folder}/bin`, { recursive: true });
  Deno.symlinkSync(`${prefix}/lib`, `${folder}/lib`);
  Deno.copyFileSync(`${prefix}/pyvenv.cfg`, `${folder}/pyvenv.cfg`);
  const program = `#!/bin/sh\necho "$0" >>'${trace}'\n`;
  const paths = ["python", "python3"].flatMap((name) => [
    `${folder}/bin/${name}`,
    `${place.bin}/${name}`,
  ]);
  for (const path of paths) {
    Deno.writeTextFileSync(path, program, { mode: 0o755 });
  }
  return {
    python: `${folder}/bin/python`,
    wasStarted: () => {
      try {
        return Deno.statSync(trace).isFile;
      } catch (error) {
        if (error instanceof Deno.errors.NotFound) return false;
        throw error;
      }
    },
  };
}

Deno.test("advisories reads a real environment's mlx and mlx-lm and starts no Python", async () => {
  // Kills: an `import mlx` that takes the machine down while somebody asks whether it would.
  using place = new CliPlace();
  const { python, wasStarted } = trap(place);
  const real = theirs(pythonOfTests(), { HOME: place.home });
  for (
    const [args, env] of [
      [["--python", python], {}],
      [["--python", python.replace("/bin/python", "")], {}],
      [[], { VIRTUAL_ENV: python.replace("/bin/python", "") }],
      [[], { MLX_SAFE_PYTHON_BIN: python }],
    ] as const
  ) {
    const { code, stdout } = await place.run(
      ["advisories", "--json", ...args],
      {
        env,
      },
    );
    const answer: {
      readonly packages: readonly {
        readonly name: string;
        readonly version: string | null;
      }[];
    } = JSON.parse(stdout);
    const versions = Object.fromEntries(
      answer.packages.map(({ name, version }) => [name, version]),
    );
    assert.deepEqual(versions, real);
    assert.equal(code, 0, stdout);
  }
  const unknown = await place.run(["advisories"]);
  assert.equal(unknown.code, 3, unknown.stdout);
  assert.equal(wasStarted(), false, "a Python was started");
  run(python);
  assert.equal(wasStarted(), true, "the trap works");
});

Deno.test("advisories finds in real files what the registry has against them", async () => {
  // Kills: versions that are read and then judged by nothing.
  using place = new CliPlace();
  const { python, wasStarted } = trap(place);
  const folder = python.replace("/bin/python", "");
  Deno.removeSync(`${folder}/lib`);
  const short = run(
    pythonOfTests(),
    "-c",
    "import sys; print('%d.%d' % sys.version_info[:2])",
  );
  install(`${folder}/lib/python${short}/site-packages`, "mlx", "0.31.2");
  install(`${folder}/lib/python${short}/site-packages`, "mlx-lm", "0.31.2");
  const { code, stdout } = await place.run([
    "advisories",
    "--json",
    "--python",
    python,
  ]);
  const answer: {
    readonly advisories: readonly { readonly issue: string }[];
    readonly blocked: readonly {
      readonly version: string;
      readonly recommends: readonly {
        readonly version: string;
        readonly known_issues: readonly string[];
      }[];
    }[];
  } = JSON.parse(stdout);
  assert.equal(code, 2);
  assert.deepEqual(answer.advisories.map(({ issue }) => issue).sort(), [
    "ml-explore/mlx#3350",
    "ml-explore/mlx#3390",
    "ml-explore/mlx-lm#1081",
    "ml-explore/mlx-lm#1128",
    "ml-explore/mlx-lm#1139",
  ]);
  const [mlx] = answer.blocked;
  assert.equal(mlx?.version, "0.31.2");
  assert.ok((mlx?.recommends[0]?.known_issues.length ?? 0) >= 4);
  assert.equal(wasStarted(), false);
});

Deno.test("doctor names the Python and the MLX of a real environment, and starts no Python", async () => {
  // Kills: a doctor that knows the machine and not what runs on it; one that imports MLX to learn its version.
  using place = new CliPlace();
  const { python, wasStarted } = trap(place);
  const real = theirs(pythonOfTests(), { HOME: place.home });
  const env = { VIRTUAL_ENV: python.replace("/bin/python", "") };
  const { stdout } = await place.run(["doctor"], { env });
  const plain = stdout.replace(/\n {12}/g, " ");
  assert.ok(
    plain.includes(`Python      ${python} (`),
    `${python} is not named:\n${stdout}`,
  );
  for (const name of ["mlx", "mlx-lm"]) {
    const version = real[name];
    assert.ok(typeof version === "string", `${name} is really there`);
    assert.ok(plain.includes(` ${name} ${version}`), stdout);
  }
  const answer: {
    readonly pythons: readonly {
      readonly used_by: string | null;
      readonly packages: readonly {
        readonly name: string;
        readonly version: string | null;
      }[];
    }[];
  } = JSON.parse((await place.run(["doctor", "--json"], { env })).stdout);
  assert.deepEqual(
    answer.pythons.map(({ used_by, packages }) => [
      used_by,
      Object.fromEntries(packages.map(({ name, version }) => [name, version])),
    ]),
    [[null, real]],
  );
  assert.equal(wasStarted(), false, "a Python was started");
});
