import { asObject } from "../json.ts";
import { benchLibrary } from "./native.ts";
import { type BenchRow, ratioRow } from "./row.ts";

/** A fiftieth of one core. */
const CORE_SHARE = 0.02;

/** Every way to sample that has a row; a way that cannot be had here has one without a value. */
const WAYS: Readonly<Record<string, string>> = {
  proc: "/proc through the C library",
  native: "libproc through the dylib",
  cat: "/proc by /bin/cat",
  ps: "/bin/ps",
};

/**
 * Measures one sample of a program's memory for each way to read it, as the share of a core that it takes when it is asked as
 * often as it may be.
 *
 * @param project The project's folder.
 */
export function samplingRows(project: string): readonly BenchRow[] {
  const library = benchLibrary(project);
  const machine = Deno.build.os === "darwin"
    ? []
    : [`${project}/ffi/machines/m4-max.json`];
  const { success, stdout, stderr } = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--allow-all",
      `${project}/scripts/bench/sampling_reading.ts`,
      ...(isThere(library) ? [library, ...machine] : []),
    ],
    stdin: "null",
  }).outputSync();
  if (!success) {
    throw new Error(
      `Cannot measure a sample: ${new TextDecoder().decode(stderr)}`,
    );
  }
  const list: unknown = JSON.parse(new TextDecoder().decode(stdout));
  return rowsOf(Array.isArray(list) ? list : []);
}

/**
 * The rows of what was measured.
 *
 * @param figures What `sampling_reading.ts` printed.
 */
export function rowsOf(figures: readonly unknown[]): readonly BenchRow[] {
  const bySource = new Map(
    figures.map(asObject).map((one) => [String(one["source"]), one]),
  );
  return Object.entries(WAYS).map(([source, words]) => {
    const figure = bySource.get(source);
    const id = `sampling-${source}`;
    if (figure === undefined) {
      const what = `a core's share of sampling, ${words}`;
      return { id, what, unit: "ratio", value: null, target: CORE_SHARE };
    }
    const base = Number(figure["shortestMs"]);
    return ratioRow(id, `a core's share, every ${base} ms, ${words}`, {
      time: Number(figure["costMs"]),
      base,
      target: CORE_SHARE,
    });
  });
}

function isThere(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
