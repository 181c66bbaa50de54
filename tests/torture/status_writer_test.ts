/** `status-write` as a process: readers, a second writer, signals, and a disk that goes away. */
import assert from "node:assert/strict";
import { CliPlace, IS_ROOT } from "../cli_place.ts";
import { readGoodStatus } from "../status_schema.ts";

const READS = 10_000;
const WARM_UP = 1;

/** Waits for something that a process does. */
async function until(what: string, isSo: () => boolean): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!isSo()) {
    assert.ok(performance.now() < deadline, what);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function tryRead(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function capturedAt(path: string): unknown {
  const text = tryRead(path);
  return text === undefined ? undefined : readGoodStatus(text)["captured_at"];
}

Deno.test("10,000 reads while two writers write without a pause never see a torn file", async () => {
  // Kills: a file that is written in place; two writers that share a temporary name.
  using place = new CliPlace();
  const path = `${place.state}/status.json`;
  const ticks = new URL("status_ticks.ts", import.meta.url).pathname;
  const writers = [0, 1].map(() =>
    new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--allow-all",
        "--v8-flags=--expose-gc",
        ticks,
        place.home,
        String(WARM_UP),
        "1000000",
      ],
      stdin: "null",
      stdout: "null",
      stderr: "inherit",
    }).spawn()
  );
  try {
    await until("nothing is written", () => tryRead(path) !== undefined);
    const seen = new Set<unknown>();
    let last = "";
    for (let read = 0; read < READS; read++) {
      const text = Deno.readTextFileSync(path);
      // The same text again is as whole as it was.
      if (text !== last) {
        const file: Record<string, unknown> = JSON.parse(text);
        assert.ok(text.endsWith("\n}\n"));
        seen.add(file["captured_at"]);
      }
      last = text;
      if (read % 10 === 0) {
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    }
    readGoodStatus(last);
    assert.ok(seen.size > 50, `${seen.size} pictures in ${READS} reads`);
  } finally {
    for (const writer of writers) writer.kill("SIGKILL");
    await Promise.all(writers.map((writer) => writer.status));
  }
  // After kill -9 the next writer goes on, and what the dead left is in nobody's way.
  assert.equal((await place.run(["status-write", "--once"])).code, 0);
  assert.notEqual(capturedAt(path), undefined);
});

Deno.test("SIGTERM ends the writer in the middle of its sleep, with 0 and a whole file", async () => {
  // Kills: a job that launchd has to kill after 20 s; a temporary file that stays at each stop.
  using place = new CliPlace();
  const path = `${place.state}/status.json`;
  const line = place.commandLine(["status-write", "--interval", "3600"]);
  const [program = "", ...args] = line;
  const writer = new Deno.Command(program, {
    args,
    cwd: place.root,
    clearEnv: true,
    env: place.environment(),
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  await until("nothing is written", () => tryRead(path) !== undefined);
  writer.kill("SIGTERM");
  const { code, signal, stderr } = await writer.output();
  assert.deepEqual([code, signal], [0, null]);
  assert.match(
    new TextDecoder().decode(stderr),
    /^metal-guard: writing \S+ every 3600 s\n$/,
  );
  assert.deepEqual(
    [...Deno.readDirSync(place.state)].map(({ name }) => name),
    ["status.json"],
  );
  assert.notEqual(capturedAt(path), undefined);
});

Deno.test("a folder that is closed, then deleted, is told once; the writer goes on and recovers", async () => {
  // Kills: a writer that ends, floods its log, or stays blind when the disk is back.
  using place = new CliPlace({ user: "denied" });
  const folder = `${place.root}/out`;
  const path = `${folder}/status.json`;
  Deno.mkdirSync(folder);
  place.handOver();
  const shell = '"$@" & echo $! > pid; wait $!';
  const line = ["status-write", "--interval", "1", "--out", path];
  const writer = place.start(line, { shell });
  await until("nothing is written", () => tryRead(path) !== undefined);
  place.close(folder, 0o500);
  await writer.told("permission denied; it is tried again and again");
  const stale = capturedAt(path);
  Deno.chmodSync(folder, 0o700);
  await writer.told("is written again, after");
  await until("nothing is written anew", () => capturedAt(path) !== stale);
  Deno.removeSync(folder, { recursive: true });
  await until("the folder stays away", () => tryRead(path) !== undefined);
  Deno.kill(Number(Deno.readTextFileSync(`${place.root}/pid`)), "SIGTERM");
  const { code, stderr } = await writer.end();
  assert.equal(code, 0);
  assert.equal(stderr.trimEnd().split("\n").length, 3, stderr);
});

/** Where the disk is a mount of its own. */
const MOUNTED = {
  begin: "mount -t tmpfs -o size=1m none out",
  close: "mount -o remount,ro out",
  open: "mount -o remount,rw out",
  says: /Read-only file system|read-only/i,
} as const;
/** Where none can be mounted, a folder that may not be written to is the nearest thing. */
const CLOSED = {
  begin: "true",
  close: "chmod 500 out",
  open: "chmod 700 out",
  says: /permission denied/i,
} as const;

/** How a program gets mounts of its own: as root, or as root of a namespace. */
function mountSpace(): readonly string[] | undefined {
  if (Deno.build.os !== "linux") return undefined;
  const user = IS_ROOT ? [] : ["--user", "--map-root-user"];
  const line = ["unshare", ...user, "--mount"];
  const { success } = new Deno.Command("unshare", {
    args: [...line.slice(1), "mount", "-t", "tmpfs", "none", "/mnt"],
    stderr: "null",
  }).outputSync();
  return success ? line : undefined;
}

Deno.test("a disk that is mounted read-only is told once, keeps the old picture, and is written again after", async () => {
  // Kills: EROFS taken for a fault of ours that ends the writer; a temporary file that is left on each try.
  const space = mountSpace();
  if (space === undefined) {
    Deno.stderr.writeSync(
      new TextEncoder().encode(
        "no disk can be mounted here (it needs root, or user namespaces): a closed folder stands for it\n",
      ),
    );
  }
  const { begin, close, open, says } = space === undefined ? CLOSED : MOUNTED;
  using place = new CliPlace(space === undefined ? { user: "denied" } : {});
  Deno.mkdirSync(`${place.root}/out`);
  place.handOver();
  const wait = (what: string): string => `until ${what}; do sleep 0.05; done`;
  const script = [
    "set -e",
    begin,
    '"$@" --interval 1 2>said & pid=$!',
    wait("[ -s out/status.json ]"),
    close,
    wait("grep -q 'again and again' said"),
    "cp out/status.json stale; cp out/metal_guard.prom stale.prom",
    '"$@" --once 2>once && exit 9; echo $? >code',
    "ls -A out >left; cmp out/status.json stale",
    open,
    wait("! cmp -s out/status.json stale"),
    wait("! cmp -s out/metal_guard.prom stale.prom"),
    "kill -TERM $pid; wait $pid; cp out/status.json fresh",
  ].join("\n");
  const line = place.commandLine(
    ["status-write", "--out", "out/status.json", "--metrics-dir", "out"],
    { shell: script },
  );
  const run = await new Deno.Command(space?.[0] ?? "env", {
    args: [...(space?.slice(1) ?? []), ...line],
    cwd: place.root,
    clearEnv: true,
    env: place.environment(),
    stdin: "null",
    signal: AbortSignal.timeout(20_000),
  }).output();
  const read = (name: string): string =>
    tryRead(`${place.root}/${name}`) ?? `no ${name}`;
  const words = new TextDecoder().decode(run.stderr) + read("said");
  assert.equal(run.code, 0, words + read("once"));
  // Each of the two files is told once when it fails, and once when it is written again.
  assert.equal(words.trimEnd().split("\n").length, 5, words);
  assert.match(words, says);
  assert.deepEqual(
    [read("code"), read("left")],
    ["1\n", "metal_guard.prom\nstatus.json\n"],
  );
  assert.match(read("once"), says);
  readGoodStatus(read("stale"));
  readGoodStatus(read("fresh"));
});
