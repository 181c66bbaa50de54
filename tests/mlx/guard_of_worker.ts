/**
 * A program of `worker_guard_test.ts` that uses metal-guard as a library: `PYTHON MODEL` starts a worker in the home that it
 * is given, prints `worker PID`, generates, prints a piece a line, and then `done`.
 *
 * @module
 */
import { openMetalGuard } from "../../mod.ts";

function say(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

async function main(): Promise<void> {
  const [python = "", modelId = ""] = Deno.args;
  const guard = openMetalGuard();
  await using worker = await guard.workers.start(modelId, { python });
  say(`worker ${worker.pid}`);
  for await (const piece of worker.stream("hello", { maxTokens: 200 })) {
    say(`piece ${JSON.stringify(piece)}`);
  }
  say("done");
}

void main();
