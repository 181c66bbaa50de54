import type {
  WiredPolicy,
  WorkerBackend,
  WorkerMemory,
} from "../core/worker.ts";
import type { ChildEnd } from "./child_process.ts";

/** How a worker's process is started. */
export interface WorkerStart {
  /** Interpreter: a path, or a name on PATH. */
  readonly python: string;
  /** Variables set on top of ours. */
  readonly env: Readonly<Record<string, string>>;
  /**
   * Asked before the GPU is put to work; nothing begins before the answer.
   *
   * @returns Whether it may.
   */
  readonly onAsk: (mark: WorkerMark) => Promise<boolean>;
  /** Told what has happened; what the worker says next is looked at once this has ended. */
  readonly onMark: (mark: WorkerMark) => Promise<void>;
}

/** Marks that a worker sets; any other word of it means nothing. */
export type WorkerTag =
  | "SUBPROC_PRE"
  | "SUBPROC_POST"
  | "GEMMA4_FLUSH"
  | "GEMMA4_FLUSH_DONE";

/** A word out of a worker about what it does to the GPU. */
export interface WorkerMark {
  /** Which request it belongs to. */
  readonly requestId: number;
  /** What. */
  readonly tag: WorkerTag;
  /** Figures beside it, e.g. `ctx`, `elapsed_ms`, `tok_out`; each a number or one word. */
  readonly meta: Readonly<Record<string, string | number>>;
}

/** What a worker can be told to do. */
export type WorkerCommand =
  | {
    readonly do: "load";
    readonly backend: WorkerBackend;
    readonly modelId: string;
    readonly wired: WiredPolicy;
    /** Rest before the first generate, in milliseconds; `null` for models that need none. */
    readonly firstSleepMs: number | null;
    /** How long it lives on unused, in milliseconds. */
    readonly idleMs: number;
  }
  | {
    readonly do: "generate";
    readonly prompt: string;
    readonly system: string;
    readonly maxTokens: number;
    readonly temperature: number;
    readonly images: readonly string[];
  }
  | {
    readonly do: "memory" | "reset_peak" | "clear_cache" | "probe" | "shutdown";
  };

/** What a worker answered; a field that its kind of request does not have is `undefined`. */
export interface WorkerAnswer {
  /** Its memory. */
  readonly memory: WorkerMemory | undefined;
  /** Versions by package, of a load. */
  readonly versions: Readonly<Record<string, string>> | undefined;
  /** Names of patches, of a load. */
  readonly patches: readonly string[] | undefined;
  /** How a generate ended. */
  readonly finish: string | undefined;
  /** Tokens of its prompt. */
  readonly promptTokens: number | undefined;
  /** Tokens of its answer. */
  readonly tokens: number | undefined;
}

/** How a worker's process ended. */
export interface WorkerEnd extends ChildEnd {
  /** The end of what it printed. */
  readonly stderrTail: string;
  /** Its own word for why it ended, e.g. `idle` or `shutdown`; `undefined` when it gave none. */
  readonly because: string | undefined;
  /** Whether we killed it, and why; `undefined` when we did not. */
  readonly killedBecause: string | undefined;
}

/** How a request came out. It never throws: a worker may die at any time. */
export type WorkerReply =
  | { readonly kind: "done"; readonly answer: WorkerAnswer }
  /** Its code failed; it lives on. */
  | {
    readonly kind: "failed";
    readonly pythonType: string;
    readonly message: string;
  }
  /** It ended first. */
  | { readonly kind: "ended"; readonly end: WorkerEnd };

/** How the first word came out. */
export type WorkerHello =
  | { readonly kind: "hello"; readonly python: string }
  | { readonly kind: "ended"; readonly end: WorkerEnd };

/** A request on its way. */
export interface WorkerRequest {
  /** Its number, as in {@linkcode WorkerMark}. */
  readonly id: number;
  /** How it comes out. */
  readonly reply: Promise<WorkerReply>;
}

/** A process that owns MLX. */
export interface WorkerProcess {
  /** Its process id; it stays its until `end` has resolved. */
  readonly pid: number;
  /** How it ended; resolves right after it did. */
  readonly end: Promise<WorkerEnd>;
  /** Lets it begin. Until then it waits, and it ends by itself when we are gone. */
  letGo(): Promise<WorkerHello>;
  /** Asks for something. */
  request(
    command: WorkerCommand,
    onText?: (text: string) => void,
  ): WorkerRequest;
  /** Cancels a request that is running or waits for its turn. */
  cancel(requestId: number): void;
  /** Ends it at once. */
  kill(because: string): void;
}

/** Starting processes that own MLX. */
export interface WorkerProcesses {
  /**
   * Starts an interpreter that waits for {@linkcode WorkerProcess.letGo}: it runs nothing of MLX before.
   *
   * @throws {MetalGuardError} Code `child-failed`, if it cannot be started.
   */
  start(options: WorkerStart): WorkerProcess;
}
