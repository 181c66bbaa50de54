import { plainText } from "../core/plain_text.ts";

/** What is known of one kernel panic, to be sent to Apple. What is left out reads "unknown". */
export interface PanicForensics {
  /** What the kernel said when it stopped. */
  readonly panicString?: string;
  /** When, as text with its zone. */
  readonly panicTime?: string;
  /** e.g. `Mac16,5, Apple M4 Max, 64 GiB`. */
  readonly hardware?: string;
  /** Version of `com.apple.iokit.IOGPUFamily`. */
  readonly gpuDriver?: string;
  /** e.g. `macOS 26.5 (25F84)`. */
  readonly osVersion?: string;
  /** e.g. `Darwin Kernel Version 25.5.0`. */
  readonly kernelVersion?: string;
  /** Versions by package, e.g. `mlx` → `0.31.2`. */
  readonly mlxVersions?: Readonly<Record<string, string>>;
  /** What brings it about, one step a line. */
  readonly reproSteps?: readonly string[];
  /** What ran, by what was written down. */
  readonly running?: readonly string[];
  /** Lines of the breadcrumb log before the panic, oldest first. */
  readonly breadcrumbs?: readonly string[];
  /** Known faults of the versions that are installed. */
  readonly advisories?: readonly string[];
  /** What of metal-guard was in force. */
  readonly inForce?: readonly string[];
  /** Issues upstream that tell of the same, e.g. `ml-explore/mlx#3186`. */
  readonly upstream?: readonly string[];
}

/** What the text holds. */
export interface AppleFeedbackOptions {
  /** Whether lines of the breadcrumb log are in it: they name models. @default true */
  readonly hasBreadcrumbs?: boolean;
}

/** More lines than this nobody at Apple reads (SPEC 11.5). */
const MOST_CRUMBS = 60;
const LONGEST_LINE = 600;
const LONGEST_PANIC = 4_000;

/**
 * Writes the text of a report to Apple's Feedback Assistant. Everything in it is foreign: control characters are taken
 * out, and no text ends the block that it stands in.
 *
 * @param forensics What is known.
 * @param options What the text holds.
 * @returns Markdown that also reads as plain text.
 */
export function formatAppleFeedback(
  forensics: PanicForensics,
  options: AppleFeedbackOptions = {},
): string {
  const { mlxVersions = {}, reproSteps = [], running = [] } = forensics;
  const crumbs = (forensics.breadcrumbs ?? []).slice(-MOST_CRUMBS);
  const packages = Object.entries(mlxVersions)
    .map(([name, version]) => `${line(name)} ${line(version)}`);
  const sections = [
    "# Kernel panic in IOGPUFamily under Metal compute (MLX)",
    "The GPU driver panics the kernel and the whole Mac restarts, where the process that asked for the work should get an error.",
    section("Panic", fenced(forensics.panicString ?? "unknown")),
    section("Time", line(forensics.panicTime ?? "unknown")),
    section(
      "System",
      list([
        `Hardware: ${line(forensics.hardware ?? "unknown")}`,
        `macOS: ${line(forensics.osVersion ?? "unknown")}`,
        `Kernel: ${line(forensics.kernelVersion ?? "unknown")}`,
        `GPU driver (com.apple.iokit.IOGPUFamily): ${
          line(forensics.gpuDriver ?? "unknown")
        }`,
        `MLX: ${packages.length === 0 ? "unknown" : packages.join(", ")}`,
      ]),
    ),
    section(
      "Steps to reproduce",
      reproSteps.length === 0
        ? "unknown"
        : reproSteps.map((step, index) => `${index + 1}. ${line(step)}`)
          .join("\n"),
    ),
    section("Running at that moment", listOrUnknown(running)),
    section(
      "Expected",
      "The command buffer fails with an error, the process may end, and the Mac goes on.",
    ),
    section(
      "Known faults of the versions",
      listOr(forensics.advisories, "none known"),
    ),
    ...(options.hasBreadcrumbs === false ? [] : [
      section(
        `Log before the panic (${crumbs.length} lines)`,
        crumbs.length === 0 ? "none" : fenced(crumbs.map(line).join("\n")),
      ),
    ]),
    section("In force against it", listOr(forensics.inForce, "unknown")),
    section("The same elsewhere", listOr(forensics.upstream, "unknown")),
  ];
  return `${sections.join("\n\n")}\n`;
}

function section(title: string, body: string): string {
  return `## ${title}\n\n${body}`;
}

function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join("\n");
}

function listOr(
  items: readonly string[] | undefined,
  otherwise: string,
): string {
  if (items === undefined) return "unknown";
  return items.length === 0 ? otherwise : list(items.map(line));
}

function listOrUnknown(items: readonly string[]): string {
  return items.length === 0 ? "unknown" : list(items.map(line));
}

function line(text: string): string {
  return plainText(text, LONGEST_LINE);
}

/** Foreign text of several lines, in a block that nothing in it can end. */
function fenced(text: string): string {
  const lines = text.slice(0, LONGEST_PANIC * 4).split(/\r?\n/)
    .map((one) => plainText(one, LONGEST_LINE));
  const body = lines.join("\n").slice(0, LONGEST_PANIC * 4);
  const longest = Math.max(
    2,
    ...(body.match(/`+/g) ?? []).map((ticks) => ticks.length),
  );
  const fence = "`".repeat(longest + 1);
  return `${fence}\n${body}\n${fence}`;
}
