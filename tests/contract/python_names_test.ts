/** Every public name of the Python metal-guard has its home here, and is reached for. */
import assert from "node:assert/strict";
import * as library from "../../mod.ts";
import { PYTHON_NAMES } from "../../scripts/docs/python_names.ts";

/** What hangs on a worker: there is none without a Python, so its type is held to these names. */
const OF_WORKER: readonly (string & keyof library.MlxWorker)[] = [
  "probe",
  "patches",
];

function reach(root: unknown, path: readonly string[]): boolean {
  let value: unknown = root;
  for (const name of path) {
    if (
      (typeof value !== "object" && typeof value !== "function") ||
      value === null || !(name in value)
    ) return false;
    value = Reflect.get(value, name, value);
  }
  return value !== undefined;
}

function isReachable(name: string): boolean {
  const [first = "", ...rest] = name.split(".");
  const worker: readonly string[] = OF_WORKER;
  switch (first) {
    case "guard":
      return reach(library.openMetalGuard({ env: () => undefined }), rest);
    case "worker":
      return worker.includes(rest.join("."));
    default:
      return reach(library, [first, ...rest]);
  }
}

Deno.test("each of our names in the table is there for a caller", () => {
  // Kills: a table of names that promises what nobody can call.
  const missing = PYTHON_NAMES.flatMap(({ ours }) => ours)
    .filter((name) => !isReachable(name));
  assert.deepEqual(missing, []);
});

Deno.test("no name of the Python metal-guard stands in the table twice, and none without a home", () => {
  // Kills: a row that was copied and not changed.
  const python = PYTHON_NAMES.flatMap((row) => row.python);
  assert.equal(new Set(python).size, python.length);
  assert.ok(python.length > 80, `${python.length} names`);
  for (const row of PYTHON_NAMES) assert.ok(row.ours.length > 0);
});
