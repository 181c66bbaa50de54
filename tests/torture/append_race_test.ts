import assert from "node:assert/strict";

const RACER = new URL("./append_race.ts", import.meta.url).pathname;
const LINES = 2_000;
const NAMES = ["a", "b", "c", "d", "hasty"];

async function start(args: readonly string[]): Promise<Record<string, number>> {
  const output = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--allow-read",
      "--allow-write",
      RACER,
      ...args,
    ],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const stderr = new TextDecoder().decode(output.stderr);
  assert.equal(output.code, 0, stderr);
  return JSON.parse(new TextDecoder().decode(output.stdout));
}

Deno.test("appendLine() and rotateIfLarge() lose, double and mix no line among processes", async () => {
  // Kills: a write of two parts, a lock on the file that is moved, a rename that leaves a writer behind, a break put
  // before a line because another process was half-way.
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/crumbs.log`;
    const stop = `${folder}/stop`;
    const rotator = start(["rotate", path, `${16 * 1024}`, "200", stop]);
    const reports = await Promise.all(NAMES.map((name) =>
      start(
        ["append", path, name, `${LINES}`, name === "hasty" ? "no" : "patient"],
      )
    ));
    await Deno.writeTextFile(stop, "");
    const { rotations = 0 } = await rotator;
    assert.ok(rotations >= 10, `${rotations} rotations`);
    const unlocked = reports.reduce(
      (sum, one) => sum + (one["unlocked"] ?? 0),
      0,
    );
    assert.ok(unlocked > 0, "nobody went without lock");

    const counts = new Map<string, number>();
    for await (const { name } of Deno.readDir(folder)) {
      if (!/^crumbs\.log(\.\d+)?$/.test(name)) continue;
      const text = await Deno.readTextFile(`${folder}/${name}`);
      assert.ok(text.endsWith("\n"), `${name} has a torn end`);
      for (const line of text.slice(0, -1).split("\n")) {
        counts.set(line, (counts.get(line) ?? 0) + 1);
      }
    }
    for (const name of NAMES) {
      for (let number = 0; number < LINES; number++) {
        const line = `${name} ${number} ${"x".repeat(number % 60)} end`;
        assert.equal(counts.get(line), 1, line);
      }
    }
    // A write without lock is seen half done by others, who end it: an empty line, which every reader passes over.
    const empty = counts.get("") ?? 0;
    assert.ok(empty <= unlocked, `${empty} empty lines`);
    counts.delete("");
    assert.equal(counts.size, NAMES.length * LINES);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
