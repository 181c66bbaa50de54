import assert from "node:assert/strict";
import { CliPlace } from "../cli_place.ts";

/** Longer than anything here may take. */
const PATIENCE_MS = 120_000;
const LOOK_MS = 250;

/** Waits until something holds, looking again and again. */
export async function until(
  what: () => string,
  holds: () => Promise<boolean>,
): Promise<void> {
  const endMs = performance.now() + PATIENCE_MS;
  while (!await holds()) {
    assert.ok(performance.now() < endMs, `it never came to this: ${what()}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** A port of 127.0.0.1 that nobody uses now. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** A program that runs until the place is removed. */
export class Running implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #log: string;

  /**
   * Starts it.
   *
   * @param line Program and arguments.
   * @param log File for what it says.
   * @param env Its environment, whole; left out, ours.
   */
  constructor(
    line: readonly string[],
    log: string,
    env?: Readonly<Record<string, string>>,
  ) {
    const [program = "", ...args] = line;
    this.#log = log;
    this.#child = new Deno.Command("/bin/sh", {
      args: ["-c", 'log=$1; shift; exec "$@" >"$log" 2>&1', "sh", log, program]
        .concat(args),
      ...(env === undefined ? {} : { clearEnv: true, env: { ...env } }),
      stdin: "null",
    }).spawn();
  }

  /** Its last words. */
  get words(): string {
    return Deno.readTextFileSync(this.#log).slice(-2_000);
  }

  /** Ends it, and waits for its end. */
  async kill(signal: Deno.Signal): Promise<void> {
    try {
      this.#child.kill(signal);
    } catch (error) {
      // It has ended already.
      if (!(error instanceof TypeError)) throw error;
    }
    await this.#child.status;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill("SIGKILL");
  }
}

/** One Mac of the fleet: a home, its writer and its node_exporter. */
export class FleetMac implements AsyncDisposable {
  /** The home and its reports. */
  readonly place = new CliPlace();
  /** Folder of the collector. */
  readonly folder: string;
  /** Where its node_exporter answers. */
  readonly target: string;
  readonly #exporter: Running;
  #writer: Running | undefined;

  /** Starts its node_exporter, with nothing to collect yet. */
  constructor() {
    this.folder = `${this.place.root}/textfile`;
    Deno.mkdirSync(this.folder);
    this.target = `127.0.0.1:${freePort()}`;
    this.#exporter = new Running([
      Deno.build.os === "darwin" ? "node_exporter" : "prometheus-node-exporter",
      "--collector.disable-defaults",
      "--collector.textfile",
      `--collector.textfile.directory=${this.folder}`,
      `--web.listen-address=${this.target}`,
    ], `${this.place.root}/exporter.log`);
  }

  /** Starts the real writer. */
  startWriter(): void {
    this.#writer = new Running(
      this.place.commandLine([
        "status-write",
        "--interval",
        "1",
        "--metrics-dir",
        this.folder,
      ]),
      `${this.place.root}/writer.log`,
      this.place.environment(),
    );
  }

  /** Ends the writer as a crash does. */
  async killWriter(): Promise<void> {
    await this.#writer?.kill("SIGKILL");
  }

  /** What the writer has written, `undefined` before the first time. */
  text(): string | undefined {
    try {
      return Deno.readTextFileSync(`${this.folder}/metal_guard.prom`);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer?.kill("SIGKILL");
    await this.#exporter.kill("SIGKILL");
    this.place[Symbol.dispose]();
  }
}

/** A Prometheus that watches a fleet by our rules as they are. */
export class Watcher implements AsyncDisposable {
  readonly #address: string;
  readonly #process: Running;

  /** Starts it. @param macs Each Mac by its name, which becomes its `instance`. */
  constructor(
    folder: string,
    rules: string,
    macs: ReadonlyMap<string, FleetMac>,
  ) {
    this.#address = `127.0.0.1:${freePort()}`;
    const scrapes = Array.from(macs, ([name, { target }]) => ({
      targets: [target],
      labels: { instance: name },
    }));
    // JSON is YAML.
    Deno.writeTextFileSync(
      `${folder}/prometheus.yml`,
      JSON.stringify({
        global: { scrape_interval: "1s", evaluation_interval: "1s" },
        rule_files: [rules],
        scrape_configs: [{ job_name: "node", static_configs: scrapes }],
      }),
    );
    this.#process = new Running([
      "prometheus",
      `--config.file=${folder}/prometheus.yml`,
      `--storage.tsdb.path=${folder}/data`,
      `--web.listen-address=${this.#address}`,
    ], `${folder}/prometheus.log`);
  }

  /** Names of the alerts that fire, as `Mac: alert`, sorted; `undefined` while it does not answer. */
  async firing(): Promise<readonly string[] | undefined> {
    const answer = await this.#ask<{
      readonly alerts: readonly {
        readonly state: string;
        readonly labels: Readonly<Record<string, string>>;
      }[];
    }>("alerts");
    return answer?.alerts
      .filter(({ state }) => state === "firing")
      .map(({ labels }) =>
        `${labels["instance"]}: ${labels["alertname"]?.slice(10)}`
      )
      .toSorted();
  }

  /** The value of an expression by Mac. */
  async query(
    expression: string,
  ): Promise<Readonly<Record<string, number>>> {
    const answer = await this.#ask<{
      readonly result: readonly {
        readonly metric: Readonly<Record<string, string>>;
        readonly value: readonly [number, string];
      }[];
    }>(`query?query=${encodeURIComponent(expression)}`);
    return Object.fromEntries(
      (answer?.result ?? []).map((
        { metric, value },
      ) => [metric["instance"], Number(value[1])]),
    );
  }

  /** Its last words. */
  get words(): string {
    return this.#process.words;
  }

  async #ask<T>(what: string): Promise<T | undefined> {
    try {
      const response = await fetch(`http://${this.#address}/api/v1/${what}`);
      const answer: { readonly status: string; readonly data: T } =
        await response.json();
      return answer.status === "success" ? answer.data : undefined;
    } catch (error) {
      // It is not up yet; it says so in plain words while it reads its data.
      if (error instanceof TypeError || error instanceof SyntaxError) {
        return undefined;
      }
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process.kill("SIGKILL");
  }
}
