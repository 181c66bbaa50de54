import type { Log } from "../../lib/ports/log.ts";

/** A log that remembers. */
export class FakeLog implements Log {
  /** What was said, in order. */
  readonly messages: {
    readonly level: "info" | "warn";
    readonly text: string;
  }[] = [];

  info(message: string): void {
    this.messages.push({ level: "info", text: message });
  }

  warn(message: string): void {
    this.messages.push({ level: "warn", text: message });
  }
}
