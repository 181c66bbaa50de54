/**
 * Measures the dylib and prints milliseconds as JSON. On Linux the dylib is the simulated Mac, and the programs are scripts
 * that print what a real Mac printed.
 *
 * Run: `deno run --allow-all scripts/bench/native_reading.ts prepare FOLDER LIBRARY`, then `load FOLDER` for what opening it
 * adds to one `status` (its sum, the record of its trial, opening, the first answer and its mark), or `reading FOLDER` for medians of
 * readings through the dylib and through macOS's programs by turns. On Linux `METAL_GUARD_SIM` names the machine.
 *
 * @module
 */
import { createDenoChildProcesses } from "../../lib/adapters/deno/child_process.ts";
import { createDenoStatusPorts } from "../../lib/adapters/deno/status_ports.ts";
import { createIoregProbe } from "../../lib/adapters/ioreg/machine_probe.ts";
import { openNativeLibrary } from "../../lib/adapters/native/library.ts";
import { createNativeProbe } from "../../lib/adapters/native/machine_probe.ts";
import { makeNativeCaller } from "../../lib/compose/native_source.ts";
import { StatusGuard } from "../../lib/compose/status_guard.ts";
import type { MachineProbe } from "../../lib/ports/machine_probe.ts";
import { FakeTools } from "../../tests/fake_tools.ts";
import { sha256 } from "../build_ffi_manifest.ts";
import { median } from "./median.ts";

/** Rounds of the programs. */
const ROUNDS = 15;
/** Readings through the dylib in each of them. */
const NATIVE_READINGS = 20;
/** Readings before them: V8 compiles what is used often. */
const WARM_UP_READINGS = 50;

async function readAll(probe: MachineProbe): Promise<void> {
  const answers = await Promise.all([
    probe.readAccelerators(),
    probe.readClients(),
    probe.readHostMemory(),
    probe.readMachine(),
    probe.readKextVersion("com.apple.iokit.IOGPUFamily"),
  ]);
  await probe.readProcessMemory(Deno.pid);
  for (const answer of answers) {
    if (answer.kind === "unknown") throw new Error(answer.because);
  }
}

async function timeOf(probe: MachineProbe): Promise<number> {
  const start = performance.now();
  await readAll(probe);
  return performance.now() - start;
}

/**
 * GNUstep stands in for Foundation, which every Mac has at hand: that it loads and starts itself (20 ms and more, with 40
 * libraries of its own) is none of ours. What the dylib and the simulated Mac add to it is counted.
 */
function startFoundation(): void {
  if (Deno.build.os !== "linux") return;
  try {
    Deno.dlopen("libgnustep-base.so.1.28", {
      GSCurrentThread: { parameters: [], result: "pointer" },
    }).symbols.GSCurrentThread();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
  }
}

const NAME = "libmetalguard.dylib";

/** Lays the dylib beside its sum, as ours lies, and lets it be tried. */
async function prepare(folder: string, library: string): Promise<void> {
  const bytes = Deno.readFileSync(library);
  Deno.writeFileSync(`${folder}/${NAME}`, bytes);
  Deno.writeTextFileSync(
    `${folder}/manifest.json`,
    JSON.stringify({ files: { [NAME]: await sha256(bytes) } }),
  );
  await measureLoad(folder);
}

async function measureLoad(folder: string): Promise<{ loadMs: number }> {
  startFoundation();
  const main = new URL("../../main.ts", import.meta.url).href;
  const ports = createDenoStatusPorts(main);
  // What the status does besides has run by then: what it shares with the opening is compiled, and is not added by it.
  const env = (name: string): string | undefined =>
    name === "HOME" ? folder : undefined;
  await new StatusGuard({ ...ports, env }).status.read();
  const caller = makeNativeCaller({
    ...ports,
    owner: () => undefined,
    library: `${folder}/${NAME}`,
    nativeTrial: `${folder}/native-trial.json`,
  });
  const start = performance.now();
  const answer = await caller?.ask("itself", async (library) => ({
    kind: "answered",
    value: await library.abiVersion(),
  }));
  const loadMs = performance.now() - start;
  if (answer?.kind !== "answered") {
    throw new Error(answer?.because ?? "there is no dylib here");
  }
  return { loadMs };
}

async function measureReading(
  folder: string,
): Promise<{ nativeMs: number; ioregMs: number }> {
  startFoundation();
  const library = await openNativeLibrary(`${folder}/${NAME}`);
  if (library.kind === "unknown") throw new Error(library.because);
  const native = createNativeProbe({ open: () => Promise.resolve(library) });
  using tools = new FakeTools("m2-pro");
  const children = createDenoChildProcesses();
  const ioreg = Deno.build.os === "darwin"
    ? createIoregProbe(children)
    : createIoregProbe(children, { tools: tools.tools });
  for (let at = 0; at < WARM_UP_READINGS; at++) await readAll(native);
  await readAll(ioreg);
  const nativeTimes: number[] = [];
  const ioregTimes: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    ioregTimes.push(await timeOf(ioreg));
    for (let at = 0; at < NATIVE_READINGS; at++) {
      nativeTimes.push(await timeOf(native));
    }
  }
  return { nativeMs: median(nativeTimes), ioregMs: median(ioregTimes) };
}

async function main(): Promise<void> {
  const [what, folder = "", library = ""] = Deno.args;
  const figures = what === "prepare"
    ? await prepare(folder, library)
    : what === "load"
    ? await measureLoad(folder)
    : await measureReading(folder);
  const text = JSON.stringify(figures ?? {});
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}

if (import.meta.main) void main();
