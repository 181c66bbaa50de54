import type { NativeProcess } from "../../../ffi/decode.ts";
import { plainText } from "../../core/plain_text.ts";
import { known, type Observed, unknown } from "../../core/observed.ts";
import type {
  ProcessIdentity,
  StartToken,
} from "../../core/process_identity.ts";
import type {
  EndSignal,
  ProcessReading,
  ProcessTable,
  SignalOutcome,
} from "../../ports/process_table.ts";
import { type NativeCaller, observed } from "./caller.ts";

/** What {@linkcode createNativeProcessTable} needs besides the dylib, which can look and not act. */
export interface NativeTableOptions {
  /** Whether the kernel has anybody under a pid; the second opinion before one is called gone. */
  readonly isThere: (pid: number) => boolean;
  /** Sends a signal right after the look that is given, if that proves it to be that process. */
  readonly signalAfter: (
    identity: ProcessIdentity,
    signal: EndSignal,
    reading: ProcessReading,
  ) => SignalOutcome;
}

/**
 * Processes of macOS through the dylib, which asks libproc: no program is started, and a start is known to the microsecond.
 *
 * Fails to `unknown`: a library that cannot be opened, a code and a hang.
 *
 * @param caller Who asks the dylib.
 * @param options How signals are sent.
 */
export function createNativeProcessTable(
  caller: NativeCaller,
  options: NativeTableOptions,
): ProcessTable {
  return new NativeProcessTable(caller, options);
}

/** A fork bomb has more; the tree is looked at again soon. */
const MAX_DESCENDANTS = 10_000;

class NativeProcessTable implements ProcessTable {
  readonly #caller: NativeCaller;
  readonly #options: NativeTableOptions;

  constructor(caller: NativeCaller, options: NativeTableOptions) {
    this.#caller = caller;
    this.#options = options;
  }

  async read(pid: number): Promise<ProcessReading> {
    if (!this.#options.isThere(pid)) return { kind: "gone" };
    const answer = await this.#caller.ask(
      `process ${pid}`,
      (library) => library.readProcess(pid),
    );
    if (answer.kind === "failed") {
      return answer.problem === "not-found" && !this.#options.isThere(pid)
        ? { kind: "gone" }
        : { kind: "unknown", because: answer.because };
    }
    const args = await this.#caller.ask(
      `arguments of process ${pid}`,
      (library) => library.readProcessArgs(pid),
    );
    return readingOf(
      pid,
      answer.value,
      args.kind === "answered" ? args.value : [],
    );
  }

  async readDescendants(
    pid: number,
  ): Promise<Observed<readonly ProcessIdentity[]>> {
    const found = new Map<number, ProcessIdentity>();
    const seen = new Set([pid]);
    for (let parents = [pid]; parents.length > 0;) {
      const children = await Promise.all(
        parents.map((parent) => this.#children(parent)),
      );
      parents = [];
      for (const list of children) {
        if (list.kind === "unknown") return list;
        parents.push(...list.value.filter((child) => !seen.has(child)));
      }
      for (const parent of parents) seen.add(parent);
      if (seen.size > MAX_DESCENDANTS) {
        return unknown(`process ${pid} has more than ${MAX_DESCENDANTS} below`);
      }
      const identities = await Promise.all(
        parents.map((child) => this.#identity(child)),
      );
      for (const one of identities) {
        if (one.kind === "unknown") return one;
        if (one.value !== undefined) found.set(one.value.pid, one.value);
      }
    }
    return known([...found.values()]);
  }

  async signal(
    identity: ProcessIdentity,
    signal: EndSignal,
  ): Promise<SignalOutcome> {
    const reading = await this.read(identity.pid);
    return this.#options.signalAfter(identity, signal, reading);
  }

  /** Whoever has ended meanwhile has none. */
  async #children(pid: number): Promise<Observed<readonly number[]>> {
    const answer = await this.#caller.ask(
      `children of process ${pid}`,
      (library) => library.readChildren(pid),
    );
    return answer.kind === "failed" && answer.problem === "not-found"
      ? known([])
      : observed(answer);
  }

  /** `undefined` for one that has ended. */
  async #identity(
    pid: number,
  ): Promise<Observed<ProcessIdentity | undefined>> {
    const answer = await this.#caller.ask(
      `process ${pid}`,
      (library) => library.readProcess(pid),
    );
    if (answer.kind === "failed") {
      return answer.problem === "not-found"
        ? known(undefined)
        : unknown(answer.because);
    }
    if (isZombie(answer.value)) return known(undefined);
    const startToken = tokenOf(answer.value);
    return startToken === undefined
      ? unknown(`the start of process ${pid} is not told`)
      : known({ pid, startToken });
  }
}

function readingOf(
  pid: number,
  process: NativeProcess,
  args: readonly string[],
): ProcessReading {
  if (isZombie(process)) return { kind: "zombie" };
  const { parentPid, userId, startUs } = process;
  const startToken = tokenOf(process);
  if (
    startToken === undefined || startUs.kind === "unknown" ||
    parentPid.kind === "unknown" || userId.kind === "unknown"
  ) {
    return {
      kind: "unknown",
      because: `process ${pid} does not show its start, parent and user`,
    };
  }
  return {
    kind: "alive",
    facts: {
      pid,
      parentPid: parentPid.value,
      userId: userId.value,
      startToken,
      startedAt: Temporal.Instant.fromEpochMilliseconds(
        Math.floor(startUs.value / 1_000),
      ),
      names: namesOf(process),
      args,
    },
  };
}

function isZombie({ isZombie }: NativeProcess): boolean {
  return isZombie.kind === "known" && isZombie.value;
}

/** The file of its program, the kernel's short name, and the one that it chose. */
function namesOf({ path, command, name }: NativeProcess): readonly string[] {
  const names = new Set<string>();
  if (path.kind === "known") {
    names.add(path.value.slice(path.value.lastIndexOf("/") + 1));
  }
  for (const one of [command, name]) {
    if (one.kind === "known") names.add(plainText(one.value, 80));
  }
  names.delete("");
  return [...names];
}

function tokenOf({ startUs }: NativeProcess): StartToken | undefined {
  return startUs.kind === "known"
    ? { kind: "libproc", value: String(startUs.value) }
    : undefined;
}
