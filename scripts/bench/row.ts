/** One figure of the bench, against its target. */
export interface BenchRow {
  /** Stable name for programs. */
  readonly id: string;
  /** What was compared, for a person. */
  readonly what: string;
  /** `ratio` of two times, `MiB` more memory, or `ms` for information. */
  readonly unit: "ratio" | "MiB" | "ms";
  /** What was measured; `null` where it cannot be had here. */
  readonly value: number | null;
  /** What it may be at most; `null` for information. */
  readonly target: number | null;
  /** The two figures behind a ratio or a difference. */
  readonly measured?: number;
  /** The figure it is compared with. */
  readonly base?: number;
}

/** Whether a row that has a target has no figure: then nobody knows whether it is kept. */
export function isUnmeasured(row: BenchRow): boolean {
  return row.value === null && row.target !== null;
}

/** Whether a row is over its target. */
export function isOver(row: BenchRow): boolean {
  return row.value !== null && row.target !== null && row.value > row.target;
}

/** `time`, as a ratio to `base`. */
export function ratioRow(
  id: string,
  what: string,
  figures: {
    readonly time: number;
    readonly base: number;
    readonly target: number | null;
  },
): BenchRow {
  return {
    id,
    what,
    unit: "ratio",
    value: rounded(figures.time / figures.base),
    target: figures.target,
    measured: rounded(figures.time),
    base: rounded(figures.base),
  };
}

/** Memory beyond that of `base`. */
export function memoryRow(
  id: string,
  what: string,
  figures: {
    readonly peak: number | undefined;
    readonly base: number | undefined;
    readonly target: number | null;
  },
): BenchRow {
  const { peak, base, target } = figures;
  if (peak === undefined || base === undefined) {
    return { id, what, unit: "MiB", value: null, target };
  }
  return {
    id,
    what,
    unit: "MiB",
    value: rounded(peak - base),
    target,
    measured: rounded(peak),
    base: rounded(base),
  };
}

/** A time for information. */
export function timeRow(id: string, what: string, ms: number): BenchRow {
  return { id, what, unit: "ms", value: rounded(ms), target: null };
}

/** A time with a limit; without a value where it cannot be had here. */
export function limitRow(
  id: string,
  what: string,
  ms: number | undefined,
  target: number,
): BenchRow {
  const value = ms === undefined ? null : rounded(ms);
  return { id, what, unit: "ms", value, target };
}

/** Memory with a limit. */
export function mebibyteRow(
  id: string,
  what: string,
  mebibytes: number,
  target: number,
): BenchRow {
  return { id, what, unit: "MiB", value: rounded(mebibytes), target };
}

function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}

/** The rows as a table for a person; rows over their target are marked. */
export function tableText(rows: readonly BenchRow[]): string {
  const cells = rows.map((row) => [
    row.what,
    valueWords(row),
    row.target === null ? "" : `≤ ${valueOf(row.target, row.unit)}`,
    row.target === null ? "" : verdictWord(row),
    row.measured === undefined || row.base === undefined
      ? ""
      : `${row.measured.toFixed(1)} / ${row.base.toFixed(1)} ${
        row.unit === "MiB" ? "MiB" : "ms"
      }`,
  ]);
  const widths = [0, 1, 2, 3, 4].map((column) =>
    Math.max(...cells.map((line) => line[column]?.length ?? 0), 0)
  );
  return cells.map((line) =>
    line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")
      .trimEnd()
  ).join("\n");
}

function verdictWord(row: BenchRow): string {
  if (isUnmeasured(row)) return "NOT MEASURED";
  return isOver(row) ? "OVER" : "ok";
}

function valueWords(row: BenchRow): string {
  return row.value === null ? "unknown" : valueOf(row.value, row.unit);
}

function valueOf(value: number, unit: BenchRow["unit"]): string {
  switch (unit) {
    case "ratio":
      return `${value.toFixed(2)} ×`;
    case "MiB":
      return `${value.toFixed(1)} MiB`;
    case "ms":
      return `${value.toFixed(1)} ms`;
  }
}
