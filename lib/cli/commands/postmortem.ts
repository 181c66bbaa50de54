import { plainText } from "../../core/plain_text.ts";
import { findingBlocks } from "../../report/finding_words.ts";
import { command, complain, outputStyle, printJson } from "../context.ts";
import { EXIT } from "../exit_code.ts";

/** Flags of `postmortem`. */
export interface PostmortemFlags {
  readonly json: boolean;
  readonly noRedact: boolean;
}

/** `metal-guard postmortem DIR`: everything about a panic in one folder. 1 when a file could not be written. */
export default command<PostmortemFlags, [string]>(
  async (context, flags, folder) => {
    const { guard, terminal } = context;
    const result = await guard.postmortem.collect(folder, {
      isRedacted: !flags.noRedact,
    });
    const { status, failures } = result;
    const code = status === "failed" || failures.length > 0
      ? EXIT.failed
      : EXIT.ok;
    if (flags.json) {
      printJson(context, {
        status,
        output_dir: result.outputDir,
        panic_count: result.panicCount,
        index: result.index,
        sentinel: result.sentinel,
      });
      for (const { name, failure } of failures) {
        complain(context, `${name} is not written: ${failure ?? ""}`);
      }
      return code;
    }
    if (status === "disabled") {
      terminal.stdout.write(
        "Nothing is collected: METALGUARD_POSTMORTEM_DISABLED is 1.\n",
      );
      return code;
    }
    const shown = plainText(result.outputDir, 400);
    const written = result.files.filter((one) => one.sizeBytes !== undefined);
    const lines = [
      result.panicCount === 0
        ? "No GPU panic in the last 24 hours."
        : `GPU panics in the last 24 hours: ${result.panicCount}.`,
      `${written.length} files in ${shown}`,
      ...written.map(({ name, isCut }) =>
        `    ${name}${isCut ? " (its end is cut off)" : ""}`
      ),
      ...failures.map(({ name, failure }) =>
        `    ${name}: NOT WRITTEN: ${plainText(failure ?? "", 400)}`
      ),
      ...(result.sentinel === null ? [] : [
        "GPU work is on hold; metal-guard panic-gate says until when.",
      ]),
      ...(result.index === null
        ? []
        : [`Read ${shown}/index.html in a browser, or ${shown}/index.md.`]),
      ...(flags.noRedact
        ? ["Names, paths and serial numbers stand in these files."]
        : []),
      ...findingBlocks(result.findings, outputStyle(context)),
    ];
    terminal.stdout.write(`${lines.join("\n")}\n`);
    return code;
  },
);
