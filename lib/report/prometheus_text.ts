import { plainText } from "../core/plain_text.ts";

/** One figure of a metric. */
export interface MetricSample {
  /** What tells it apart from the metric's other figures; an empty value is as good as no label. */
  readonly labels?: Readonly<Record<string, string>>;
  /** In base units: seconds, bytes, a ratio of 0 to 1. */
  readonly value: number;
}

/** One metric with all its figures. */
export interface MetricFamily {
  /** Its name. */
  readonly name: string;
  /** A counter's name ends in `_total`. */
  readonly type: "gauge" | "counter";
  /** What it says, in one line. */
  readonly help: string;
  /** Its figures; none when nothing is known. */
  readonly samples: readonly MetricSample[];
}

/** Longest value of a label: what a chip or a system is called is far shorter. */
const LONGEST_LABEL = 80;

/**
 * Writes metrics in Prometheus' text format 0.0.4. A metric without a figure is left out, and so is a figure that is no
 * number: a scraper then sees nothing, which is what is known.
 *
 * @param families Each name once; labels that come from outside are made plain and cut.
 */
export function prometheusText(families: readonly MetricFamily[]): string {
  return families.flatMap(({ name, type, help, samples }) => {
    const lines = samples.filter(({ value }) => Number.isFinite(value))
      .map(({ labels = {}, value }) => `${name}${labelText(labels)} ${value}`);
    return lines.length === 0 ? [] : [
      `# HELP ${name} ${help.replaceAll("\\", "\\\\")}`,
      `# TYPE ${name} ${type}`,
      ...lines,
    ];
  }).map((line) => `${line}\n`).join("");
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const parts = Object.entries(labels)
    .map(([name, value]) => [name, plainText(value, LONGEST_LABEL)] as const)
    .filter(([, value]) => value !== "")
    .map(([name, value]) => `${name}="${escaped(value)}"`);
  return parts.length === 0 ? "" : `{${parts.join(",")}}`;
}

function escaped(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"');
}
