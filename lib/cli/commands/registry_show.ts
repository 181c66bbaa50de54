import { plainText } from "../../core/plain_text.ts";
import {
  registryShowJson,
  registryShowText,
} from "../../report/registry_show.ts";
import { registryData } from "../../registry/registry_data.ts";
import { EXIT } from "../exit_code.ts";
import { command, complain, outputStyle, printJson } from "../context.ts";

/** Flags of `registry show`. */
export interface RegistryShowFlags {
  readonly json: boolean;
}

/** `metal-guard registry show`: one entry in full. Ends with 1 when there is none of this id. */
export default command<RegistryShowFlags, [string]>(
  async (context, flags, id) => {
    const { guard } = context;
    const { models } = await guard.registry.read();
    const lower = id.trim().toLowerCase();
    const entry = models.find((one) => one.id.toLowerCase() === lower);
    if (entry === undefined) {
      const { near } = await guard.registry.check(id);
      const like = near.slice(0, 3).map((match) => match.entry.id).join(", ");
      complain(
        context,
        `No entry has the id ${plainText(id, 160)}${
          like === ""
            ? "; metal-guard registry list names them all"
            : `; near it: ${like}`
        }`,
      );
      return EXIT.failed;
    }
    const { classes, unlinked } = registryData();
    const view = {
      entry,
      classes,
      unlinked: unlinked.filter((one) => one.model?.toLowerCase() === lower),
    };
    if (flags.json) printJson(context, registryShowJson(view));
    else {
      context.terminal.stdout.write(
        registryShowText(view, { style: outputStyle(context) }),
      );
    }
    return EXIT.ok;
  },
);
