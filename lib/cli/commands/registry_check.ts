import { command, complain } from "../context.ts";
import {
  type RegistryCheckFlags,
  showRegistryAnswer,
} from "../registry_answer.ts";

/** `metal-guard registry check`: what is known against a model. Ends with 0 clear, 1 advisory, 2 panic tier. */
export default command<RegistryCheckFlags, [string]>(
  async (context, flags, id) => {
    const { registry } = context.guard;
    const found = await registry.check(
      id,
      flags.gpu === undefined ? {} : { gpuFamily: flags.gpu },
    );
    const findings = await registry.findings();
    for (const { message } of findings) complain(context, message);
    return showRegistryAnswer(context, flags, { found, findings });
  },
);
