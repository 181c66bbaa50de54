import { type Finding, finding } from "../core/finding.ts";
import { addMs, DAY_MS, epochSeconds } from "../core/instant.ts";
import { panicKey, readArmed, withArmed } from "../facts/armed_panics.ts";
import { readHold } from "../facts/hold_state.ts";
import type { IngestResult } from "../facts/known_panics.ts";
import type { FailureHistory, FailurePorts } from "../facts/panic_history.ts";
import type { PanicEvent } from "../facts/panic_merge.ts";
import { chooseReports, readReportCopy } from "../facts/report_copy.ts";
import { redactDeep, withoutCommandLines } from "../parse/redact_deep.ts";
import type { Redact } from "../parse/redaction.ts";
import type { BundleEntry } from "../parse/state/bundle_file.ts";
import { tryPart, tryRead } from "../core/tried_part.ts";
import { type Owner, replaceFile } from "../ports/state_writer.ts";
import {
  formatAppleFeedback,
  type PanicForensics,
} from "../report/apple_feedback.ts";
import { postmortemHtml } from "../report/postmortem_html.ts";
import { postmortemMarkdown } from "../report/postmortem_markdown.ts";
import { artefactViews, BUNDLE_FILES } from "../report/postmortem_files.ts";
import { gpuStatsJson } from "../report/postmortem_parts.ts";
import type { PostmortemView } from "../report/postmortem_view.ts";
import { statusJson } from "../report/status_json.ts";
import type { StatusSnapshot } from "../report/status_snapshot.ts";

/** What {@linkcode Postmortem} works with. */
export interface PostmortemPorts extends FailurePorts {
  /** Whom files are given to when root works under another's HOME. */
  readonly owner: () => Owner | undefined;
}

/** What the texts of a bundle are made of. */
export interface PostmortemMaterial {
  /** The page, without what only its writing shows. */
  readonly view: Omit<PostmortemView, "artefacts" | "findings">;
  /** The picture of all layers. Throws where it could not be read, which costs the files that are made of it. */
  readonly status: () => StatusSnapshot;
  /** What Apple is told. */
  readonly forensics: PanicForensics;
}

/** What a post-mortem asks the other layers. */
export interface PostmortemSources {
  /** Kernel panics of the last 72 h, and survived failures. */
  readonly readFailures: () => Promise<FailureHistory>;
  /** Writes panics down that are not known yet. */
  readonly ingest: (history: FailureHistory) => Promise<IngestResult>;
  /** Last lines of the log, as they stand. */
  readonly readCrumbTail: (lines: number) => readonly string[];
  /** Sets a hold. */
  readonly hold: (
    ms: number,
    options: {
      readonly reason: string;
      readonly setBy: "postmortem";
      readonly forBoot?: string;
    },
  ) => Promise<{ readonly path: string }>;
  /** Our own variables, with their values and origins. */
  readonly readKnobs: () => Readonly<Record<string, unknown>>;
  /** Makes what takes private words out. */
  readonly readRedactor: () => Promise<Redact>;
  /** Puts together what the texts are made of; what fails is added to the findings. */
  readonly gather: (
    history: FailureHistory,
    findings: Finding[],
  ) => Promise<PostmortemMaterial>;
  /** Opens a folder for this run. */
  readonly openBundle: (
    folder: string,
    options: {
      readonly isRedacted: boolean;
      readonly redact: Redact;
      readonly planned: readonly string[];
    },
  ) => BundleWriter;
}

/** One run's hand on a folder: each file is written on its own, and what fails is written down. */
export interface BundleWriter {
  /** Whether private words are taken out. */
  readonly isRedacted: boolean;
  /** Names of files of others that were moved out of the way. */
  readonly movedAside: readonly string[];
  /** Writes one of our own files, as it is. Never throws. */
  text(name: string, make: () => string): void;
  /** Gives reports their names, so that the list knows them before they are written. */
  plan(paths: readonly string[]): void;
  /** Copies a report. Never throws. */
  report(
    path: string,
    make: (
      redact: Redact,
    ) => { readonly text: string; readonly isCut: boolean },
  ): void;
  /** Writes down that a report cannot be read. */
  failReport(path: string, because: string): void;
  /** Every file, also those kept from an earlier run. */
  entries(): readonly BundleEntry[];
  /** Whether a file is of an earlier run. */
  isKept(name: string): boolean;
  /** Writes the list of the files. Never throws. */
  list(isComplete: boolean): void;
}

/** Where things lie, and what was configured. */
export interface PostmortemSetup {
  /** Whether anything is collected. */
  readonly isEnabled: boolean;
  /** How long a panic that is found keeps GPU work away, in milliseconds. */
  readonly holdMs: number;
  /** The hold. */
  readonly sentinel: string | undefined;
  /** For which panics a hold was set. */
  readonly record: string | undefined;
  /** The ledger. */
  readonly ledger: string | undefined;
  /** Version of the program. */
  readonly version: string;
}

/** How a post-mortem is made. */
export interface PostmortemOptions {
  /** Whether names, paths, hosts, serial numbers and secrets are taken out. @default true */
  readonly isRedacted?: boolean;
}

/** What a post-mortem has collected. */
export interface PostmortemResult {
  /** `collected`, `disabled` by a variable, or `failed`: not even the index could be written. */
  readonly status: "collected" | "disabled" | "failed";
  /** The folder. */
  readonly outputDir: string;
  /** GPU panics of the last 24 h. */
  readonly panicCount: number;
  /** Path of the index; `null` where there is none. */
  readonly index: string | null;
  /** Path of the hold file while a hold is in force after a panic; `null` otherwise. */
  readonly sentinel: string | null;
  /** Files, with what became of them. */
  readonly files: readonly BundleEntry[];
  /** What could not be written or read. */
  readonly failures: readonly BundleEntry[];
  /** What is out of order besides. */
  readonly findings: readonly Finding[];
}

const MOST_REPORTS = 5;
const CRUMB_LINES = 500;
const LEDGER_BYTES = 5 * 1_048_576;

/**
 * Layer 12: collects everything about a panic in one folder: reports, log, ledger, status, a page that says what ran and
 * what to do, and the text for Apple. A GPU panic keeps GPU work away for a while, once.
 *
 * It reports: a full disk or a report that cannot be read costs that one file, and is told.
 */
export class Postmortem {
  readonly #ports: PostmortemPorts;
  readonly #sources: PostmortemSources;
  readonly #setup: PostmortemSetup;

  /** Made by the guard, once. */
  constructor(
    ports: PostmortemPorts,
    sources: PostmortemSources,
    setup: PostmortemSetup,
  ) {
    this.#ports = ports;
    this.#sources = sources;
    this.#setup = setup;
  }

  /**
   * Collects. A second run into the same folder replaces the files of the first, keeps reports that the system has thrown
   * away since, and moves what others have put under its names aside.
   *
   * @param folder Where to; made when missing.
   * @param options Whether private words stay.
   */
  async collect(
    folder: string,
    options: PostmortemOptions = {},
  ): Promise<PostmortemResult> {
    const outputDir = folder.length > 1 ? folder.replace(/\/+$/, "") : folder;
    if (!this.#setup.isEnabled) return disabled(outputDir);
    const history = await this.#sources.readFailures();
    const now = this.#ports.clock.now();
    const dayAgo = epochSeconds(addMs(now, -DAY_MS));
    const recent = history.panics.filter((panic) =>
      panic.signature?.stopsGate === true && panic.record.ts >= dayAgo
    );
    const findings: Finding[] = [];
    // First of all: a crash in the middle must not leave the gate open.
    const sentinel = await this.#arm(recent[0], findings);
    await tryPart("ledger", findings, () => this.#sources.ingest(history));
    const isRedacted = options.isRedacted ?? true;
    const redact = await this.#sources.readRedactor();
    const writer = this.#sources.openBundle(outputDir, {
      isRedacted,
      redact,
      planned: BUNDLE_FILES,
    });
    const hider: Redact = isRedacted ? redact : (text) => text;
    const reports = chooseReports(this.#ports.store, recent, MOST_REPORTS);
    writer.plan(reports);
    writer.list(false);
    this.#copyReports(writer, reports, history, findings);
    const made = await this.#sources.gather(history, findings);
    writer.text(
      "breadcrumb_tail.log",
      () => hider(lines(this.#sources.readCrumbTail(CRUMB_LINES))),
    );
    writer.text("panics.jsonl", () => hider(this.#ledgerText()));
    writer.text(
      "environment.json",
      () => pretty(redactDeep(this.#sources.readKnobs(), hider)),
    );
    writer.text(
      "status.json",
      () => {
        const status = this.#statusObject(made.status());
        return pretty(
          redactDeep(isRedacted ? withoutCommandLines(status) : status, hider),
        );
      },
    );
    writer.text(
      "gpu_stats.json",
      () => pretty(redactDeep(gpuStatsJson(made.status().machine), hider)),
    );
    writer.text(
      "apple_feedback.md",
      () => formatAppleFeedback(redactDeep(made.forensics, hider)),
    );
    const view = (): PostmortemView =>
      redactDeep({
        ...made.view,
        isRedacted,
        artefacts: artefactViews(writer.entries(), writer.isKept),
        findings: [...findings, ...asideFindings(writer)],
      }, hider);
    writer.text("index.md", () => postmortemMarkdown(view()));
    writer.text("index.html", () => postmortemHtml(view()));
    writer.list(true);
    const files = writer.entries();
    const failures = files.filter((one) => one.failure !== undefined);
    const hasIndex = !failures.some(({ name }) => name === "index.md");
    return {
      status: hasIndex ? "collected" : "failed",
      outputDir,
      panicCount: recent.length,
      index: hasIndex ? `${outputDir}/index.md` : null,
      sentinel,
      files,
      failures,
      findings: [...findings, ...asideFindings(writer)],
    };
  }

  /** Once for each panic (SAFETY H1): running at each start renews nothing, and what a person has lifted stays so. */
  async #arm(
    newest: PanicEvent | undefined,
    findings: Finding[],
  ): Promise<string | null> {
    const { store, clock, owner } = this.#ports;
    const { sentinel, record, holdMs } = this.#setup;
    if (newest === undefined || sentinel === undefined || holdMs <= 0) {
      return null;
    }
    const key = panicKey(newest.record);
    const armed = readArmed(store, record);
    const before = readHold(this.#ports, sentinel);
    if (!armed.armed.has(key)) {
      const boot = newest.record.bootSessionUuid;
      const isSet = boot !== null && before.file?.forBoot === boot;
      if (!isSet) {
        await tryPart("sentinel", findings, () =>
          this.#sources.hold(holdMs, {
            reason: `GPU panic ${newest.record.signature}`,
            setBy: "postmortem",
            ...(boot === null ? {} : { forBoot: boot }),
          }));
      }
      await tryPart("postmortem.json", findings, () => {
        if (record !== undefined) {
          replaceFile(store, record, withArmed(armed, key, clock.now()), {
            owner: owner(),
          });
        }
        return Promise.resolve();
      });
    }
    return readHold(this.#ports, sentinel).hold === undefined ? null : sentinel;
  }

  #copyReports(
    writer: BundleWriter,
    reports: readonly string[],
    history: FailureHistory,
    findings: Finding[],
  ): void {
    const { store } = this.#ports;
    for (const path of reports) {
      writer.report(path, (redact) => readReportCopy(store, path, redact));
    }
    for (const { path, message, fix } of history.unreadable) {
      writer.failReport(path, message);
      findings.push(finding("report-unreadable", message, fix));
    }
  }

  /** The ledger's last part: whole lines only. */
  #ledgerText(): string {
    const { ledger } = this.#setup;
    if (ledger === undefined) return "";
    const { store } = this.#ports;
    const bytes = tryRead(() => store.readTail(ledger, LEDGER_BYTES));
    if (bytes === undefined) return "";
    const text = new TextDecoder().decode(bytes);
    return bytes.length < LEDGER_BYTES
      ? text
      : text.slice(text.indexOf("\n") + 1);
  }

  #statusObject(status: StatusSnapshot): Record<string, unknown> {
    return statusJson(status, {
      timeZone: this.#ports.clock.timeZone(),
      version: this.#setup.version,
    });
  }
}

function disabled(outputDir: string): PostmortemResult {
  return {
    status: "disabled",
    outputDir,
    panicCount: 0,
    index: null,
    sentinel: null,
    files: [],
    failures: [],
    findings: [],
  };
}

function asideFindings({ movedAside }: BundleWriter): readonly Finding[] {
  return movedAside.map((name) =>
    finding(
      "bundle-file-aside",
      `A file that is not of a post-mortem had its name in the folder: it is ${name} now`,
    )
  );
}

function pretty(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function lines(list: readonly string[]): string {
  return list.map((line) => `${line}\n`).join("");
}
