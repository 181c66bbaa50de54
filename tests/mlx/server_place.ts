import assert from "node:assert/strict";
import { besideFolder } from "../../scripts/test_python.ts";
import { pythonOfTests } from "../python_of_tests.ts";
import { type RunEnd, RunPlace, until } from "../torture/run_place.ts";
import { tinyModel } from "./tiny_model.ts";

const HOOK = new URL("server_hook", import.meta.url).pathname;
const CLIENTS = new URL("server_clients.py", import.meta.url).pathname;

/** What one completion came to: its status, and its text or what went wrong. */
export type Answer = readonly [number, string];

/** How much is asked for. */
export interface AskOptions {
  readonly port?: number;
  readonly requests?: number;
  readonly clients?: number;
  readonly tokens?: number;
}

/** A guarded server that is under way. */
export interface Guarded {
  readonly guard: Deno.ChildProcess;
  readonly ended: Promise<RunEnd>;
}

/** A server without a guard. */
export interface Bare {
  readonly server: Deno.ChildProcess;
  readonly ended: Promise<Deno.CommandOutput>;
}

/** The real server of mlx-lm, with a tiny model, guarded or bare. */
export class ServerPlace extends RunPlace {
  readonly port = freePort();
  readonly #bare: Deno.ChildProcess[] = [];

  /** The server's command line. */
  async command(port = this.port): Promise<readonly string[]> {
    return [
      ...[pythonOfTests(), "-m", "mlx_lm", "server"],
      ...["--model", await tinyModel(), "--port", `${port}`],
    ];
  }

  /** The same with the model hidden from the guard, which else keeps three minutes between two loads. */
  async unnamedCommand(): Promise<readonly string[]> {
    const words = (await this.command()).map((word) => `'${word}'`).join(" ");
    return ["/bin/sh", "-c", `exec ${words}`];
  }

  /** Variables by which the server's generation does what {@linkcode misbehave} says. */
  hookEnv(): Record<string, string> {
    return { ["PYTHONPATH"]: HOOK, ["TEST_SERVER"]: this.home };
  }

  /** Variables by which it is the server of mlx-lm 0.31.2. */
  oldEnv(): Record<string, string> {
    return { ["PYTHONPATH"]: besideFolder(pythonOfTests()) };
  }

  /** From now on, or no more. */
  misbehave(how: "hang" | "grow", isOn = true): void {
    if (isOn) Deno.writeTextFileSync(this.at(how), "");
    else Deno.removeSync(this.at(how));
  }

  /** Starts `metal-guard run` around the server. What it writes is read from the start: a full pipe would stop it. */
  guarded(
    words: readonly string[],
    command: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Guarded {
    const { guard, end } = this.start(
      ["--report", this.report, ...words, "--", ...command],
      { env: { ["HF_HUB_OFFLINE"]: "1", ...env } },
    );
    return { guard, ended: end() };
  }

  /** Starts the server without a guard; it is dead at the end of the test. */
  async bare(port: number): Promise<Bare> {
    const [program = "", ...args] = await this.command(port);
    const server = new Deno.Command(program, {
      args,
      env: { HOME: this.home, ["HF_HUB_OFFLINE"]: "1" },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#bare.push(server);
    return { server, ended: server.output() };
  }

  /** What `/health` answers: a status, 0 when nobody does. */
  async health(port = this.port): Promise<number> {
    const { stdout } = await new Deno.Command("curl", {
      args: [
        ...["--silent", "--output", "/dev/null", "--max-time", "5"],
        ...["--write-out", "%{http_code}", `http://127.0.0.1:${port}/health`],
      ],
      stdout: "piped",
      stderr: "null",
    }).output();
    return Number(new TextDecoder().decode(stdout));
  }

  /** Waits until it answers. */
  async ready(port = this.port): Promise<void> {
    await until(
      async () => await this.health(port) === 200 ? true : undefined,
      "the server's /health",
    );
  }

  /** Asks for completions and answers them in the order of the requests. */
  async ask(
    { port = this.port, requests = 1, clients = 1, tokens = 6 }: AskOptions,
  ): Promise<readonly Answer[]> {
    const { stdout, success } = await new Deno.Command(pythonOfTests(), {
      args: [CLIENTS, ...[port, requests, clients, tokens].map(String)],
      env: { PYTHONPATH: "" },
      stdin: "null",
      stdout: "piped",
      stderr: "inherit",
    }).output();
    assert.ok(success);
    return JSON.parse(new TextDecoder().decode(stdout));
  }

  /** Waits until the report holds so many events of a kind, and answers the last one's reason. */
  async event(kind: string, count = 1): Promise<string> {
    return await until(() => {
      const found = this.readReport().events.filter((one) => one.kind === kind);
      return found.length >= count ? found.at(-1)?.reason ?? "" : undefined;
    }, `${count} × ${kind} in the report`);
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    for (const server of this.#bare) {
      try {
        server.kill("SIGKILL");
      } catch {
        // It is gone already.
      }
      await server.status;
    }
    await super[Symbol.asyncDispose]();
  }
}

/** A port that nobody listens on, asked of a Python, since tests have no network. */
export function freePort(): number {
  const { stdout } = new Deno.Command("python3", {
    args: [
      "-c",
      "import socket; s = socket.socket(); s.bind(('127.0.0.1', 0)); print(s.getsockname()[1])",
    ],
  }).outputSync();
  return Number(new TextDecoder().decode(stdout));
}
