/** Whether the layers refuse or only tell. */
export type Mode = "defensive" | "observer";

/** The mode for people and dashboards. */
export interface ModeDescription {
  /** `defensive` or `observer`. */
  readonly mode: Mode;
  /** What that means, in one sentence. */
  readonly description: string;
  /** The variable that decides, with its text: `METALGUARD_MODE=<unset> (default → defensive)`. */
  readonly envVar: string;
}
