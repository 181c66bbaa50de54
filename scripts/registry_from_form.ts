/**
 * Makes a draft entry of the registry from the text of an issue that was filled in by the form
 * `.github/ISSUE_TEMPLATE/known-panic-report.yml`.
 *
 * Run: `deno run --allow-read scripts/registry_from_form.ts --url ISSUE [FILE]`; without FILE the text is read from
 * standard input. The draft goes to standard output, what a person has to look at to standard error.
 *
 * @module
 */
import { plainText } from "../lib/core/plain_text.ts";
import type { RegistryTier } from "../lib/core/registry_entry.ts";
import type { RegistryProblem } from "../lib/core/registry_problem.ts";
import {
  classifyFailure,
  matchPanicSignature,
} from "../lib/parse/failure_text.ts";
import { entryFileName } from "../lib/registry/entry_rules.ts";
import { FAILURE_TABLES } from "../lib/registry/failures.ts";
import { registryData } from "../lib/registry/registry_data.ts";
import { validateRegistry } from "../lib/registry/validation.ts";

/** A draft, and what is wrong with it. */
export interface FormDraft {
  /** Name of its file, without folder. */
  readonly fileName: string;
  /** The entry as JSON. */
  readonly text: string;
  /** What validation says of it; empty for a draft that can go in as it is. */
  readonly problems: readonly RegistryProblem[];
}

/** Longest text of an issue that is read, in characters: GitHub allows no longer one. */
const MAX_FORM = 65_536;
const NO_ANSWER = "_No response_";

/** What each answer to "What happened" means when the text does not say it better. */
const OUTCOMES: ReadonlyMap<
  string,
  {
    readonly tier: RegistryTier;
    readonly type: string;
    readonly happens: string;
  }
> = new Map([
  ["The Mac restarted", {
    tier: "panic",
    type: "kernel_panic",
    happens: "The Mac restarted by a kernel panic while this model was in use.",
  }],
  ["The program ended, the Mac went on", {
    tier: "abort",
    type: "process_abort",
    happens: "The program that ran this model was ended; the Mac went on.",
  }],
  ["The answers were wrong, or it became slow", {
    tier: "degradation",
    type: "silent_corruption",
    happens:
      "This model ran, but its answers or its speed were not as they should be.",
  }],
]);

/**
 * Makes the draft.
 *
 * @param form Text of the issue.
 * @param options `url` of the issue, which every claim of the draft points at, and `today`, `YYYY-MM-DD`.
 * @throws {Error} If an answer that the form requires is missing; the message names its heading.
 */
export function draftFromForm(
  form: string,
  options: { readonly url: string; readonly today: string },
): FormDraft {
  const answers = answersOf(form);
  const required = (heading: string): string => {
    const answer = answers.get(heading);
    if (answer === undefined) {
      throw new Error(`Nothing stands under the heading "${heading}"`);
    }
    return answer;
  };
  const words = (heading: string): string | undefined => {
    const answer = answers.get(heading);
    return answer === undefined ? undefined : plainText(answer, 190);
  };
  const id = plainText(required("Model"), 160);
  const outcome = OUTCOMES.get(required("What happened"));
  if (outcome === undefined) {
    throw new Error('The answer to "What happened" is none of the form');
  }
  const said = required("What the report or the error says");
  const hardware = plainText(required("Mac and chip"), 190);
  const workload = plainText(required("What it was doing"), 190);
  const date = plainText(required("When"), 10);
  const type = classOf(said, outcome);
  const family = /\bM[1-9][0-9]?\b/i.exec(hardware)?.[0].toUpperCase();
  const system = words("macOS and build") ?? "";
  const { url } = options;
  const entry = withoutAbsent({
    $schema: "../schemas/model.schema.json",
    id,
    idKind: /^[\w.-]+\/[\w.-]+$/.test(id) ? "repository" : "name",
    tier: outcome.tier,
    signature: plainText(signatureLine(said), 190),
    firstObserved: date,
    lastObserved: date,
    whatHappens: outcome.happens,
    errorClasses: [{
      type,
      signature: plainText(signatureLine(said), 190),
      hardware: [hardware],
      gpuFamilies: family === undefined ? [] : [family],
      workload,
      source: url,
    }],
    reports: [withoutAbsent({
      url,
      class: type,
      hardware,
      ramGb: wholeNumber(words("Memory in GB")),
      gpuFamily: family,
      macos: /\b[0-9]{2}(?:\.[0-9]+){1,2}\b/.exec(system)?.[0],
      osBuild: /\b[0-9]{2}[A-Z][0-9]+[a-z]?\b/.exec(system)?.[0],
      iogpuFamily: /\b[0-9]+(?:\.[0-9]+){1,3}\b/.exec(
        words("Version of IOGPUFamily") ?? "",
      )?.[0],
      software: words("Programs and versions"),
      wiredPolicy: words("Wired memory"),
      workload,
      workaround: words("What helped"),
      date,
    })],
    recommendation: outcome.tier === "panic"
      ? "Expect the Mac to go down; take another model or backend until more is known."
      : "Keep it in a worker process, and watch its answers.",
    safeAlternative: null,
    variantPolicy: { confirmed: "exact_id_only", presumed: [] },
    upstream: [url],
  });
  const fileName = `${entryFileName(id)}.jsonc`;
  const text = `${JSON.stringify(entry, null, 2)}\n`;
  const { problems } = validateRegistry([{
    path: fileName,
    bytes: new TextEncoder().encode(text),
  }], { today: options.today, shipped: registryData() });
  return { fileName, text, problems };
}

/** Answers by their headings, as GitHub renders a form: `### Heading`, an empty line, the answer. */
function answersOf(form: string): ReadonlyMap<string, string> {
  const answers = new Map<string, string>();
  const parts = `\n${form.slice(0, MAX_FORM).replaceAll("\r\n", "\n")}`
    .split("\n### ").slice(1);
  for (const part of parts) {
    const end = part.indexOf("\n");
    const heading = part.slice(0, end < 0 ? part.length : end).trim();
    const answer = (end < 0 ? "" : part.slice(end))
      .replaceAll(/^```[a-z]*$/gm, "").trim();
    // The first one counts: an answer may quote a heading of the form.
    if (answer !== "" && answer !== NO_ANSWER && !answers.has(heading)) {
      answers.set(heading, answer);
    }
  }
  return answers;
}

/** The class that the text gives away, as long as it agrees with what the reporter says was lost. */
function classOf(
  said: string,
  outcome: { readonly tier: RegistryTier; readonly type: string },
): string {
  const found = outcome.tier === "panic"
    ? matchPanicSignature(said, FAILURE_TABLES)?.errorClass.name
    : classifyFailure(said, FAILURE_TABLES)?.name;
  const costs = registryData().classes.find((one) => one.name === found)?.costs;
  const isPanic = outcome.tier === "panic";
  return found !== undefined && (costs === "machine") === isPanic
    ? found
    : outcome.type;
}

/** The line that says most: that of the panic, else the last one. */
function signatureLine(said: string): string {
  const lines = said.split("\n").map((line) => line.trim())
    .filter((line) => line !== "");
  return lines.find((line) => line.includes("panic(")) ?? lines.at(-1) ?? "";
}

function wholeNumber(text: string | undefined): number | undefined {
  const found = /[0-9]{1,4}/.exec(text ?? "")?.[0];
  return found === undefined ? undefined : Number(found);
}

function withoutAbsent(
  value: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(value).filter(([, part]) => part !== undefined),
  );
}

function write(stream: typeof Deno.stdout, text: string): void {
  let rest = new TextEncoder().encode(`${text}\n`);
  while (rest.length > 0) rest = rest.subarray(stream.writeSync(rest));
}

async function main(args: readonly string[]): Promise<number> {
  const at = args.indexOf("--url");
  const url = at < 0 ? undefined : args[at + 1];
  const file = args.find((_, index) =>
    at < 0 || (index !== at && index !== at + 1)
  );
  const fail = (words: string): void =>
    write(Deno.stderr, `registry_from_form: ${words}`);
  if (url === undefined) {
    fail("--url is missing: the issue's address");
    return 64;
  }
  const form = file === undefined
    ? await new Response(Deno.stdin.readable).text()
    : Deno.readTextFileSync(file);
  const today = Temporal.Now.plainDateISO("UTC").toString();
  let draft: FormDraft;
  try {
    draft = draftFromForm(form, { url, today });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    fail(error.message);
    return 1;
  }
  write(Deno.stdout, draft.text.trimEnd());
  for (const { line, column, message, fix } of draft.problems) {
    write(
      Deno.stderr,
      `${draft.fileName}:${line}:${column}: ${message}. ${fix}`,
    );
  }
  return draft.problems.length === 0 ? 0 : 1;
}

if (import.meta.main) main(Deno.args).then((code) => Deno.exit(code));
