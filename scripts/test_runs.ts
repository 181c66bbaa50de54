import { isNative, NATIVE_PLACES } from "./native_runs.ts";

/** What tests may do. The network is not in it. */
const PERMISSIONS: readonly string[] = [
  "--no-prompt",
  "--allow-read",
  "--allow-write",
  "--allow-env",
  "--allow-run",
  "--allow-sys",
];

/** Tests that open `/proc` or `/dev`, which Deno ties to all permissions at once. */
export const NEED_ALL: readonly string[] = [
  "tests/adapters/deno/open_file_test.ts",
  "tests/ports/system_facts_test.ts",
];

/** Tests that mostly wait for other programs: when all tests run, these run beside the rest. */
export const WAITING: readonly string[] = ["tests/mlx", "tests/torture"];

/** Where tests and examples are, when nobody asks for less. */
const EVERYTHING: readonly string[] = ["tests", "lib", "mod.ts"];

/**
 * Splits the tests into runs of `deno test` that do not disturb each other: most of them without network, those that wait
 * for other programs, and those that need everything. The native ones are planned by {@linkcode planNativeRuns}.
 *
 * @param asked Files and folders to run; none means all, with the examples in the documentation.
 * @param isThere Whether a path exists.
 * @returns Each run's arguments.
 */
export function planRuns(
  asked: readonly string[],
  isThere: (path: string) => boolean,
): readonly (readonly string[])[] {
  const paths = asked.map((path) =>
    path.replace(/^\.\//, "").replace(/\/$/, "")
  );
  const roots = paths.length > 0
    ? paths.filter((path) => !isNative(path))
    : EVERYTHING.filter(isThere);
  const open = NEED_ALL.filter((file) =>
    isThere(file) &&
    roots.some((root) => file === root || file.startsWith(`${root}/`))
  );
  const closed = roots.filter((root) => !open.includes(root));
  const waiting = paths.length > 0 ? [] : WAITING.filter(isThere);
  const apart = [...open, ...nativeBelow(closed, isThere), ...waiting];
  const ignore = apart.length > 0 ? [`--ignore=${apart.join(",")}`] : [];
  const doc = paths.length > 0 ? [] : ["--doc"];
  const runs: string[][] = [];
  if (closed.length > 0) {
    runs.push([...PERMISSIONS, ...ignore, ...doc, ...closed]);
  }
  if (waiting.length > 0) runs.push([...PERMISSIONS, ...waiting]);
  if (open.length > 0) runs.push(["--allow-all", ...open]);
  return runs;
}

/** Native tests that a run over `roots` would meet. */
function nativeBelow(
  roots: readonly string[],
  isThere: (path: string) => boolean,
): string[] {
  return NATIVE_PLACES.filter((place) =>
    isThere(place) && roots.some((root) => place.startsWith(`${root}/`))
  );
}
