/**
 * Reads the machine once through the dylib and once through macOS's programs, again and again, and prints the medians as
 * JSON. On Linux the dylib is the simulated Mac, and the programs are scripts that print what a real Mac printed.
 *
 * Run: `deno run --allow-all scripts/bench/native_reading.ts LIBRARY [MACHINE.json]`
 *
 * @module
 */
import { createDenoChildProcesses } from "../../lib/adapters/deno/child_process.ts";
import { createIoregProbe } from "../../lib/adapters/ioreg/machine_probe.ts";
import { openNativeLibrary } from "../../lib/adapters/native/library.ts";
import { createNativeProbe } from "../../lib/adapters/native/machine_probe.ts";
import type { MachineProbe } from "../../lib/ports/machine_probe.ts";
import { FakeTools } from "../../tests/fake_tools.ts";
import { median } from "./median.ts";

/** What was measured, in milliseconds. */
export interface NativeFigures {
  /** Opening the dylib and asking for its version. */
  readonly loadMs: number;
  /** One full reading of GPU, clients, memory, machine, driver and a process through it. */
  readonly nativeMs: number;
  /** The same through `ioreg`, `sysctl`, `vm_stat` and `kextstat`. */
  readonly ioregMs: number;
}

const NATIVE_ROUNDS = 300;
const IOREG_ROUNDS = 15;

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

async function medianOf(probe: MachineProbe, rounds: number): Promise<number> {
  const times: number[] = [];
  await readAll(probe);
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    await readAll(probe);
    times.push(performance.now() - start);
  }
  return median(times);
}

/** GNUstep stands in for what every Mac has loaded: its own load is none of ours. */
function preloadSimulator(): void {
  if (Deno.build.os !== "linux") return;
  try {
    Deno.dlopen("libgnustep-base.so.1.28", {});
  } catch (error) {
    if (!(error instanceof Error)) throw error;
  }
}

async function measureNative(path: string): Promise<NativeFigures> {
  preloadSimulator();
  const start = performance.now();
  const library = await openNativeLibrary(path);
  const loadMs = performance.now() - start;
  if (library.kind === "unknown") throw new Error(library.because);
  const nativeMs = await medianOf(
    createNativeProbe({ open: () => Promise.resolve(library) }),
    NATIVE_ROUNDS,
  );
  using tools = new FakeTools("m2-pro");
  const children = createDenoChildProcesses();
  const ioreg = Deno.build.os === "darwin"
    ? createIoregProbe(children)
    : createIoregProbe(children, { tools: tools.tools });
  return { loadMs, nativeMs, ioregMs: await medianOf(ioreg, IOREG_ROUNDS) };
}

async function main(): Promise<void> {
  const [path = "", machine] = Deno.args;
  if (machine !== undefined) Deno.env.set("METAL_GUARD_SIM", machine);
  const text = JSON.stringify(await measureNative(path));
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}

if (import.meta.main) void main();
