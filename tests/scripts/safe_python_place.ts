/** The script under test. */
export const SCRIPT: string =
  new URL("../../scripts/mlx-safe-python", import.meta.url).pathname;

/** A folder with a space in its name, the real python as `python3`, and a home of its own. */
export class Place {
  readonly root = Deno.makeTempDirSync({ prefix: "safe python " });
  readonly bin = `${this.root}/bin`;

  constructor() {
    Deno.mkdirSync(this.bin);
    Deno.symlinkSync(REAL_PYTHON, `${this.bin}/python3`);
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.root, { recursive: true });
  }

  /** Writes a program. Paths are relative to the root. */
  program(name: string, text: string, mode = 0o755): string {
    const path = `${this.root}/${name}`;
    Deno.writeTextFileSync(path, text);
    Deno.chmodSync(path, mode);
    return path;
  }

  /** A gate that writes down that it was asked. */
  gate(exitCode: number, name = "gate"): string {
    return this.program(
      name,
      `#!/bin/sh\n/bin/cat >/dev/null\nprintf '%s\\n' "$*" >>'${this.root}/asked'\n` +
        `echo "the gate's words" >&2\nexit ${exitCode}\n`,
    );
  }

  /** How often a gate was asked, and with which arguments. */
  asked(): readonly string[] {
    try {
      return Deno.readTextFileSync(`${this.root}/asked`).trim().split("\n");
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return [];
      throw error;
    }
  }

  async run(args: readonly string[], options: RunOptions = {}): Promise<Run> {
    const child = new Deno.Command(options.program ?? SCRIPT, {
      args: [...args],
      clearEnv: true,
      env: { PATH: this.bin, HOME: this.root, ...options.env },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const writer = child.stdin.getWriter();
    await Promise.all([
      writer.write(new TextEncoder().encode(options.stdin ?? "")),
      writer.close(),
    ]).catch((error) => {
      // Who was blocked never read what it was given.
      if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
    });
    const { code, stdout, stderr } = await child.output();
    const text = new TextDecoder();
    return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
  }
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly program?: string;
}

export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A version manager puts small scripts in the place of python3; they would find themselves on our PATH. */
const REAL_PYTHON = new TextDecoder().decode(
  new Deno.Command("python3", {
    args: ["-c", "import os, sys; print(os.path.realpath(sys.executable))"],
  }).outputSync().stdout,
).trim();
