/**
 * The process of its own in which a library asks the dylib. The program starts itself anew for that; a package that was
 * imported has no program, so it starts this file.
 *
 * @module
 */
import { createDenoTerminal } from "../adapters/deno/terminal.ts";
import { answerAsChild } from "../adapters/native/child_answer.ts";

/**
 * Asks the dylib inside this process.
 *
 * @param args The task and the dylib's path.
 * @returns What to print, `undefined` when the arguments are not those of a child.
 */
export async function answerTask(
  args: readonly string[],
): Promise<string | undefined> {
  const [task, path] = args;
  if (path === undefined || (task !== "trial" && task !== "metal")) {
    return undefined;
  }
  return await answerAsChild(task, path);
}

if (import.meta.main) {
  // The first word says that a child is meant; whoever asks passes it to a program and to this file alike.
  const [, ...rest] = Deno.args;
  void answerTask(rest).then((answer) => {
    if (answer !== undefined) createDenoTerminal().stdout.write(`${answer}\n`);
  });
}
