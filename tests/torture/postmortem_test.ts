/**
 * Post-mortems by the real program: a disk that is really full, a report that really may not be read, one of 100 MB, two
 * at once, and kill −9 at any moment.
 */
import assert from "node:assert/strict";
import { CliPlace, command, IS_ROOT } from "../cli_place.ts";
import { CAUSES, reportText, writeReport } from "../cli_reports.ts";

const FILES = [
  "apple_feedback.md",
  "breadcrumb_tail.log",
  "bundle.json",
  "environment.json",
  "gpu_stats.json",
  "index.html",
  "index.md",
  "panics.jsonl",
  "status.json",
];

function ago(minutes: number): Temporal.Instant {
  return Temporal.Now.instant().subtract({ minutes });
}

function names(folder: string): readonly string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name)
    .filter((name) => !name.startsWith(".")).toSorted();
}

function panic(place: CliPlace, name = "panic-full-a.panic"): string {
  return writeReport(place, {
    name,
    form: "panic_full",
    at: ago(30),
    cause: CAUSES.prepareCount,
  });
}

Deno.test("a report of 100 MB is cut, the rest of the bundle is whole", async () => {
  // Kills: 100 MB in memory five times over, or on a disk that is nearly full.
  using place = new CliPlace();
  const path = panic(place);
  {
    using file = Deno.openSync(path, { append: true });
    const part = new TextEncoder().encode("x y z ".repeat(170_000));
    for (let at = 0; at < 100; at++) file.writeSync(part);
  }
  const out = `${place.root}/out`;
  const run = await place.run(["postmortem", out]);
  assert.equal(run.code, 0, run.stdout + run.stderr);
  const { size } = Deno.statSync(`${out}/panic-full-a.panic`);
  assert.ok(size > 5_000_000 && size <= 5 * 2 ** 20, `${size}`);
  assert.match(run.stdout, /its end is cut off/);
  assert.deepEqual(names(out), [...FILES, "panic-full-a.panic"].toSorted());
});

Deno.test("a report that may not be read costs itself alone, and ends with 1", async () => {
  // Kills: a bundle that is not made because one file belongs to root.
  using place = new CliPlace({ user: "denied" });
  panic(place);
  const closed = panic(place, "panic-full-b.panic");
  place.handOver();
  place.close(closed);
  const out = `${place.home}/out`;
  const run = await place.run(["postmortem", out]);
  assert.equal(run.code, 1, run.stdout + run.stderr);
  assert.deepEqual(names(out), [...FILES, "panic-full-a.panic"].toSorted());
  assert.match(run.stdout, /panic-full-b\.panic: NOT WRITTEN/);
  assert.match(run.stdout, /^ +\$ sudo chmod o\+r/m);
});

/** A disk of its own that is really small. */
class SmallDisk implements Disposable {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** Mounts one; `undefined` where that is not allowed, as in some containers and for all but root. */
  static tryMount(path: string, kib: number): SmallDisk | undefined {
    Deno.mkdirSync(path, { recursive: true });
    if (!IS_ROOT || Deno.build.os !== "linux") return undefined;
    const { success } = new Deno.Command("mount", {
      args: ["-t", "tmpfs", "-o", `size=${kib}k`, "tmpfs", path],
      stderr: "null",
    }).outputSync();
    return success ? new SmallDisk(path) : undefined;
  }

  [Symbol.dispose](): void {
    command("umount", this.path);
  }
}

Deno.test("a disk that is really full costs the files that do not fit, and leaves none torn", async () => {
  // Kills: half an index; an exit of 0; a crash in place of words.
  using place = new CliPlace();
  panic(place);
  // Nothing is as full as a disk of that size; where none can be mounted, the system refuses larger files.
  for (const kib of [8, 24, 40]) {
    using disk = SmallDisk.tryMount(`${place.root}/disk`, kib);
    const out = `${place.root}/disk/out`;
    const run = await place.run(
      ["postmortem", out, "--json"],
      disk === undefined
        ? { shell: `trap "" XFSZ; ulimit -f ${kib / 4}; exec "$@"` }
        : {},
    );
    assert.equal(run.code, 1, `${kib} KiB: ${run.stdout}${run.stderr}`);
    const { index } = JSON.parse(run.stdout);
    const there = index === null ? [] : names(out);
    assert.equal(index !== null, there.includes("index.md"));
    for (const name of there) assertWhole(`${out}/${name}`);
    assert.match(run.stderr, /is not written/);
    assert.ok(Deno.statSync(place.sentinel).isFile);
  }
});

/** What is there is all there. */
function assertWhole(path: string): void {
  const text = Deno.readTextFileSync(path);
  if (path.endsWith(".json")) JSON.parse(text);
  if (path.endsWith("index.html")) assert.match(text, /<\/html>\s*$/);
}

Deno.test("two at once into one folder both end well, and the bundle is whole", async () => {
  // Kills: a temporary file that one takes from the other.
  using place = new CliPlace();
  panic(place);
  const out = `${place.root}/out`;
  const runs = await Promise.all(
    [1, 2].map(() => place.run(["postmortem", out])),
  );
  assert.deepEqual(
    runs.map(({ code }) => code),
    [0, 0],
    runs.map(({ stdout, stderr }) => stdout + stderr).join("\n"),
  );
  for (const name of FILES.filter((one) => one.endsWith(".json"))) {
    JSON.parse(Deno.readTextFileSync(`${out}/${name}`));
  }
});

Deno.test("after kill −9 at any moment no file is torn, and a second run makes the bundle whole", async () => {
  // Kills: an index that was cut off; files of the killed run that the next one takes for somebody else's.
  using place = new CliPlace();
  for (let number = 1; number <= 5; number++) {
    const path = `${place.reports}/panic-full-${number}.panic`;
    const text = reportText({
      name: path,
      form: "panic_full",
      at: ago(30 * number),
      cause: CAUSES.prepareCount,
    });
    Deno.writeTextFileSync(path, text + "x y z ".repeat(100_000));
  }
  const out = `${place.root}/out`;
  const line = place.commandLine(["postmortem", out]);
  const [program = "", ...args] = line;
  const whole = performance.now();
  assert.equal((await place.run(["postmortem", `${place.root}/warm`])).code, 0);
  const tookMs = performance.now() - whole;
  for (let at = 1; at <= 4; at++) {
    const child = new Deno.Command(program, {
      args,
      clearEnv: true,
      env: place.environment(),
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    const timer = setTimeout(() => {
      try {
        child.kill("SIGKILL");
      } catch (error) {
        // It has ended before the moment came.
        if (!(error instanceof TypeError)) throw error;
      }
    }, tookMs * (0.4 + at * 0.13));
    await child.status;
    clearTimeout(timer);
    for (const name of isFolder(out) ? names(out) : []) {
      assertWhole(`${out}/${name}`);
    }
  }
  const run = await place.run(["postmortem", out]);
  assert.equal(run.code, 0, run.stdout + run.stderr);
  const there = names(out);
  assert.deepEqual(
    there,
    [...FILES, ...[1, 2, 3, 4, 5].map((n) => `panic-full-${n}.panic`)]
      .toSorted(),
  );
});

function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
