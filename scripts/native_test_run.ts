/** One run of `deno test`. */
export interface DenoTestRun {
  /** Its report, as `junit.ts` reads it; empty when it died. */
  readonly xml: string;
  /** Whether it was content. */
  readonly isGood: boolean;
}

/**
 * Runs `deno test` with everything allowed.
 *
 * @param command What starts Deno.
 * @param args Its arguments.
 * @param env Variables that are set for it.
 */
export function runDenoTest(
  command: readonly string[],
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): DenoTestRun {
  const [program = "", ...first] = command;
  const junit = Deno.makeTempFileSync({ suffix: ".xml" });
  try {
    const isGood = new Deno.Command(program, {
      args: [...first, "test", "-A", `--junit-path=${junit}`, ...args],
      env: { ...env, DENO_NO_UPDATE_CHECK: "1" },
      stdin: "null",
      stdout: "inherit",
      stderr: "inherit",
    }).outputSync().success;
    return { xml: Deno.readTextFileSync(junit), isGood };
  } finally {
    Deno.removeSync(junit);
  }
}
