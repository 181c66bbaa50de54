/**
 * Ours and a real Python process on one home. The Python side is a twin of the Python tool, written from the description of
 * the shared files; it shares no code with us.
 */
import assert from "node:assert/strict";
import { LockHeldError } from "../../lib/core/lock_error.ts";
import { CAUSES, reportText } from "../cli_reports.ts";
import { RealState } from "../real_state.ts";
import { lines } from "./lock_race.ts";
import { createRealLock } from "./lock_run_guard.ts";

const TWIN = new URL("../fixtures/python_twin.py", import.meta.url).pathname;

/** Runs one command of the twin to its end. */
async function python(
  ...words: readonly string[]
): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await new Deno.Command("python3", {
    args: [TWIN, ...words],
    stdin: "null",
  }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** A Python process that has the lock until it is disposed of, or killed. */
class PythonHolder implements AsyncDisposable {
  readonly child: Deno.ChildProcess;
  readonly #lines: AsyncGenerator<string>;

  constructor(lock: string, label: string) {
    this.child = new Deno.Command("python3", {
      args: [TWIN, "hold", lock, label],
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.#lines = lines(this.child.stdout);
  }

  async answer(): Promise<Record<string, unknown>> {
    const { value } = await this.#lines.next();
    return JSON.parse(value ?? "null");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.child.stdin.close();
    for await (const _ of this.#lines);
    await this.child.status;
  }
}

Deno.test("a Python program sees our lock as held, with our pid and label, and leaves it", async () => {
  // Kills: a record whose keys, times or pid only we understand.
  using place = new RealState();
  const { lock } = createRealLock(place.lock);
  {
    await using _hold = await lock.acquire("bench_scoped_load");
    assert.deepEqual(await python("look", place.lock), {
      held: true,
      pid: Deno.pid,
      label: "bench_scoped_load",
    });
    const { held } = await python("hold", place.lock, "theirs");
    assert.equal(held, true);
    assert.equal((await lock.read()).holder?.label, "bench_scoped_load");
    assert.deepEqual(await python("release", place.lock, "1"), {
      released: false,
    });
  }
  assert.deepEqual(await python("look", place.lock), { held: false });
});

Deno.test("we honour the lock of a living Python program, and heal the one it left when it was killed", async () => {
  // Kills: a second program on the GPU because the other tool takes no lock of the kernel's; a lock stuck with the dead.
  using place = new RealState();
  const { lock } = createRealLock(place.lock);
  {
    await using holder = new PythonHolder(place.lock, "golden");
    assert.equal((await holder.answer())["held"], true);
    await assert.rejects(lock.acquire("ours"), (error) => {
      assert.ok(error instanceof LockHeldError);
      assert.equal(error.holder?.pid, holder.child.pid);
      assert.equal(error.holder?.label, "golden");
      return true;
    });
  }
  {
    await using hold = await lock.acquire("ours");
    assert.equal(hold.kind, "held");
  }
  const killed = new PythonHolder(place.lock, "killed");
  await killed.answer();
  killed.child.kill("SIGKILL");
  await killed.child.status;
  await using hold = await lock.acquire("ours");
  assert.equal(hold.kind, "held");
  assert.equal((await python("look", place.lock))["pid"], Deno.pid);
});

Deno.test("force ends a Python holder, whose record gives no start, once it is proved to be one", async () => {
  // Kills: a refusal of every record of the other tool's; a lock taken while its holder lives (SAFETY I2).
  using place = new RealState();
  const holder = new PythonHolder(place.lock, "golden");
  await holder.answer();
  const { lock } = createRealLock(place.lock);
  await using hold = await lock.acquire("ours", { force: true });
  assert.equal(hold.kind, "held");
  assert.equal((await holder.child.status).signal, "SIGTERM");
});

Deno.test("a Python program waits for our hold, and we for its", async () => {
  // Kills: a time in another zone or form, by which one tool opens the gate that the other one has closed.
  using place = new RealState();
  const path = `${place.state}/panic-sentinel.json`;
  const { panicCooldown } = place.guard();
  await panicCooldown.hold(2 * 3_600_000);
  const { holds, left } = await python("gate", path);
  assert.equal(holds, true);
  assert.ok(Number(left) > 7_190 && Number(left) < 7_202, `${left}`);
  await panicCooldown.clearHold();
  assert.deepEqual(await python("gate", path), { holds: false });
  await python("sentinel", path, "3600");
  const verdict = await place.guard().panicCooldown.check();
  assert.deepEqual([verdict.kind, verdict.exitCode], ["sentinel", 2]);
  const leftMs = (verdict.clearAt?.epochMilliseconds ?? 0) -
    verdict.askedAt.epochMilliseconds;
  assert.ok(leftMs > 3_580_000 && leftMs < 3_602_000, `${leftMs}`);
});

Deno.test("a Python program counts our ack, and we its", async () => {
  // Kills: an ack that ends the lockout in one tool only.
  for (const giver of ["ours", "theirs"]) {
    using place = new RealState();
    const path = `${place.home}/.metal-guard-ack`;
    const now = Temporal.Now.instant();
    for (const hours of [1, 3]) {
      const name = `panic-full-${hours}.panic`;
      const at = now.subtract({ hours }).round("second");
      Deno.writeTextFileSync(
        `${place.reports}/${name}`,
        reportText({
          name,
          form: "panic_full",
          at,
          cause: CAUSES.prepareCount,
        }),
      );
    }
    assert.equal((await place.guard().panicCooldown.check()).kind, "lockout");
    assert.deepEqual(await python("acked", path), { fresh: false });
    if (giver === "ours") await place.guard().panicCooldown.ack("a reason");
    else await python("ack", path);
    assert.deepEqual(await python("acked", path), { fresh: true });
    const { kind, exitCode } = await place.guard().panicCooldown.check();
    assert.deepEqual([kind, exitCode], ["ack", 0], giver);
  }
});

Deno.test("a load that a Python program wrote down keeps ours away, and the other way round", async () => {
  // Kills: loads counted in milliseconds by one of the two; a record that the other's write throws away.
  using place = new RealState();
  const path = `${place.state}/cadence.json`;
  await python("mark", path, "mlx-community/theirs");
  assert.equal(
    (await place.cadence().check("mlx-community/theirs")).kind,
    "wait",
  );
  await place.cadence().require("mlx-community/ours");
  const ages = await python("loads", path);
  assert.deepEqual(
    Object.keys(ages).sort(),
    ["mlx-community/ours", "mlx-community/theirs"],
  );
  for (const age of Object.values(ages)) {
    assert.ok(Number(age) > -1 && Number(age) < 60, `${age}`);
  }
});
