import { lockShowJson, lockText } from "../../report/lock.ts";
import { command, outputStyle, printJson } from "../context.ts";

/** Flags of `lock show`. */
export interface LockShowFlags {
  readonly json: boolean;
}

/** `metal-guard lock show`: who has the GPU. It ends with 0 whoever has it. */
export default command<LockShowFlags>(async (context, flags) => {
  const { guard, ports: { clock }, terminal } = context;
  const status = await guard.lock.read();
  if (flags.json) printJson(context, lockShowJson(status));
  else {
    terminal.stdout.write(lockText(status, {
      timeZone: clock.timeZone(),
      style: outputStyle(context),
    }));
  }
  return 0;
});
