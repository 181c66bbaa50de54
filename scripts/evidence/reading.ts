import { createIoregProbe } from "../../lib/adapters/ioreg/machine_probe.ts";
import { MAC_TOOLS } from "../../lib/adapters/ioreg/tool.ts";
import type { Observed } from "../../lib/core/observed.ts";
import { plainText } from "../../lib/core/plain_text.ts";
import { familyOfAccelerator } from "../../lib/parse/gpu_family.ts";
import type {
  ChildOutput,
  ChildProcesses,
} from "../../lib/ports/child_process.ts";
import { GPU_FAMILIES } from "../../lib/registry/gpu_families.ts";
import type { Evidence, EvidenceSection } from "./evidence_file.ts";

const DRIVER = "com.apple.iokit.IOGPUFamily";

/** The Mac of the evidence in place of the programs that it ran: our own reader is asked, as on that Mac. */
function childrenOf(evidence: Evidence): ChildProcesses {
  const sectionOf = (
    program: string,
    args: readonly string[],
  ): EvidenceSection | undefined => {
    switch (program) {
      case MAC_TOOLS.ioreg:
        return evidence.sections.get(
          args.includes("IOAccelerator") ? "accelerators" : "clients",
        );
      case MAC_TOOLS.sysctl:
        return evidence.sections.get("sysctl");
      case MAC_TOOLS.vmStat:
        return evidence.sections.get("vm_stat");
      default:
        return evidence.sections.get("kextstat");
    }
  };
  return {
    capture(program, { args }): Promise<ChildOutput> {
      const section = sectionOf(program, args);
      return Promise.resolve({
        exitCode: section?.exitCode ?? 127,
        signal: null,
        stdout: section?.text ?? "",
        stderr: section?.errors ?? "it is not in the evidence",
        timedOut: false,
      });
    },
    passThrough: () => Promise.resolve({ exitCode: 127, signal: null }),
  };
}

/**
 * Says what our own readers make of the evidence, a line a reading; what they cannot read is what we learn from it.
 *
 * @param evidence A file that was read.
 * @returns Lines for a terminal.
 */
export async function describeEvidence(
  evidence: Evidence,
): Promise<readonly string[]> {
  const probe = createIoregProbe(childrenOf(evidence));
  const [gpus, clients, memory, machine, driver] = await Promise.all([
    probe.readAccelerators(),
    probe.readClients(),
    probe.readHostMemory(),
    probe.readMachine(),
    probe.readKextVersion(DRIVER),
  ]);
  const lines = [
    `Evidence of ${evidence.made}${
      evidence.isWhole ? "" : ": its end is missing"
    }`,
    ...fieldsOf("machine", machine),
    ...(gpus.kind === "unknown"
      ? [unread("accelerators", gpus.because)]
      : gpus.value.length === 0
      ? ["accelerators: none, as on a Mac whose driver is gone"]
      : gpus.value.flatMap((gpu, at) => [
        `accelerator ${at + 1}: ${plainText(gpu.className, 60)}, family ${
          familyOfAccelerator(gpu.className, GPU_FAMILIES)?.name ??
            "not known to us"
        }`,
        ...fieldsOf(`accelerator ${at + 1}`, { kind: "known", value: gpu }),
      ])),
    clients.kind === "unknown"
      ? unread("clients", clients.because)
      : `clients: ${clients.value.length}, ${
        clients.value.filter(({ gpuTimeMs }) => gpuTimeMs.kind === "known")
          .length
      } of them with their GPU time`,
    ...fieldsOf("memory", memory),
    driver.kind === "unknown"
      ? unread("driver", driver.because)
      : `driver: ${DRIVER} ${plainText(driver.value, 40)}`,
  ];
  const failed = [...evidence.sections].filter(([, one]) => one.exitCode !== 0);
  return [
    ...lines,
    ...failed.map(([name, one]) =>
      `section ${name} ended with ${one.exitCode}: ${
        plainText(one.errors.split("\n", 1)[0] ?? "", 200)
      }`
    ),
  ];
}

function unread(what: string, because: string): string {
  return `NOT READ ${what}: ${plainText(because, 200)}`;
}

/** A line for each field that is a reading: the value, or that it was not read. */
function fieldsOf<T extends object>(
  what: string,
  reading: Observed<T>,
): readonly string[] {
  if (reading.kind === "unknown") return [unread(what, reading.because)];
  return Object.entries(reading.value).flatMap(([name, field]) => {
    const one: { readonly kind?: unknown; readonly [key: string]: unknown } =
      Object(field);
    if (one.kind === "known") {
      return [`${what} ${name}: ${plainText(String(one["value"]), 80)}`];
    }
    return one.kind === "unknown"
      ? [unread(`${what} ${name}`, String(one["because"]))]
      : [];
  });
}
