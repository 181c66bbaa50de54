import { isOnPath, planTools, type Tool } from "./test_tools.ts";

function say(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}

function hasPythonModule(name: string): boolean {
  try {
    return new Deno.Command("python3", {
      args: ["-c", `import ${name}`],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).outputSync().success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/**
 * Whether the programs that tests start are here in the end: root on Debian installs what is missing, everybody else is
 * told the line to type.
 *
 * @param tools What is needed. @default what the usual tests start
 */
export function prepareTools(tools?: readonly Tool[]): boolean {
  const plan = planTools({
    platform: Deno.build.os,
    isRoot: Deno.uid() === 0,
    has: (program) => isOnPath(program, Deno.env.get("PATH") ?? ""),
    hasModule: (name) => hasPythonModule(name),
  }, tools);
  if (plan.kind === "ready") return true;
  if (plan.kind === "ask") {
    say(`The tests need ${plan.missing.join(" and ")}. Please type:`);
    say(`  ${plan.line}`);
    return false;
  }
  return plan.commands.every(([program = "", ...args]) => {
    say(`$ ${[program, ...args].join(" ")}`);
    return new Deno.Command(program, {
      args,
      env: { DEBIAN_FRONTEND: "noninteractive" },
      stdin: "null",
      stdout: "inherit",
      stderr: "inherit",
    }).outputSync().success;
  });
}
