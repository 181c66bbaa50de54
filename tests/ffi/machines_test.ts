import assert from "node:assert/strict";

const FOLDER = new URL("../../ffi/machines/", import.meta.url);
const NAMES = [...Deno.readDirSync(FOLDER)].map(({ name }) => name).sort();

function read(name: string): Readonly<Record<string, unknown>> {
  return asRecord(JSON.parse(Deno.readTextFileSync(new URL(name, FOLDER))));
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  assert.ok(typeof value === "object" && value !== null);
  return { ...value };
}

/** JSON pointers of all values that are no list or object. */
function leaves(value: unknown, path: string): string[] {
  if (typeof value !== "object" || value === null) return [path];
  const entries = Object.entries(value);
  return entries.length === 0
    ? [path]
    : entries.flatMap(([key, one]) => leaves(one, `${path}/${key}`));
}

Deno.test("the machines are those that the reader has to cope with", () => {
  // Kills: a family of Macs that no test has ever seen.
  assert.deepEqual(
    NAMES.map((name) => name.replace(".json", "")),
    [
      "air-8gb",
      "driver-gone",
      "intel",
      "m1",
      "m2",
      "m3-ultra",
      "m4-max",
      "m5-max",
    ],
  );
});

Deno.test("every value of a machine says whether it is real or invented", () => {
  // Kills: a number that somebody takes for a measurement.
  for (const name of NAMES) {
    const { about, ...machine } = read(name);
    assert.equal(typeof asRecord(about)["what"], "string");
    const origins = Object.entries(asRecord(asRecord(about)["values"]));
    const paths = leaves(machine, "");
    const unsaid = paths.filter((path) =>
      !origins.some(([start, words]) =>
        path.startsWith(start) && typeof words === "string" &&
        /\b(?:real|invented)\b/.test(words)
      )
    );
    assert.deepEqual(unsaid, [], name);
    const pointless = origins.filter(([start]) =>
      !paths.some((path) => path.startsWith(start))
    );
    assert.deepEqual(pointless, [], name);
  }
});

Deno.test("neighbouring figures of a machine differ, so that one read for another is seen", () => {
  // Kills: a comparison field by field that holds although two fields are swapped.
  for (const name of NAMES) {
    const machine = read(name);
    const vm = Object.values(asRecord(asRecord(machine["host"])["vm"]));
    assert.equal(new Set(vm).size, vm.length, `${name}: vm`);
    for (
      const [pid, process] of Object.entries(asRecord(machine["processes"]))
    ) {
      const numbers = Object.values(asRecord(process)).filter((one) =>
        typeof one === "number" && one > 1_000
      );
      assert.equal(new Set(numbers).size, numbers.length, `${name}: ${pid}`);
    }
  }
});
