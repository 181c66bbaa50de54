import {
  registryProblemsGithub,
  registryProblemsJson,
  registryProblemsText,
} from "../../report/registry_problems.ts";
import { EXIT } from "../exit_code.ts";
import { command, complain, outputStyle, printJson } from "../context.ts";

/** Flags of `registry validate`. */
export interface RegistryValidateFlags {
  readonly json: boolean;
  readonly format?: "text" | "json" | "github";
}

/** `metal-guard registry validate`: every fault of entry files, at its place. Ends with 0 valid, 1 not, 64 usage. */
export default command<RegistryValidateFlags, string[]>(
  async (context, flags, ...paths) => {
    const { guard, ports, terminal } = context;
    const own = guard.config.registryOverlay;
    const named = paths.length > 0 ? paths : own === undefined ? [] : [own];
    if (named.length === 0) {
      complain(
        context,
        "Name the files or folders to validate, or set METALGUARD_REGISTRY",
      );
      return EXIT.usage;
    }
    const view = await guard.registry.validate(named);
    const format = flags.json ? "json" : flags.format ?? formatOf(ports.env);
    if (view.fileCount === 0 && view.problems.length === 0) {
      complain(
        context,
        "No file of a registry is there: nothing was validated",
      );
      return EXIT.failed;
    }
    if (format === "json") printJson(context, registryProblemsJson(view));
    else if (format === "github") {
      terminal.stdout.write(registryProblemsGithub(view));
    } else {
      terminal.stdout.write(
        registryProblemsText(view, { style: outputStyle(context) }),
      );
    }
    return view.problems.length === 0 ? EXIT.ok : EXIT.failed;
  },
);

/** A step of GitHub's runner shows annotations at the lines that were changed. */
function formatOf(
  env: (name: string) => string | undefined,
): "text" | "github" {
  return env("GITHUB_ACTIONS") === "true" ? "github" : "text";
}
