import { MetalGuardError } from "../../core/error.ts";
import { tryParseHardwareUuid } from "../../parse/hardware_uuid.ts";
import type { ChildProcesses } from "../../ports/child_process.ts";
import type { EnvReader } from "../../ports/env.ts";
import type { ReadPrivateNames } from "../../ports/private_names.ts";

/** What {@linkcode createPrivateNames} asks; tests play another platform with it. */
export interface PrivateNameCalls {
  /** `darwin`, `linux`, … */
  readonly platform: string;
  /** The machine's name in the network; throws where it may not be asked. */
  readonly hostName: () => string;
  /** The environment. */
  readonly env: EnvReader;
  /** How programs of macOS are started. */
  readonly children: ChildProcesses;
}

/** Asks this machine. */
export function createDenoPrivateNames(
  ports: Pick<PrivateNameCalls, "env" | "children">,
): ReadPrivateNames {
  return createPrivateNames({
    ...ports,
    platform: Deno.build.os,
    hostName: () => Deno.hostname(),
  });
}

const TIMEOUT_MS = 2_000;
const SERIAL = /"IOPlatformSerialNumber" = "([^"\n]{4,64})"/;

/** {@linkcode createDenoPrivateNames} over calls of one's own. */
export function createPrivateNames(calls: PrivateNameCalls): ReadPrivateNames {
  return async () => {
    const { env } = calls;
    const isMac = calls.platform === "darwin";
    const ask = (program: string, ...args: readonly string[]) =>
      isMac ? capture(calls.children, program, args) : Promise.resolve("");
    const [full, registry, ...hosts] = await Promise.all([
      ask("/usr/bin/id", "-F"),
      ask("/usr/sbin/ioreg", "-rd1", "-c", "IOPlatformExpertDevice"),
      ask("/usr/sbin/scutil", "--get", "ComputerName"),
      ask("/usr/sbin/scutil", "--get", "LocalHostName"),
      ask("/usr/sbin/scutil", "--get", "HostName"),
    ]);
    return {
      users: present([env("USER"), env("LOGNAME"), env("SUDO_USER"), full]),
      hosts: present([
        tryHostName(calls.hostName),
        env("HOSTNAME"),
        env("HOST"),
        ...hosts,
      ]),
      serials: present([
        SERIAL.exec(registry)?.[1],
        tryParseHardwareUuid(registry),
      ]),
    };
  };
}

/** A program that is not there, or fails, knows no name. */
async function capture(
  children: ChildProcesses,
  program: string,
  args: readonly string[],
): Promise<string> {
  try {
    const { exitCode, stdout } = await children.capture(program, {
      args,
      timeoutMs: TIMEOUT_MS,
      maxBytes: 65_536,
    });
    return exitCode === 0 ? stdout.trim() : "";
  } catch (error) {
    if (error instanceof MetalGuardError) return "";
    throw error;
  }
}

function tryHostName(hostName: () => string): string | undefined {
  try {
    return hostName();
  } catch (error) {
    // Without the permission the other names still are known.
    if (error instanceof Error) return undefined;
    throw error;
  }
}

function present(names: readonly (string | undefined)[]): readonly string[] {
  return [...new Set(names)].filter((name): name is string =>
    name !== undefined && name !== ""
  );
}
