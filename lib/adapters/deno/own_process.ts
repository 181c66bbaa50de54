import type { OwnProcess, SelfProgram } from "../../ports/own_process.ts";

/** What {@linkcode selfProgramOf} decides by. */
export interface SelfFacts {
  /** Whether program and runtime are one executable. */
  readonly isStandalone: boolean;
  /** The runtime, or that executable. */
  readonly execPath: string;
  /** Address of the program's main module; `undefined` when a library asks. */
  readonly mainModule: string | undefined;
  /** Address of this module. */
  readonly ownModule: string;
}

/** This module below the project's folder, and what a library starts in place of a program. */
const OWN_PATH = "lib/adapters/deno/own_process.ts";
const LIBRARY_CHILD = "lib/compose/native_child.ts";

/** What the program needs to answer as its own child: it reads, and it opens the dylib. */
const PERMISSIONS: readonly string[] = [
  "--no-prompt",
  "--no-lock",
  "--allow-read",
  "--allow-env",
  "--allow-ffi",
  "--allow-sys=osRelease,osUptime,uid",
];

/**
 * This process and its program.
 *
 * @param mainModule `import.meta.url` of `main.ts`; leave it out in a library.
 */
export function createDenoOwnProcess(mainModule?: string): OwnProcess {
  return {
    get self(): SelfProgram {
      return selfProgramOf({
        isStandalone: Deno.build.standalone,
        execPath: Deno.execPath(),
        mainModule,
        ownModule: import.meta.url,
      });
    },
    get systemVersion(): string {
      try {
        return Deno.osRelease();
      } catch (error) {
        if (error instanceof Deno.errors.NotCapable) return "";
        throw error;
      }
    },
    hang: { isSet: false },
  };
}

/** Finds how this program is started again. */
export function selfProgramOf(facts: SelfFacts): SelfProgram {
  const { isStandalone, execPath, mainModule, ownModule } = facts;
  if (isStandalone) {
    // Somebody's program that has this library compiled in would be started, not ours.
    return mainModule === undefined ? undefined : [execPath];
  }
  const main = mainModule ??
    (ownModule.endsWith(`/${OWN_PATH}`)
      ? `${ownModule.slice(0, -OWN_PATH.length)}${LIBRARY_CHILD}`
      : undefined);
  if (main === undefined) return undefined;
  if (main.startsWith("file:")) {
    return [execPath, "run", ...PERMISSIONS, main];
  }
  // A package's own files are in Deno's cache since it was imported; nothing else may be fetched.
  return mainModule === undefined && main.startsWith("https:")
    ? [execPath, "run", "--cached-only", ...PERMISSIONS, main]
    : undefined;
}
