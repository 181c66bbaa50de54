import { hardwareJson, hardwareText } from "../../report/hardware.ts";
import { command, outputStyle, printJson } from "../context.ts";

/** Flags of `hardware`. */
export interface HardwareFlags {
  readonly json: boolean;
}

/** `metal-guard hardware`: what this Mac is, and which settings fit it. Metal is not opened. */
export default command<HardwareFlags>(async (context, flags) => {
  const machine = await context.guard.checkMachine();
  if (flags.json) {
    const findings = machine.findings;
    printJson(context, { ...hardwareJson(machine), findings });
  } else {
    const style = outputStyle(context);
    const { findings } = machine;
    context.terminal.stdout.write(hardwareText(machine, { style, findings }));
  }
  return 0;
});
