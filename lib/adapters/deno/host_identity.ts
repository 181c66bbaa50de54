import { known, type Observed, unknown } from "../../core/observed.ts";
import { tryParseHardwareUuid } from "../../parse/hardware_uuid.ts";
import type { ChildProcesses } from "../../ports/child_process.ts";
import type { HostIdentity } from "../../ports/host_identity.ts";

/**
 * Which machine this is, by its hardware UUID (macOS) or `/etc/machine-id` (Linux).
 *
 * @param children How `ioreg` is started on macOS.
 */
export function createDenoHostIdentity(children: ChildProcesses): HostIdentity {
  return createHostIdentity(children, {
    platform: Deno.build.os,
    readText: (path) => Deno.readTextFileSync(path),
  });
}

/** The calls of Deno that {@linkcode createHostIdentity} needs; tests play another platform with them. */
export interface HostCalls {
  /** `darwin`, `linux`, … */
  readonly platform: string;
  /** Reads a small file or throws. */
  readonly readText: (path: string) => string;
}

/** {@linkcode createDenoHostIdentity} over calls of one's own. */
export function createHostIdentity(
  children: ChildProcesses,
  calls: HostCalls,
): HostIdentity {
  let answer: Promise<Observed<string>> | undefined;
  return {
    async readHost(): Promise<Observed<string>> {
      answer ??= readHost(children, calls);
      const host = await answer;
      // A timeout may pass; an identity never changes.
      if (host.kind === "unknown") answer = undefined;
      return host;
    },
  };
}

const IOREG = "/usr/sbin/ioreg";
const TIMEOUT_MS = 2_000;

async function readHost(
  children: ChildProcesses,
  calls: HostCalls,
): Promise<Observed<string>> {
  try {
    const text = await readSource(children, calls);
    const uuid = tryParseHardwareUuid(text);
    return uuid === undefined
      ? unknown("the system names no hardware identity")
      : known(await hashOf(uuid));
  } catch (error) {
    return unknown(error instanceof Error ? error.message : String(error));
  }
}

async function readSource(
  children: ChildProcesses,
  calls: HostCalls,
): Promise<string> {
  if (calls.platform === "linux") return calls.readText("/etc/machine-id");
  if (calls.platform !== "darwin") return "";
  const { stdout } = await children.capture(IOREG, {
    args: ["-rd1", "-c", "IOPlatformExpertDevice"],
    timeoutMs: TIMEOUT_MS,
    maxBytes: 65_536,
  });
  return stdout;
}

/** Salted with our name, so that it is no key to what others store under the same identity. */
async function hashOf(uuid: string): Promise<string> {
  const bytes = new TextEncoder().encode(`metal-guard:${uuid}`);
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return new Uint8Array(digest).toHex().slice(0, 32);
}
