/**
 * What `diagnose` says in ten situations, and beside them, as processes in a HOME of their own on a simulated Mac. The
 * expected texts stand in `tests/fixtures/cli/diagnose_*.txt`; `METALGUARD_UPDATE_GOLDEN=1` writes them anew.
 */
import assert from "node:assert/strict";
import { Transcript } from "../cli_golden.ts";
import { CliPlace, command, type RunOptions } from "../cli_place.ts";
import { CAUSES, type ReportSpec, writeReport } from "../cli_reports.ts";

const SIMULATOR = Deno.env.get("METALGUARD_FFI_LIBRARY") ??
  new URL(
    `../../dist/ffi/linux-${Deno.build.arch}/libmetalguard-sim.so`,
    import.meta.url,
  ).pathname;

/** The boot that ended, and its first digits as breadcrumbs carry them. */
const BOOT = "0A1B2C3D-0000-4000-8000-000000000001";
const WATCHDOG = String
  .raw`watchdog timeout: no checkins from watchdogd in 91 seconds`;
const MODEL = "mlx-community/gemma-4-31b-it-8bit";

/** One place in which things have happened. */
class Scene {
  readonly place: CliPlace;
  readonly transcript: Transcript;
  readonly env: Record<string, string> = {};

  constructor(name: string, place: CliPlace) {
    this.place = place;
    this.transcript = new Transcript(`diagnose_${name}`, place);
    Deno.mkdirSync(place.state, { recursive: true });
  }

  /** A Mac like the one of the reports, with another system where that is said. */
  mac(
    system: { readonly build: string; readonly driver: string } = {
      build: "25F84",
      driver: "130.15.2",
    },
  ): this {
    const machine = JSON.parse(
      Deno.readTextFileSync(
        new URL("../../ffi/machines/m4-max.json", import.meta.url),
      ),
    );
    machine.sysctl["kern.osversion"] = system.build;
    machine.sysctl["kern.osproductversion"] = "26.5.2";
    machine.kexts["com.apple.iokit.IOGPUFamily"].CFBundleVersion =
      system.driver;
    const path = `${this.place.root}/machine.json`;
    Deno.writeTextFileSync(path, JSON.stringify(machine));
    this.env["METALGUARD_LIBRARY"] = SIMULATOR;
    this.env["METAL_GUARD_SIM"] = path;
    return this;
  }

  panic(minutes: number, spec: Partial<ReportSpec> = {}): this {
    writeReport(this.place, {
      name: `panic-full${minutes}.panic`,
      form: "panic_full",
      at: this.transcript.at(minutes),
      cause: CAUSES.prepareCount,
      ...spec,
    });
    return this;
  }

  /** GPU work that began and never ended. */
  work(minutes: number, options: { readonly boot?: string } = {}): this {
    const at = this.transcript.at(minutes);
    const local = at.toZonedDateTimeISO("Europe/Paris").toPlainDateTime()
      .toString({ smallestUnit: "second" }).replace("T", " ");
    const boot = options.boot === undefined ? "" : ` boot=${options.boot}`;
    Deno.writeTextFileSync(
      `${this.place.state}/metal_breadcrumb.log`,
      `[${local}] SUBPROC_PRE: ${MODEL} | at=${at.epochMilliseconds}${boot} ctx=8192 pid=812\n`,
      { append: true },
    );
    return this;
  }

  /** What the last good run stood on. */
  good(minutes: number, changes: Readonly<Record<string, unknown>> = {}): this {
    Deno.writeTextFileSync(
      `${this.place.state}/last-good.json`,
      JSON.stringify({
        ended_at: this.transcript.at(minutes).epochMilliseconds / 1_000,
        os_build: "25E253",
        kext_version: "130.13",
        model: "mlx-community/gemma-4-26b-a4b-it-4bit",
        interpreter: `${this.place.root}/venv/bin/python3`,
        versions: { python: "3.12", mlx: "0.31.1", "mlx-lm": "0.31.2" },
        ...changes,
      }),
    );
    return this;
  }

  /** A virtual environment, as far as its files tell. */
  python(versions: Readonly<Record<string, string>>): this {
    const venv = `${this.place.root}/venv`;
    const site = `${venv}/lib/python3.12/site-packages`;
    Deno.mkdirSync(site, { recursive: true });
    Deno.mkdirSync(`${venv}/bin`);
    Deno.writeTextFileSync(`${venv}/bin/python3`, "");
    Deno.writeTextFileSync(
      `${venv}/pyvenv.cfg`,
      "home = /opt/python/bin\nversion = 3.12.4\n",
    );
    for (const [name, version] of Object.entries(versions)) {
      const folder = `${site}/${
        name.replaceAll("-", "_")
      }-${version}.dist-info`;
      Deno.mkdirSync(folder);
      Deno.writeTextFileSync(
        `${folder}/METADATA`,
        `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`,
      );
    }
    return this;
  }

  async diagnose(
    args: readonly string[] = [],
    options: RunOptions = {},
  ): ReturnType<CliPlace["run"]> {
    return await this.place.run(["diagnose", ...args], {
      ...options,
      env: { ...this.#hidden(), ...options.env },
    });
  }

  #hidden(): Record<string, string> {
    return { PATH: this.place.bin, ...this.env };
  }

  /** Text and JSON against the golden file; both end alike. */
  async show(code: number): Promise<void> {
    for (const args of [["diagnose"], ["diagnose", "--json"]]) {
      const run = await this.transcript.step(args, {
        hiddenEnv: this.#hidden(),
      });
      assert.equal(run.code, code);
      assert.equal(run.stderr, "");
    }
    this.transcript.check();
  }
}

/** Each situation: what has to have happened, the word for it, and the exit code. */
const SITUATIONS: Readonly<
  Record<string, {
    readonly word: string;
    readonly code: number;
    readonly arrange: (scene: Scene) => unknown;
  }>
> = {
  "fresh panic": {
    word: "gpu_panic",
    code: 1,
    arrange: (scene) =>
      scene.mac().python({ mlx: "0.31.2", "mlx-lm": "0.31.2" })
        .good(-2_880).work(-50, { boot: BOOT.slice(0, 8) })
        .panic(-30, { boot: BOOT }),
  },
  "loop of three": {
    word: "gpu_panic_loop",
    code: 1,
    arrange: (scene) =>
      scene.mac().panic(-20, { boot: BOOT }).panic(-100, {
        cause: CAUSES.pending219,
      }).panic(-1_500).work(-30),
  },
  "watchdog with work in flight": {
    word: "watchdog_with_gpu_work",
    code: 1,
    arrange: (scene) =>
      scene.mac().work(-60, { boot: BOOT.slice(0, 8) })
        .panic(-40, { cause: WATCHDOG, boot: BOOT, form: "panic_text" }),
  },
  "watchdog without work": {
    word: "watchdog",
    code: 1,
    arrange: (scene) =>
      scene.mac().panic(-40, {
        cause: WATCHDOG,
        boot: BOOT,
        form: "panic_text",
      }),
  },
  "out of memory kill": {
    word: "memory_kill",
    code: 1,
    arrange: (scene) => {
      scene.mac().work(-60);
      writeReport(scene.place, {
        name: "JetsamEvent-one.ips",
        form: "jetsam_event",
        at: scene.transcript.at(-50),
      });
    },
  },
  "gpu reset only": {
    word: "gpu_reset",
    code: 1,
    arrange: (scene) => {
      scene.mac();
      writeReport(scene.place, {
        name: "one.gpuRestart",
        form: "gpu_restart",
        at: scene.transcript.at(-50),
      });
    },
  },
  "unreadable reports": {
    word: "unreadable",
    code: 1,
    arrange: (scene) => {
      scene.mac();
      Deno.removeSync(scene.place.reports);
      Deno.writeTextFileSync(scene.place.reports, "");
    },
  },
  "clean machine": {
    word: "nothing",
    code: 0,
    arrange: (scene) =>
      scene.mac().python({ mlx: "0.31.1", "mlx-lm": "0.31.2" }).good(-1_440, {
        os_build: "25F84",
        kext_version: "130.15.2",
      }),
  },
  "not a mac": { word: "nothing", code: 0, arrange: () => {} },
  "only suspects": {
    word: "suspected_panic",
    code: 1,
    arrange: (scene) => scene.mac().work(-60, { boot: "0000AAAA" }),
  },
  "wrong clock": {
    word: "gpu_panic",
    code: 1,
    arrange: (scene) => {
      const name = "from-the-future.panic";
      scene.mac().good(525_600).panic(525_600, { name, boot: BOOT });
      const seconds = scene.transcript.at(-30).epochMilliseconds / 1_000;
      Deno.utimeSync(`${scene.place.reports}/${name}`, seconds, seconds);
    },
  },
};

for (const [name, { word, code, arrange }] of Object.entries(SITUATIONS)) {
  Deno.test(`diagnose tells of: ${name}`, async () => {
    // Kills: words, order, certainty or a code that change unseen.
    using place = new CliPlace();
    const scene = new Scene(name.replaceAll(" ", "_"), place);
    arrange(scene);
    await scene.show(code);
    const { situation } = JSON.parse((await scene.diagnose(["--json"])).stdout);
    assert.equal(situation, word);
  });
}

Deno.test("diagnose answers where everything is missing, and says what", async () => {
  // Kills: the command of the night that needs a HOME, a folder, a dylib or a Python to say anything at all.
  using place = new CliPlace();
  const scene = new Scene("bare", place).panic(-30);
  const { stdout, code, stderr } = await scene.diagnose(["--json"], {
    env: {
      HOME: undefined,
      TEST_HOME: "",
      METALGUARD_LIBRARY: "/gone/libmetalguard.dylib",
      PATH: undefined,
    },
  });
  const told = JSON.parse(stdout);
  assert.deepEqual([code, stderr, told.situation], [1, "", "gpu_panic"]);
  assert.equal(told.what_changed.pairs, null);
  assert.ok(told.what_to_do.length > 0);
  assert.ok(
    told.findings.some((one: { code: string }) => one.code === "no-home"),
  );
});

Deno.test("diagnose passes over hostile records, and lets nothing of them act", async () => {
  // Kills: a torn or endless record that ends the answer; a name that moves the cursor or becomes a command.
  using place = new CliPlace();
  const scene = new Scene("hostile", place).mac().panic(-30, { boot: BOOT });
  const evil = String.raw`\u001b[2J\u202e'; touch ${place.root}/pwned; '`;
  const write = (name: string, text: string): void =>
    Deno.writeTextFileSync(`${place.state}/${name}`, text);
  const good = (version: string): string =>
    `{"ended_at": ${
      scene.transcript.at(-60).epochMilliseconds / 1_000
    }, "model": "${evil}", "os_build": "${evil}", "interpreter": "${evil}", "versions": {"mlx": "${version}", "${evil}": "1"}}`;
  write(
    "metal_breadcrumb.log",
    `[2026-01-01 00:00:00] SUBPROC_PRE: ${"\x1b[2J".repeat(500)} | boot=${
      BOOT.slice(0, 8)
    } pid=812\n\0\0\xff garbage\n`,
  );
  for (
    const record of [
      good(evil),
      good("1.0"),
      '{"ended_at": 1e400}',
      "[".repeat(50_000),
      "\0".repeat(70_000),
    ]
  ) {
    write("last-good.json", record);
    // What reaches the terminal is judged for every run by the place itself.
    const text = await scene.diagnose();
    assert.equal(text.code, 1, text.stderr);
    assert.match(text.stdout, /^What to do now$/m);
    for (const line of text.stdout.split("\n")) {
      if (!/^ *\$ /.test(line)) continue;
      assert.match(line, /^ *\$ (?:metal-guard|METALGUARD_|uv |\/|')/);
    }
  }
  assert.throws(
    () => Deno.statSync(`${place.root}/pwned`),
    Deno.errors.NotFound,
  );
});

Deno.test("diagnose reads no FIFO, no folder and no endless file in place of a record", async () => {
  // Kills: an answer that never comes because something waits for a writer.
  using place = new CliPlace();
  const scene = new Scene("odd", place).panic(-30);
  command("mkfifo", `${place.state}/last-good.json`);
  Deno.mkdirSync(`${place.state}/metal_breadcrumb.log`);
  Deno.mkdirSync(`${place.state}/runs`);
  command("mkfifo", `${place.state}/runs/20261124T000000Z-1.jsonl`);
  const { code, stdout } = await scene.diagnose(["--json"]);
  const { findings, situation } = JSON.parse(stdout);
  assert.deepEqual([code, situation], [1, "gpu_panic"]);
  assert.ok(
    findings.some((one: { code: string }) =>
      one.code === "last-good-unreadable"
    ),
  );
});

Deno.test("diagnose --share takes out what is private, in text and in JSON, and stays whole", async () => {
  // Kills: a page pasted into an issue that names its owner, home folder, host or token (SAFETY P3).
  using place = new CliPlace();
  const scene = new Scene("share", place).mac().panic(-30, { boot: BOOT });
  const home = `${place.root}/Users/adalovelace`;
  Deno.mkdirSync(`${home}/.cache/metal-guard`, { recursive: true });
  const at = scene.transcript.at(-50);
  Deno.writeTextFileSync(
    `${home}/.cache/metal-guard/metal_breadcrumb.log`,
    `[2026-01-01 00:00:00] SUBPROC_PRE: ${home}/models/m-4bit | at=${at.epochMilliseconds} boot=${
      BOOT.slice(0, 8)
    } pid=812 by=adalovelace token=hf_abcdefghijklmnopqrstuvwxyz012345\n`,
  );
  const env = { HOME: home, USER: "adalovelace" };
  const open = await scene.diagnose([], { env });
  assert.match(open.stdout, /adalovelace/);
  for (const args of [["--share"], ["--share", "--json"]]) {
    const { stdout, code } = await scene.diagnose(args, { env });
    assert.equal(code, 1);
    assert.doesNotMatch(stdout, /adalovelace|hf_abc/);
    assert.match(stdout, /m-4bit/);
    if (args.length > 1) {
      assert.equal(JSON.parse(stdout).situation, "gpu_panic");
    } else assert.match(stdout, /^What to do now$/m);
  }
});
