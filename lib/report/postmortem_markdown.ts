import { plainText } from "../core/plain_text.ts";
import { formatLocalTime } from "./local_time.ts";
import {
  type ArtefactView,
  type PanicView,
  type PostmortemView,
  subjectOf,
} from "./postmortem_view.ts";
import {
  certaintyWords,
  headlineOf,
  panicRows,
  sizeWords,
  stepsOf,
  whenWords,
  workCells,
} from "./postmortem_words.ts";

/** Most panics and failures that are listed one by one. */
const MOST_ROWS = 20;
/** Lines of the log that the page shows; the file beside it holds all. */
const MOST_CRUMBS = 30;

/** The index of a bundle in Markdown, which reads as plain text too. */
export function postmortemMarkdown(view: PostmortemView): string {
  const { title, lead } = headlineOf(view);
  const subject = subjectOf(view);
  const others = view.panics.filter((panic) => panic !== subject)
    .slice(0, MOST_ROWS);
  const sections = [
    `# ${text(title)}`,
    text(lead),
    `Collected ${
      formatLocalTime(view.collectedAt, view.timeZone, "floor")
    } by metal-guard ${view.version}. ${
      view.isRedacted
        ? "Names, home folders, hosts and serial numbers are taken out."
        : "Nothing is taken out: names, paths and serial numbers stand in these files."
    }`,
    ...(subject === undefined ? [] : [
      section("What happened", rows(panicRows(subject, view))),
      section("What was running", running(subject)),
    ]),
    section("What to do now", steps(view)),
    ...(others.length === 0 ? [] : [
      section("Other panics", bullets(others.map((one) => short(one, view)))),
    ]),
    ...(view.aborts.length === 0 ? [] : [
      section(
        "Failures that the Mac survived",
        bullets(
          view.aborts.slice(0, MOST_ROWS).map((abort) =>
            `${abort.kind}: ${abort.errorClass}${
              abort.process === null ? "" : `, ${abort.process}`
            }`
          ),
        ),
      ),
    ]),
    section("Last lines of the log", log(view)),
    section("The machine", rows(view.machine)),
    section("Files", files(view.artefacts)),
    ...(view.findings.length === 0 ? [] : [
      section(
        "Notes",
        view.findings.map(({ message, fix }) =>
          fix === null
            ? `- ${text(message)}`
            : `- ${text(message)}\n${fixes(fix)}`
        ).join("\n"),
      ),
    ]),
  ];
  return `${sections.join("\n\n")}\n`;
}

function section(title: string, body: string): string {
  return `## ${title}\n\n${body}`;
}

function running(panic: PanicView): string {
  const { work } = panic.running;
  if (work.length === 0) return text(certaintyWords(panic));
  const head = [
    "| what | doing | process | for | known by |",
    "| --- | --- | --- | --- | --- |",
  ];
  const body = work.slice(0, MOST_ROWS).map((one) =>
    `| ${workCells(one, panic).map(text).join(" | ")} |`
  );
  return `${text(certaintyWords(panic))}\n\n${[...head, ...body].join("\n")}`;
}

function steps(view: PostmortemView): string {
  return stepsOf(view).map(({ words, commands }, index) =>
    [
      `${index + 1}. ${text(words)}`,
      ...(commands.length === 0
        ? []
        : ["", ...commands.map((one) => `       $ ${plainText(one, 600)}`)]),
    ].join("\n")
  ).join("\n\n");
}

function fixes(fix: string): string {
  return fix.split("\n").map((line) =>
    line.startsWith("$ ")
      ? `\n      ${plainText(line, 600)}\n`
      : `  ${text(line)}`
  ).join("\n").trimEnd();
}

function short(panic: PanicView, view: PostmortemView): string {
  const { signature } = panic.record;
  return `${whenWords(panic.at, view)}: ${
    signature === "unknown" ? "cause not known" : signature
  }${panic.isGpu ? "" : ", not the GPU driver as far as known"}`;
}

function log(view: PostmortemView): string {
  const lines = view.crumbs.slice(-MOST_CRUMBS).map((
    { at, tag, payload, figures },
  ) =>
    `    ${
      at.toZonedDateTimeISO(view.timeZone).toPlainTime().toString({
        smallestUnit: "second",
      })
    }  ${
      plainText(
        [tag, payload, figures].filter((part) => part !== "").join("  "),
        300,
      )
    }`
  );
  return lines.length === 0 ? "No lines." : lines.join("\n");
}

function files(artefacts: readonly ArtefactView[]): string {
  return bullets(
    artefacts.map((one) =>
      `${one.name}: ${one.words}${
        one.failure !== null
          ? `. NOT WRITTEN: ${one.failure}`
          : one.sizeBytes === null
          ? ""
          : `, ${sizeWords(one.sizeBytes)}`
      }${one.isCut ? ", its end is cut off" : ""}${
        one.isKept ? ", kept from an earlier run" : ""
      }`
    ),
  );
}

function rows(list: readonly (readonly [string, string])[]): string {
  return bullets(list.map(([name, words]) => `${name}: ${words}`));
}

function bullets(items: readonly string[]): string {
  return items.map((item) => `- ${text(item)}`).join("\n");
}

/** Foreign text in Markdown: nothing in it is markup. A dash or number at a line's start cannot come: a word of ours does. */
function text(words: string): string {
  return plainText(words, 1_000).replace(
    /[\\`*<>[\]|]|(?<=^|\s)_|_(?=\s|$)/g,
    "\\$&",
  );
}
