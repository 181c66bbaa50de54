import { command, printJson } from "../context.ts";

/** Flags of `ack`. */
export interface AckFlags {
  readonly json: boolean;
  readonly clear: boolean;
  readonly reason?: string;
}

/** `metal-guard ack`: a person says "go on" after a lockout. */
export default command<AckFlags>(async (context, flags) => {
  const { guard, terminal } = context;
  if (flags.clear) {
    const wasThere = await guard.panicCooldown.clearAck();
    const status = wasThere ? "cleared" : "absent";
    if (flags.json) printJson(context, { ack_path: guard.paths.ack, status });
    else {
      terminal.stdout.write(
        wasThere
          ? "The ack is taken back: a lockout holds again.\n"
          : "There was no ack to take back.\n",
      );
    }
    return 0;
  }
  const path = await guard.panicCooldown.ack(flags.reason);
  if (flags.json) printJson(context, { ack_path: path, status: "touched" });
  else {
    terminal.stdout.write(
      `Acknowledged (${path}). A lockout is lifted for 24 hours or until the next GPU panic.\n` +
        "A cooldown and a hold go on: metal-guard panic-gate shows what is left.\n",
    );
  }
  return 0;
});
