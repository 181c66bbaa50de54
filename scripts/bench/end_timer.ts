/**
 * Starts a program, waits until it has written a file, tells it to end, and prints how long that took, in milliseconds:
 * `PATH PROGRAM ARGUMENTS…`.
 *
 * @module
 */
const LONGEST_START_MS = 20_000;
const LOOK_MS = 5;
/** It sleeps by then. */
const SETTLE_MS = 200;

async function main(): Promise<void> {
  const [path = "", program = "", ...args] = Deno.args;
  const child = new Deno.Command(program, {
    args,
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const deadline = performance.now() + LONGEST_START_MS;
  while (!isThere(path)) {
    if (performance.now() > deadline) {
      child.kill("SIGKILL");
      throw new Error(`${path} was not written`);
    }
    await rest(LOOK_MS);
  }
  await rest(SETTLE_MS);
  const from = performance.now();
  child.kill("SIGTERM");
  const { code } = await child.status;
  const ms = performance.now() - from;
  if (code !== 0) throw new Error(`it ended with ${code}`);
  Deno.stdout.writeSync(new TextEncoder().encode(`${ms}\n`));
}

function isThere(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function rest(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

if (import.meta.main) void main();
