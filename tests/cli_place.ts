import assert from "node:assert/strict";
import { type CliChild, type CliRun, startCommand } from "./cli_process.ts";
import {
  copyProgram,
  ourProgram,
  type Program,
  SHIPPED_PERMISSIONS,
} from "./cli_program.ts";

/** Whoever the tests run the program as when they are root, whom no permission stops: nobody. */
export const OTHER_USER = 65534;

/** Whether we are root. */
export const IS_ROOT: boolean = Deno.uid() === 0;

/** No path fits behind other words on a line of 78, so that where lines break does not depend on the machine. */
const LONG_NAME =
  "a-name-so-long-that-every-path-below-it-stands-on-a-line-of-its-own-in-any-text";

/** How one run differs from the usual one. */
export interface RunOptions {
  /** Variables on top of the usual ones; `undefined` takes one away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** What `/bin/sh` is given; `"$@"` in it is the program, e.g. `exec "$@" >&-`. */
  readonly shell?: string;
  /** Working folder. */
  readonly cwd?: string;
  /** Colour is expected; otherwise an escape character is a failure. */
  readonly colour?: boolean;
}

/** A HOME of its own, a report folder, and the program run as a process in it. */
export class CliPlace {
  /** Everything of this place. */
  readonly root: string;
  /** HOME. */
  readonly home: string;
  /** The only report folder. */
  readonly reports: string;
  /** First folder on PATH. */
  readonly bin: string;
  /** `home/.cache/metal-guard`; the program makes it. */
  readonly state: string;
  /** The hold file. */
  readonly sentinel: string;
  /** The ack. */
  readonly ack: string;
  readonly #top: string;
  readonly #program: Program;
  readonly #isDenied: boolean;
  readonly #closed = new Map<string, number>();

  /** @param options `user: "denied"` runs the program as somebody whom permissions stop. */
  constructor(options: { readonly user?: "denied" } = {}) {
    this.#isDenied = options.user === "denied";
    this.#top = Deno.realPathSync(
      Deno.makeTempDirSync({ prefix: "metal-guard-cli-" }),
    );
    Deno.chmodSync(this.#top, 0o755);
    this.root = `${this.#top}/${LONG_NAME}`;
    this.home = `${this.root}/home`;
    this.reports = `${this.root}/reports`;
    this.bin = `${this.root}/bin`;
    this.state = `${this.home}/.cache/metal-guard`;
    this.sentinel = `${this.state}/panic-sentinel.json`;
    this.ack = `${this.home}/.metal-guard-ack`;
    for (const folder of [this.root, this.home, this.reports, this.bin]) {
      Deno.mkdirSync(folder);
      Deno.chmodSync(folder, 0o755);
    }
    this.#program = this.#isDenied && IS_ROOT
      ? copyProgram(this.#folder("program"))
      : ourProgram();
  }

  #folder(name: string): string {
    const path = `${this.#top}/${name}`;
    Deno.mkdirSync(path);
    Deno.chmodSync(path, 0o755);
    return path;
  }

  /** Opens what was closed, and removes the place. */
  [Symbol.dispose](): void {
    for (const [path, mode] of [...this.#closed].reverse()) {
      Deno.chmodSync(path, mode);
    }
    Deno.removeSync(this.#top, { recursive: true });
  }

  /** Gives everything here to whoever the program runs as: what belongs to root proves nothing about permissions. */
  handOver(): void {
    if (IS_ROOT) {
      command("chown", "-Rh", `${OTHER_USER}:${OTHER_USER}`, this.root);
    }
  }

  /** Takes permissions away until the place is removed. */
  close(path: string, mode = 0): void {
    if (!this.#closed.has(path)) {
      this.#closed.set(path, (Deno.statSync(path).mode ?? 0) & 0o777);
    }
    Deno.chmodSync(path, mode);
  }

  /** Runs the program and waits for its end. */
  async run(
    args: readonly string[],
    options: RunOptions = {},
  ): Promise<CliRun> {
    return await this.start(args, options).end();
  }

  /** Starts the program. */
  start(args: readonly string[], options: RunOptions = {}): CliChild {
    return startCommand(this.commandLine(args, options), {
      cwd: options.cwd ?? this.root,
      env: this.environment(options.env),
      check: (run) => assertSane(args, run, options),
    });
  }

  /** What is started: the program, or a shell around it. */
  commandLine(
    args: readonly string[],
    options: Pick<RunOptions, "env" | "shell"> = {},
  ): readonly string[] {
    const { TEST_HOME, TEST_GONE_FOLDER } = options.env ?? {};
    const preload = new URL("cli_preload.ts", import.meta.url).pathname;
    const user = this.#isDenied && IS_ROOT ? asOtherUser() : [];
    const line = [
      Deno.execPath(),
      "run",
      ...SHIPPED_PERMISSIONS,
      ...(TEST_HOME ?? TEST_GONE_FOLDER) === undefined
        ? []
        : [`--preload=${preload}`],
      this.#program.main,
      ...args,
    ];
    return options.shell === undefined
      ? [...user, ...line]
      : [...user, "/bin/sh", "-c", options.shell, "sh", ...line];
  }

  /** The whole environment of a run: nothing of ours but where programs are gets in. */
  environment(changes: RunOptions["env"] = {}): Record<string, string> {
    const env: Record<string, string> = {
      HOME: this.home,
      PATH: `${this.bin}:${Deno.env.get("PATH") ?? "/usr/bin:/bin"}`,
      LANG: "C.UTF-8",
      TZ: "Europe/Paris",
      DENO_DIR: this.#program.denoDir,
      DENO_NO_UPDATE_CHECK: "1",
      METALGUARD_REPORT_DIRS: this.reports,
    };
    for (const [name, value] of Object.entries(changes)) {
      if (value === undefined) delete env[name];
      else env[name] = value;
    }
    return env;
  }
}

function asOtherUser(): readonly string[] {
  return [
    "setpriv",
    `--reuid=${OTHER_USER}`,
    `--regid=${OTHER_USER}`,
    "--clear-groups",
  ];
}

/** Runs a program that has to succeed, such as `mkfifo`. */
export function command(program: string, ...args: readonly string[]): void {
  const { success, stderr } = new Deno.Command(program, {
    args: [...args],
  }).outputSync();
  const words = new TextDecoder().decode(stderr);
  assert.ok(success, `${program} ${args.join(" ")}: ${words}`);
}

/** C0 but tab and line break, DEL, C1, and the marks that turn writing around. */
const ACTS_ON_TERMINAL =
  // deno-lint-ignore no-control-regex
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

/** What holds for every run, whatever it was given. */
function assertSane(
  args: readonly string[],
  run: CliRun,
  options: RunOptions,
): void {
  const all = run.stdout + run.stderr;
  const shown = `${args.join(" ")} → ${run.code}\n${run.stdout}\n${run.stderr}`;
  // Kills: an error that nobody caught, a runtime that gave up.
  assert.doesNotMatch(
    all,
    /^ +at .*:\d+:\d+|Uncaught|Stack backtrace|panicked at/m,
    shown,
  );
  if (options.colour !== true) {
    // Kills: a file's name or a variable that reaches the terminal as it is.
    assert.doesNotMatch(all, ACTS_ON_TERMINAL, JSON.stringify(shown));
  }
  if (args.includes("panic-gate")) {
    // Kills: exit 1, which no wrapper knows, out of any path of the gate.
    assert.notEqual(run.code, 1, shown);
  }
  assert.notEqual(run.code, 70, shown);
}
