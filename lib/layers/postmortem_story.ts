import { tryPart, tryRead } from "../core/tried_part.ts";
import { MetalGuardError } from "../core/error.ts";
import type { Finding } from "../core/finding.ts";
import { addMs } from "../core/instant.ts";
import type { FailureHistory, FailurePorts } from "../facts/panic_history.ts";
import type { PanicEvent } from "../facts/panic_merge.ts";
import { readPanicClosely } from "../facts/report_copy.ts";
import {
  type ReadTraces,
  readWorkTraces,
  type TracePlaces,
} from "../facts/work_traces.ts";
import type { PanicReport } from "../parse/panic_report.ts";
import { redactDeep } from "../parse/redact_deep.ts";
import type { Redact } from "../parse/redaction.ts";
import type { CooldownVerdict } from "../policy/cooldown_verdict.ts";
import { findRunningBefore } from "../policy/running_before.ts";
import {
  formatAppleFeedback,
  type PanicForensics,
} from "../report/apple_feedback.ts";
import { forensicsOf } from "../report/postmortem_forensics.ts";
import {
  crumbViews,
  machineRows,
  memorySeries,
  workSpans,
} from "../report/postmortem_parts.ts";
import {
  type PanicView,
  type PostmortemView,
  subjectOf,
} from "../report/postmortem_view.ts";
import type { StatusSnapshot } from "../report/status_snapshot.ts";

/** What {@linkcode PostmortemStory} asks the other layers. */
export interface StorySources {
  /** Kernel panics of the last 72 h, and survived failures. */
  readonly readFailures: () => Promise<FailureHistory>;
  /** The gate, judged on what was read. */
  readonly checkGate: (history: FailureHistory) => Promise<CooldownVerdict>;
  /** The picture of all layers. */
  readonly readStatus: () => Promise<StatusSnapshot>;
  /** Versions of MLX packages, and what is known against them. */
  readonly readVersions: () => Promise<{
    readonly versions: Readonly<Record<string, string>>;
    readonly advisories: readonly string[];
  }>;
  /** Makes what takes private words out. */
  readonly readRedactor: () => Promise<Redact>;
}

/** What of a panic's story is wanted. */
export interface FeedbackOptions {
  /** Whether names, paths, hosts, serial numbers and secrets are taken out. @default true */
  readonly isRedacted?: boolean;
  /** Whether lines of the breadcrumb log are in it. @default true */
  readonly hasBreadcrumbs?: boolean;
}

const SHOWN_CRUMBS = 200;
/** A Mac that panics more often than this in three days has another trouble. */
const MOST_PANICS = 50;

/**
 * Layer 12, the telling side: what ran when a panic came, for a page, and for Apple.
 *
 * It reports: a part that cannot be read is left out and told.
 */
export class PostmortemStory {
  readonly #ports: FailurePorts;
  readonly #sources: StorySources;
  readonly #setup: { readonly traces: TracePlaces; readonly version: string };

  /** Made by the guard, once. */
  constructor(
    ports: FailurePorts,
    sources: StorySources,
    setup: { readonly traces: TracePlaces; readonly version: string },
  ) {
    this.#ports = ports;
    this.#sources = sources;
    this.#setup = setup;
  }

  /**
   * Writes the text for Apple about the newest GPU panic of the last 72 h, or about one report.
   *
   * @param report Path of a report; left out, the newest panic's.
   * @param options What it holds.
   * @returns The text; `undefined` when there is no GPU panic.
   * @throws {FileError} If the report cannot be read.
   */
  async feedback(
    report?: string,
    options: FeedbackOptions = {},
  ): Promise<string | undefined> {
    const history = await this.#sources.readFailures();
    const named = report === undefined ? undefined : {
      path: report,
      close: readPanicClosely(this.#ports, report),
    };
    const panic = named === undefined
      ? history.panics.find((one) => one.signature?.stopsGate === true)
      : history.panics.find((one) =>
        one.sourceFiles.includes(named.path) ||
        (one.record.bootSessionUuid !== null &&
          one.record.bootSessionUuid === named.close.bootSessionUuid)
      );
    if (named === undefined && panic === undefined) return undefined;
    const view = panic === undefined
      ? undefined
      : this.#panicView(panic, history, this.#traces());
    const forensics = await this.#forensics(
      view,
      await tryPart("status", [], () => this.#sources.readStatus()),
      named?.close,
      [],
    );
    const isRedacted = options.isRedacted ?? true;
    const redact: Redact = isRedacted
      ? await this.#sources.readRedactor()
      : (text) => text;
    return formatAppleFeedback(redactDeep(forensics, redact), options);
  }

  /**
   * Puts together what the texts of a bundle are made of.
   *
   * @param history Failures of the last 72 h.
   * @param findings What fails is added here.
   */
  async gather(
    history: FailureHistory,
    findings: Finding[],
  ): Promise<Gathered> {
    const { clock } = this.#ports;
    const traces = this.#traces();
    const gate = await tryPart(
      "gate",
      findings,
      () => this.#sources.checkGate(history),
    );
    const failed: Finding[] = [];
    const status = await tryPart(
      "status",
      failed,
      () => this.#sources.readStatus(),
    );
    findings.push(...failed, ...history.findings, ...traces.findings);
    const panics = history.panics.slice(0, MOST_PANICS).map((panic) =>
      this.#panicView(panic, history, traces)
    );
    const base = {
      version: this.#setup.version,
      collectedAt: clock.now(),
      timeZone: clock.timeZone(),
      isRedacted: true,
      panics,
      gpuPanicCount: panics.filter((panic) => panic.isGpu).length,
      aborts: history.aborts,
      gate: gate ?? null,
      machine: status === undefined ? [] : machineRows(status.machine),
      work: workSpans(traces.crumbs),
      memory: memorySeries(
        traces.crumbs,
        traces.runs.flatMap(({ footprints }) => footprints),
      ),
      artefacts: [],
      findings: [],
    };
    const subject = subjectOf({ ...base, crumbs: [] });
    return {
      view: { ...base, crumbs: crumbViews(crumbsUntil(traces, subject)) },
      status: () => {
        if (status !== undefined) return status;
        throw new MetalGuardError(
          "file-failed",
          failed[0]?.message ?? "there is no status",
        );
      },
      forensics: await this.#forensics(subject, status, undefined, findings),
    };
  }

  #traces(): ReadTraces {
    return readWorkTraces(this.#ports, this.#setup.traces);
  }

  #panicView(
    panic: PanicEvent,
    history: FailureHistory,
    traces: ReadTraces,
  ): PanicView {
    const index = history.panics.indexOf(panic);
    const before = history.panics[index + 1];
    const { record, signature, time } = panic;
    const close = tryRead(() =>
      readPanicClosely(this.#ports, record.sourceFile)
    );
    return {
      at: time.at,
      record,
      isGpu: signature?.stopsGate === true,
      plainWords: signature?.errorClass.plainWords ?? null,
      nextStep: signature?.errorClass.nextStep ?? null,
      upstream: signature?.errorClass.upstream ?? [],
      panicLine: close?.panicLine ?? null,
      running: findRunningBefore({
        at: time.at,
        bootSessionUuid: record.bootSessionUuid,
        pid: record.pid,
        since: before?.time.at ?? null,
      }, traces),
    };
  }

  async #forensics(
    panic: PanicView | undefined,
    status: StatusSnapshot | undefined,
    close: PanicReport | undefined,
    findings: Finding[],
  ): Promise<PanicForensics> {
    return forensicsOf({
      panic,
      close: close ??
        (panic === undefined
          ? undefined
          : tryRead(() =>
            readPanicClosely(this.#ports, panic.record.sourceFile)
          )),
      status,
      versions: await tryPart(
        "versions",
        findings,
        () => this.#sources.readVersions(),
      ),
      crumbs: panic === undefined ? [] : crumbsUntil(this.#traces(), panic),
      timeZone: this.#ports.clock.timeZone(),
      version: this.#setup.version,
    });
  }
}

/** What was gathered for the texts. */
export interface Gathered {
  /** The page, without what only its writing shows. */
  readonly view: Omit<PostmortemView, "artefacts" | "findings">;
  /** The picture of all layers. Throws where it could not be read, which costs the files that are made of it. */
  readonly status: () => StatusSnapshot;
  /** What Apple is told. */
  readonly forensics: PanicForensics;
}

/** Lines of the log up to a panic, or its last ones. */
function crumbsUntil(
  traces: ReadTraces,
  panic: PanicView | undefined,
): ReadTraces["crumbs"] {
  const until = panic === undefined ? undefined : addMs(panic.at, 2_000);
  const before = until === undefined
    ? traces.crumbs
    : traces.crumbs.filter(({ at }) =>
      Temporal.Instant.compare(at, until) <= 0
    );
  return before.slice(-SHOWN_CRUMBS);
}
