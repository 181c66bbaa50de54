/** `status --watch` in a real terminal: tmux draws it, is resized, and tells what is left behind. */
import assert from "node:assert/strict";
import { CliPlace } from "../cli_place.ts";

/** A terminal of its own server, so that nobody's session is touched. */
class Terminal implements Disposable {
  /** A socket's path has to be short. */
  readonly #folder = Deno.makeTempDirSync({ prefix: "mg-tmux-" });
  readonly #env: Readonly<Record<string, string>>;

  constructor(
    place: CliPlace,
    size: { readonly columns: number; readonly rows: number },
    env: Readonly<Record<string, string>>,
    hasJobs = false,
  ) {
    this.#env = place.environment({ TERM: "screen-256color", ...env });
    const line = place.commandLine(["status", "--watch", "--interval", "1"])
      .map((word) => `'${word}'`).join(" ");
    // Behind it a shell, which shows how it ended and in what state the terminal is.
    const script = `trap : INT; echo $$ > '${place.root}/shell'; ${line}; ` +
      `echo "ended with $?"; read -r _`;
    // One with jobs: each line that is typed goes on with the one that was stopped.
    const jobs = `set -m; ${line}; echo "stopped with $?"; ` +
      `read -r _; bg; until jobs | grep -q Stopped; do sleep 0.1; done; jobs; read -r _; fg; echo "ended with $?"; read -r _`;
    const path = `${place.root}/script`;
    Deno.writeTextFileSync(path, hasJobs ? jobs : script);
    const shell = `exec bash '${path}'`;
    this.#tmux(
      "-f",
      "/dev/null",
      "new-session",
      "-d",
      "-x",
      String(size.columns),
      "-y",
      String(size.rows),
      shell,
    );
  }

  [Symbol.dispose](): void {
    this.#tmux("kill-server");
    Deno.removeSync(this.#folder, { recursive: true });
  }

  #tmux(...args: readonly string[]): string {
    const { success, stdout, stderr } = new Deno.Command("tmux", {
      args: ["-S", `${this.#folder}/s`, ...args],
      clearEnv: true,
      env: { ...this.#env },
    }).outputSync();
    assert.ok(success, new TextDecoder().decode(stderr));
    return new TextDecoder().decode(stdout);
  }

  resize(columns: number, rows: number): void {
    const size = ["-x", String(columns), "-y", String(rows)];
    this.#tmux("resize-window", ...size);
  }

  type(key: string): void {
    this.#tmux("send-keys", key);
  }

  /** What is on the screen, with its colours when asked for. */
  text(options: { readonly colours?: boolean } = {}): string {
    return this.#tmux(
      "capture-pane",
      "-p",
      ...(options.colours === true ? ["-e"] : []),
    );
  }

  /** Whether the cursor is seen, the other screen is used, and long lines go on in the next row. */
  state(): string {
    return this.#tmux(
      "display-message",
      "-p",
      "#{cursor_flag} #{alternate_on} #{wrap_flag}",
    ).trim();
  }

  /** Waits for a screen. */
  async shows(pattern: RegExp): Promise<string> {
    const deadline = performance.now() + 15_000;
    for (;;) {
      const text = this.text();
      if (pattern.test(text)) return text;
      assert.ok(performance.now() < deadline, `${pattern} is not in\n${text}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

const TALL = { columns: 80, rows: 24 };
const FOOTER = /\d\d:\d\d:\d\d, every 1 s, Ctrl-C ends\s*$/;

/** The program's own process below the shell. */
function programOf(place: CliPlace): number {
  const shell = Deno.readTextFileSync(`${place.root}/shell`).trim();
  const { stdout } = new Deno.Command("ps", {
    args: ["-o", "pid=", "--ppid", shell],
  }).outputSync();
  return Number(new TextDecoder().decode(stdout).trim().split(/\s+/)[0]);
}

Deno.test("status --watch redraws in place, at 80×24 and 40×15, and gives the terminal back at Ctrl-C", async () => {
  // Kills: rows that go on in the next one; a stale row after a resize; a terminal without its cursor.
  using place = new CliPlace();
  using terminal = new Terminal(place, TALL, { NO_COLOR: "1" });
  const first = await terminal.shows(FOOTER);
  assert.match(first, /^metal-guard \S+ {2}OK\n\nGate {8}no GPU panic/);
  assert.match(first, /\nBreadcrumbs \S+\n/);
  assert.equal(terminal.state(), "0 1 0");
  assert.ok(!terminal.text({ colours: true }).includes("\x1b["));
  terminal.resize(40, 15);
  const small = await terminal.shows(/… \d+ more lines\n.*Ctrl-C ends\s*$/);
  const rows = small.replace(/\n$/, "").split("\n");
  assert.equal(rows.length, 15);
  assert.ok(rows.every((row) => row.length <= 40), small);
  assert.match(
    small,
    /^Gate {8}no GPU panic in the last 24\n {2}hours: GPU work may start\n/m,
  );
  terminal.resize(80, 24);
  // Nothing of the small one is left.
  const whole = await terminal.shows(
    /^Gate {8}no GPU panic in the last 24 hours: GPU work may start$/m,
  );
  assert.doesNotMatch(whole, /more lines|^ {2}hours/m);
  const [time = ""] = /\d\d:\d\d:\d\d/.exec(terminal.text()) ?? [];
  await terminal.shows(new RegExp(`^(?![^]*${time})[^]*Ctrl-C ends\\s*$`));
  terminal.type("C-c");
  const end = await terminal.shows(/ended with 0/);
  assert.equal(terminal.state(), "1 0 1");
  assert.doesNotMatch(end, /Gate/);
});

Deno.test("status --watch in colour takes no more room, and gives the terminal back at SIGTERM", async () => {
  // Kills: colours that count as letters; a cursor that only Ctrl-C brings back.
  using place = new CliPlace();
  using terminal = new Terminal(place, { columns: 40, rows: 15 }, {});
  const shown = await terminal.shows(/every 1 s, Ctrl-C ends\s*$/);
  assert.ok(shown.split("\n").every((row) => [...row].length <= 40), shown);
  const coloured = terminal.text({ colours: true });
  assert.ok(coloured.includes("\x1b[1m\x1b[32mOK"), coloured);
  Deno.kill(programOf(place), "SIGTERM");
  await terminal.shows(/ended with 0/);
  assert.equal(terminal.state(), "1 0 1");
});

Deno.test("status --watch gives the terminal back at Ctrl-Z, keeps off it in the background, and draws again in the foreground", async () => {
  // Kills: a shell without a cursor after Ctrl-Z; a picture drawn over a shell; an empty screen after fg.
  using place = new CliPlace();
  using terminal = new Terminal(place, TALL, { NO_COLOR: "1" }, true);
  await terminal.shows(FOOTER);
  terminal.type("C-z");
  const stopped = await terminal.shows(/stopped with (?:14[5-9]|150)\b/);
  assert.equal(terminal.state(), "1 0 1");
  assert.doesNotMatch(stopped, /Gate/);
  // A size that changed meanwhile draws nothing over the shell.
  terminal.resize(70, 20);
  terminal.type("Enter");
  const background = await terminal.shows(/Stopped[^]*status/);
  assert.equal(terminal.state(), "1 0 1");
  assert.doesNotMatch(background, /Gate/);
  terminal.type("Enter");
  const again = await terminal.shows(FOOTER);
  assert.match(again, /^metal-guard \S+ {2}OK\n\nGate {8}no GPU panic/);
  assert.equal(terminal.state(), "0 1 0");
  const [time = ""] = /\d\d:\d\d:\d\d/.exec(again) ?? [];
  await terminal.shows(new RegExp(`^(?![^]*${time})[^]*Ctrl-C ends\\s*$`));
  terminal.type("C-c");
  await terminal.shows(/ended with 0/);
  assert.equal(terminal.state(), "1 0 1");
});
