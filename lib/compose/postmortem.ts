/**
 * What collects and tells after a panic, put together. Loaded when it is asked for.
 *
 * @module
 */
import type { Config } from "../config.ts";
import type { FailureHistory, FailurePorts } from "../facts/panic_history.ts";
import type { AdvisoryReport } from "../layers/advisories.ts";
import {
  Postmortem,
  type PostmortemOptions,
  type PostmortemResult,
  type PostmortemSources,
} from "../layers/postmortem.ts";
import {
  type FeedbackOptions,
  PostmortemStory,
  type StorySources,
} from "../layers/postmortem_story.ts";
import type { Redact } from "../parse/redaction.ts";
import type { Paths } from "../paths.ts";
import type { Owner } from "../ports/state_writer.ts";
import { VERSION } from "../version.ts";
import { openBundle } from "./bundle_writer.ts";
import { readKnobs } from "./knob_states.ts";
import { readRedactorOf, type RedactorWorld } from "./redactor.ts";

/** What reaches the world. */
export interface PostmortemWorld extends FailurePorts, RedactorWorld {
  /** Whom files are given to. */
  readonly owner: () => Owner | undefined;
}

/** What is asked of the other layers. */
export interface PostmortemHost
  extends
    Pick<PostmortemSources, "ingest" | "hold">,
    Pick<StorySources, "checkGate" | "readStatus"> {
  readonly config: Config;
  readonly paths: Paths;
  readonly readFailures: () => Promise<FailureHistory>;
  readonly breadcrumbPath: () => string | null;
  readonly readCrumbTail: (lines: number) => readonly string[];
  readonly checkAdvisories: () => Promise<AdvisoryReport>;
}

/** Collects and tells after a panic. */
export interface PostmortemPart {
  /** Collects everything about the panics of the last 24 h in a folder. */
  collect(
    folder: string,
    options?: PostmortemOptions,
  ): Promise<PostmortemResult>;
  /** The text for Apple; `undefined` when there is no GPU panic to write about. */
  feedback(
    report?: string,
    options?: FeedbackOptions,
  ): Promise<string | undefined>;
}

/** Puts a post-mortem together; nothing is read yet. */
export function composePostmortem(
  world: PostmortemWorld,
  host: PostmortemHost,
): PostmortemPart {
  const { config, paths } = host;
  let redactor: Promise<Redact> | undefined;
  const readRedactor = (): Promise<Redact> =>
    redactor ??= readRedactorOf(world, paths);
  const story = new PostmortemStory(world, {
    ...host,
    readRedactor,
    readVersions: async () => versionsOf(await host.checkAdvisories()),
  }, {
    traces: {
      breadcrumbs: host.breadcrumbPath(),
      runs: paths.runs,
      guards: paths.guards,
      lock: paths.lock,
      cadence: paths.cadence,
    },
    version: VERSION,
  });
  const postmortem = new Postmortem(world, {
    ...host,
    readRedactor,
    readKnobs: () => readKnobs(world.env),
    gather: (history, findings) => story.gather(history, findings),
    openBundle: (folder, options) =>
      openBundle({
        ...options,
        folder,
        store: world.store,
        clock: world.clock,
        owner: world.owner(),
        version: VERSION,
      }),
  }, {
    isEnabled: config.postmortemEnabled,
    holdMs: config.postmortemHoldMs,
    sentinel: paths.sentinel,
    record: paths.postmortem,
    ledger: paths.ledger,
    version: VERSION,
  });
  return {
    collect: (folder, options) => postmortem.collect(folder, options),
    feedback: (report, options) => story.feedback(report, options),
  };
}

function versionsOf(
  report: AdvisoryReport,
): {
  readonly versions: Readonly<Record<string, string>>;
  readonly advisories: readonly string[];
} {
  const versions = Array.from(report.installed.packages).flatMap(
    ([name, one]) =>
      one.kind === "known" && one.value !== null
        ? [[name, one.value.version] as const]
        : [],
  );
  return {
    versions: Object.fromEntries(versions),
    advisories: report.advisories.map(({ advisory, version }) =>
      `${advisory.package} ${version}: ${advisory.symptom} (${advisory.issue})`
    ),
  };
}
