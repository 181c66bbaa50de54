import { asObject } from "../json.ts";
import { median } from "./median.ts";
import { type BenchRow, limitRow, ratioRow } from "./row.ts";

/** Targets of the project. */
const TARGETS = {
  /** Opening the dylib with its sum, its trial's record and its mark, in milliseconds. */
  loadMs: 10,
  /** One full reading, in milliseconds. */
  readingMs: 1,
  /** A twentieth of what macOS's programs take. */
  share: 1 / 20,
} as const;

/** Where the dylib is that can be opened on this machine. */
export function benchLibrary(project: string): string {
  return Deno.build.os === "darwin"
    ? `${project}/dist/ffi/libmetalguard.dylib`
    : `${project}/dist/ffi/linux-${Deno.build.arch}/libmetalguard-sim.so`;
}

/**
 * Measures the dylib; rows without a value where it has not been built (`deno task build:ffi`).
 *
 * @param project The project's folder.
 * @param library The dylib, or the simulated Mac.
 */
export function nativeRows(
  project: string,
  library: string = benchLibrary(project),
): readonly BenchRow[] {
  const figures = isThere(library) ? measured(project, library) : undefined;
  return [
    limitRow(
      "native-load",
      "opening the dylib, as status does",
      figures?.loadMs,
      TARGETS.loadMs,
    ),
    limitRow(
      "native-reading",
      "GPU, host and process through the dylib",
      figures?.nativeMs,
      TARGETS.readingMs,
    ),
    figures === undefined
      ? { ...UNMEASURED, target: TARGETS.share }
      : ratioRow(UNMEASURED.id, UNMEASURED.what, {
        time: figures.nativeMs,
        base: figures.ioregMs,
        target: TARGETS.share,
      }),
  ];
}

const UNMEASURED = {
  id: "native-against-ioreg",
  what: "the same, against ioreg and its kin",
  unit: "ratio",
  value: null,
} as const;

/** Openings that are measured, each in a process of its own. */
const LOADS = 15;

function measured(
  project: string,
  library: string,
): Readonly<Record<"loadMs" | "nativeMs" | "ioregMs", number>> {
  const place = Deno.makeTempDirSync({ prefix: "metal-guard-bench-" });
  try {
    run(project, "prepare", [place, library]);
    const loads = Array.from(
      { length: LOADS },
      () => Number(run(project, "load", [place])["loadMs"]),
    );
    const { nativeMs, ioregMs } = run(project, "reading", [place]);
    return {
      loadMs: median(loads),
      nativeMs: Number(nativeMs),
      ioregMs: Number(ioregMs),
    };
  } finally {
    Deno.removeSync(place, { recursive: true });
  }
}

function run(
  project: string,
  what: "prepare" | "load" | "reading",
  args: readonly string[],
): Readonly<Record<string, unknown>> {
  const machine = `${project}/ffi/machines/m4-max.json`;
  const { success, stdout, stderr } = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--allow-all",
      "--no-check",
      `${project}/scripts/bench/native_reading.ts`,
      what,
      ...args,
    ],
    env: Deno.build.os === "darwin" ? {} : { METAL_GUARD_SIM: machine },
    stdin: "null",
  }).outputSync();
  if (!success) {
    throw new Error(
      `Cannot measure the dylib (${what}): ${new TextDecoder().decode(stderr)}`,
    );
  }
  return asObject(JSON.parse(new TextDecoder().decode(stdout)));
}

function isThere(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
