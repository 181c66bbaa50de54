import { gateText } from "../../report/gate.ts";
import { textStyle } from "../../report/text_style.ts";
import { type CliContext, command } from "../context.ts";
import { runSafePython } from "../safe_python.ts";

/**
 * `metal-guard safe-python [--check] …`: starts python unless the gate is closed. Its arguments are python's, so the
 * command-line scanner never sees them. It ends with python's own exit code, 10 blocked, 127 no python.
 */
export default command<Readonly<Record<never, never>>, string[]>(
  (context: CliContext, _flags, ...args) => {
    const { guard, ports } = context;
    return runSafePython(args, {
      checkGate: async () => {
        const verdict = await guard.panicCooldown.check();
        const timeZone = ports.clock.timeZone();
        const style = textStyle({ color: false, emoji: false });
        return {
          exitCode: verdict.exitCode,
          text: gateText(verdict, { timeZone, style }),
        };
      },
      children: ports.children,
      env: ports.env,
      config: guard.config,
      files: ports.store,
      policy: context.safePythonPolicy,
      warn: (text) => context.terminal.stderr.write(`${text}\n`),
    });
  },
);
