/**
 * Forgets one safety rule after the other in a copy of the project, and shows that a test of that rule fails then.
 *
 *     deno task prove:rules [ID…]
 *
 * @module
 */
import {
  type Forgotten,
  SAFETY_RULES,
  type SafetyRule,
} from "../tests/contract/safety_rules.ts";

/** What a copy needs so that its tests run. */
const PARTS: readonly string[] = [
  "deno.json",
  "deno.lock",
  "lib",
  "main.ts",
  "mod.ts",
  "registry",
  "scripts",
  "tests",
];

/**
 * Forgets a rule in a source text.
 *
 * @throws {Error} If the place is not there, or not unique.
 */
export function applyForgotten(text: string, row: Forgotten): string {
  const parts = text.split(row.from);
  if (parts.length !== 2) {
    throw new Error(
      `Cannot change ${row.file}: "${row.from}" is there ${
        parts.length - 1
      } times`,
    );
  }
  return parts.join(row.to);
}

function say(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(text));
}

/** A test that a forgotten rule keeps from ending has failed too. */
const PATIENCE_MS = 120_000;

/** Whether the tests of a rule pass in a project. */
async function passes(root: string, rule: SafetyRule): Promise<boolean> {
  for (const [file, ...starts] of rule.tests) {
    // A name made from a template begins with what stands before its first value.
    const heads = starts.map((start) => start.split("${", 1)[0] ?? "");
    const filter = heads.map((head) => head.replace(/[^\w ]/g, ".")).join("|");
    const { success } = await new Deno.Command(Deno.execPath(), {
      args: [
        "test",
        "--no-check",
        "--allow-all",
        `--filter=/^(?:${filter})/`,
        `tests/${file}`,
      ],
      cwd: root,
      signal: AbortSignal.timeout(PATIENCE_MS),
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).output();
    if (!success) return false;
  }
  return true;
}

function copyTree(from: string, to: string): void {
  if (Deno.statSync(from).isFile) {
    Deno.copyFileSync(from, to);
    return;
  }
  Deno.mkdirSync(to);
  for (const { name } of Deno.readDirSync(from)) {
    copyTree(`${from}/${name}`, `${to}/${name}`);
  }
}

async function main(): Promise<void> {
  const project = decodeURIComponent(new URL("..", import.meta.url).pathname)
    .replace(/\/$/, "");
  const asked = SAFETY_RULES.filter(({ id }) =>
    Deno.args.length === 0 || Deno.args.includes(id)
  );
  const root = Deno.realPathSync(
    Deno.makeTempDirSync({ prefix: "metal-guard-rules-" }),
  );
  let unproved = 0;
  try {
    for (const part of PARTS) {
      copyTree(`${project}/${part}`, `${root}/${part}`);
    }
    for (const rule of asked) {
      const path = `${root}/${rule.forgotten.file}`;
      const text = Deno.readTextFileSync(path);
      const isKept = await passes(root, rule);
      Deno.writeTextFileSync(path, applyForgotten(text, rule.forgotten));
      const isMissed = !await passes(root, rule);
      Deno.writeTextFileSync(path, text);
      if (!isKept || !isMissed) unproved++;
      const words = !isKept
        ? "its tests FAIL with it"
        : isMissed
        ? "proved: a test fails without it"
        : "NOT proved: its tests pass without it";
      say(`${rule.id}  ${words}  (${rule.says})\n`);
    }
  } finally {
    Deno.removeSync(root, { recursive: true });
  }
  say(`${asked.length - unproved} of ${asked.length} rules are proved\n`);
  Deno.exitCode = unproved === 0 ? 0 : 1;
}

if (import.meta.main) void main();
