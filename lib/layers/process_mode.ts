import { plainText } from "../core/plain_text.ts";
import { type ModeDefaults, modeDefaults } from "../policy/mode_defaults.ts";
import {
  detectProcessMode,
  type ProcessContext,
  type ProcessMode,
} from "../policy/process_mode.ts";

/** What kind of program it is, and why. */
export interface ProcessModeDescription {
  /** The kind. */
  readonly mode: ProcessMode;
  /** Its program as it was given; empty when nobody gave one. */
  readonly argv0: string;
  /** Whether ipykernel is loaded in it. */
  readonly hasIpykernel: boolean;
  /** Text of `METALGUARD_SUBPROCESS_WORKER`; empty when unset. */
  readonly subprocessWorkerEnv: string;
  /** Its defaults. */
  readonly defaults: ModeDefaults;
}

/**
 * R6: tells what kind of program runs MLX. It reports and refuses nothing.
 */
export class ProcessModeLayer {
  readonly #own: ProcessContext;

  /**
   * Made by the guard, once.
   *
   * @param own What is judged when a caller gives nothing: a program that only uses this library is `embedded`.
   */
  constructor(own: ProcessContext) {
    this.#own = own;
  }

  /**
   * Describes a program.
   *
   * @param context What it shows of itself; what is left out is taken from this one.
   */
  describe(context: Partial<ProcessContext> = {}): ProcessModeDescription {
    const all = { ...this.#own, ...context };
    const mode = detectProcessMode(all);
    return {
      mode,
      argv0: plainText(all.argv[0] ?? "", 300),
      hasIpykernel: all.hasIpykernel ?? false,
      subprocessWorkerEnv: plainText(all.subprocessWorker ?? "", 80),
      defaults: modeDefaults(mode),
    };
  }
}
