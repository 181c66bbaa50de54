/** A dylib that crashes or hangs takes nobody along: real libraries, real processes. */
import assert from "node:assert/strict";
import { CliPlace } from "../cli_place.ts";

const SOURCE = new URL("bad_library.c", import.meta.url).pathname;

/** A place with a library whose behaviour one file decides. */
class BadPlace implements Disposable {
  readonly place = new CliPlace();
  readonly library = `${this.place.root}/bad.so`;
  readonly word = `${this.place.root}/word`;

  constructor() {
    const { success, stderr } = new Deno.Command("cc", {
      args: [
        ...(Deno.build.os === "darwin" ? [] : ["-nostdlib"]),
        ...["-shared", "-fPIC", "-o", this.library, SOURCE],
      ],
    }).outputSync();
    assert.ok(success, new TextDecoder().decode(stderr));
  }

  /** `status --json`, and how long it took. */
  async status(): Promise<{
    readonly because: string;
    readonly tookMs: number;
  }> {
    const env = { METALGUARD_LIBRARY: this.library, BAD_LIBRARY: this.word };
    const start = performance.now();
    const run = await this.place.run(["status", "--json"], { env });
    const tookMs = performance.now() - start;
    assert.equal(run.code, 0, run.stderr);
    assert.equal(run.stderr, "");
    const { hardware } = JSON.parse(run.stdout);
    const gpus = hardware.probes.find((one: { readonly reading: string }) =>
      one.reading === "accelerators"
    );
    assert.equal(gpus.failures[0].source, "native");
    assert.notEqual(gpus.source, "native");
    return { because: gpus.failures[0].because, tookMs };
  }

  behave(word: "crash" | "hang" | "well"): void {
    Deno.writeTextFileSync(this.word, `${word}\n`);
  }

  [Symbol.dispose](): void {
    this.place[Symbol.dispose]();
  }
}

Deno.test("a library that crashes in its trial costs status nothing but that source", async () => {
  // Kills: a segmentation fault in the dylib that is one of metal-guard; a crash that is forgotten and met again.
  using bad = new BadPlace();
  bad.behave("crash");
  assert.match(
    (await bad.status()).because,
    /its trial crashed: SIG(?:SEGV|BUS)$/,
  );
  bad.behave("well");
  assert.match(
    (await bad.status()).because,
    /its trial crashed: SIG(?:SEGV|BUS)$/,
  );
});

Deno.test("a library that hangs in its trial is left, and not waited for again", async () => {
  // Kills: a status that hangs in the driver, at each start anew.
  using bad = new BadPlace();
  bad.behave("hang");
  assert.match(
    (await bad.status()).because,
    /its trial gave no answer in 5000/,
  );
  const again = await bad.status();
  assert.match(again.because, /gave no answer/);
  assert.ok(again.tookMs < 4_000, `${again.tookMs} ms`);
});

Deno.test("a library that went through its trial and hangs later is left after a second, and the process ends", async () => {
  // Kills: a finished status whose process never ends, because a thread of it waits in the driver.
  using bad = new BadPlace();
  bad.behave("well");
  assert.match((await bad.status()).because, /this machine has none/);
  bad.behave("hang");
  const hung = await bad.status();
  assert.match(hung.because, /no answer about the list of GPUs in 1000 ms/);
  assert.ok(hung.tookMs < 4_000, `${hung.tookMs} ms`);
});

Deno.test("a library that went through its trial and crashes in a later command is passed over by the next ones", async () => {
  // Kills: a segmentation fault of every command from some day on, until somebody finds out why.
  using bad = new BadPlace();
  bad.behave("well");
  assert.match((await bad.status()).because, /this machine has none/);
  bad.behave("crash");
  const env = { METALGUARD_LIBRARY: bad.library, BAD_LIBRARY: bad.word };
  const crashed = await bad.place.run(["status", "--json"], { env });
  assert.ok([139, 138].includes(crashed.code), `${crashed.code}`);
  for (const _ of [1, 2]) {
    assert.match(
      (await bad.status()).because,
      /an earlier command crashed, or was killed, inside a call of it/,
    );
  }
  // Another file is another library: it gets a trial of its own.
  bad.behave("well");
  Deno.utimeSync(bad.library, 1, 1);
  assert.match((await bad.status()).because, /this machine has none/);
});

Deno.test("a Metal that crashes takes its child along, and nobody else", async () => {
  // Kills: `doctor --metal` that dies of the driver which it is to look at.
  using bad = new BadPlace();
  bad.behave("crash");
  const env = { METALGUARD_LIBRARY: bad.library, BAD_LIBRARY: bad.word };
  const run = await bad.place.run(["doctor", "--metal", "--json"], { env });
  const { metal } = JSON.parse(run.stdout);
  assert.equal(metal.outcome, null);
  assert.match(metal.reason, /its metal crashed: SIG(?:SEGV|BUS)/);
});
