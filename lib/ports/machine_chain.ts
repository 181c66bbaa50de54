import type { ProbeAnswer } from "../core/machine_reading.ts";
import { type Observed, unknown } from "../core/observed.ts";
import type { MachineProbe, ProbeChain } from "./machine_probe.ts";

/**
 * Asks several ways, one after another, until one knows.
 *
 * Fails to `unknown`: where nobody knows, the answer has every reason. A way that throws or breaks is passed over like
 * one that does not know.
 *
 * @param probes The ways, the best one first.
 */
export function chainProbes(probes: readonly MachineProbe[]): ProbeChain {
  const answers = new Map<string, ProbeAnswer>();
  async function ask<T>(
    reading: string,
    read: (probe: MachineProbe) => Promise<Observed<T>>,
  ): Promise<Observed<T>> {
    const failures: { source: MachineProbe["source"]; because: string }[] = [];
    for (const probe of probes) {
      const answer = await attempt(() => read(probe));
      if (answer.kind === "known") {
        answers.set(reading, { reading, source: probe.source, failures });
        return answer;
      }
      failures.push({ source: probe.source, because: answer.because });
    }
    answers.set(reading, { reading, source: null, failures });
    return unknown(
      failures.map(({ because }) => because).join("; ") || "nobody is asked",
    );
  }
  return {
    get answers(): readonly ProbeAnswer[] {
      return [...answers.values()];
    },
    readAccelerators: () =>
      ask("accelerators", (probe) => probe.readAccelerators()),
    readClients: () => ask("clients", (probe) => probe.readClients()),
    readHostMemory: () => ask("host memory", (probe) => probe.readHostMemory()),
    readProcessMemory: (pid) =>
      ask("process memory", (probe) => probe.readProcessMemory(pid)),
    readMachine: () => ask("machine", (probe) => probe.readMachine()),
    readKextVersion: (bundleId) =>
      ask(`version of ${bundleId}`, (probe) => probe.readKextVersion(bundleId)),
  };
}

async function attempt<T>(
  read: () => Promise<Observed<T>>,
): Promise<Observed<T>> {
  try {
    return await read();
  } catch (error) {
    return unknown(error instanceof Error ? error.message : String(error));
  }
}

/**
 * The same answers for all who ask during one picture, so that no program is started twice for it.
 *
 * @param chain Who is really asked.
 */
export function rememberAnswers(chain: ProbeChain): ProbeChain {
  const byPid = remembered((pid: number) => chain.readProcessMemory(pid));
  const byKext = remembered((id: string) => chain.readKextVersion(id));
  return {
    get answers(): readonly ProbeAnswer[] {
      return chain.answers;
    },
    readAccelerators: once(() => chain.readAccelerators()),
    readClients: once(() => chain.readClients()),
    readHostMemory: once(() => chain.readHostMemory()),
    readMachine: once(() => chain.readMachine()),
    readProcessMemory: byPid,
    readKextVersion: byKext,
  };
}

function once<T>(read: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => answer ??= read();
}

function remembered<K, T>(
  read: (key: K) => Promise<T>,
): (key: K) => Promise<T> {
  const answers = new Map<K, Promise<T>>();
  return (key) => {
    const answer = answers.get(key) ?? read(key);
    answers.set(key, answer);
    return answer;
  };
}
