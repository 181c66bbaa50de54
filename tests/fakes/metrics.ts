import type { StatusSnapshot } from "../../lib/report/status_snapshot.ts";
import { metricsText } from "../../lib/report/metrics.ts";
import type { World } from "./world.ts";

/** Every figure in a text of Prometheus, by name and labels as they are written. */
export function figuresIn(text: string): ReadonlyMap<string, number> {
  const lines = text.split("\n").filter((line) =>
    line !== "" && !line.startsWith("#")
  );
  return new Map(lines.map((line) => {
    const at = line.lastIndexOf(" ");
    return [line.slice(0, at), Number(line.slice(at + 1))];
  }));
}

/** What a writer of every 30 s would write of a world, with some parts replaced. */
export async function metricsOf(
  world: World,
  parts: Partial<StatusSnapshot> = {},
): Promise<string> {
  const snapshot = await world.guard().status.read();
  return metricsText({ ...snapshot, ...parts }, {
    version: "1.2.3",
    intervalMs: 30_000,
  });
}
