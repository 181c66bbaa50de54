/**
 * The dylib, opened once for all who ask it. Loaded when one of them is first asked: the gate never pays for it.
 *
 * @module
 */
import { NativeCaller } from "../adapters/native/caller.ts";
import { tryNativeLibrary } from "../adapters/native/child.ts";
import { openNativeLibrary } from "../adapters/native/library.ts";
import type { NativeQuestions } from "../adapters/native/questions.ts";
import { type Observed, unknown } from "../core/observed.ts";
import { createCallMark, findLostCall } from "../facts/native_calls.ts";
import { verifyNativeLibrary } from "../facts/native_manifest.ts";
import { checkNativeTrial, nativeLibraryKey } from "../facts/native_trial.ts";
import type { ChildProcesses } from "../ports/child_process.ts";
import type { Clock } from "../ports/clock.ts";
import type { FileStore } from "../ports/file_store.ts";
import type { OwnProcess } from "../ports/own_process.ts";
import type { Owner } from "../ports/state_writer.ts";
import type { SystemFacts } from "../ports/system_facts.ts";

/** What the dylib is looked for and tried with. */
export interface NativeSetup {
  /** Time. */
  readonly clock: Clock;
  /** The disk. */
  readonly store: FileStore;
  /** The operating system. */
  readonly system: SystemFacts;
  /** Other programs. */
  readonly children: ChildProcesses;
  /** This process; without it the dylib cannot be tried, and is not used. */
  readonly own?: OwnProcess;
  /** Who gets the files that are made. */
  readonly owner: () => Owner | undefined;
  /** `METALGUARD_LIBRARY`. */
  readonly library: string | undefined;
  /** Outcome of the dylib's trial. */
  readonly nativeTrial: string | undefined;
}

/** The dylib that is built with the program, from this file and from the bundle of all files. */
const OWN_LIBRARY = "../../dist/ffi/libmetalguard.dylib";
const OWN_LIBRARY_OF_BUNDLE = "ffi/libmetalguard.dylib";

/** Why there is no dylib where the package was imported from an address: a library is opened from a file only. */
const NO_LIBRARY =
  "no dylib lies beside a package that was imported from an address; METALGUARD_LIBRARY names one that you built";

/** The dylib: one that a person named, else, on a Mac, the one built with the program. */
export function libraryOf(
  setup: Pick<NativeSetup, "library" | "system">,
): string | undefined {
  if (setup.library !== undefined) return setup.library;
  if (setup.system.platform !== "darwin") return undefined;
  const isSource = import.meta.url.endsWith("/lib/compose/native_source.ts");
  const url = new URL(
    isSource ? OWN_LIBRARY : OWN_LIBRARY_OF_BUNDLE,
    import.meta.url,
  );
  return url.protocol === "file:"
    ? decodeURIComponent(url.pathname)
    : undefined;
}

/**
 * Who asks the dylib; nothing is opened before the first question.
 *
 * @param setup Where it is, and how it is tried.
 * @returns `undefined` where there is none to ask.
 */
export function makeNativeCaller(setup: NativeSetup): NativeCaller | undefined {
  const path = libraryOf(setup);
  const { nativeTrial, own, system } = setup;
  if (path === undefined) {
    return system.platform === "darwin"
      ? new NativeCaller({ open: () => Promise.resolve(unknown(NO_LIBRARY)) })
      : undefined;
  }
  const systemVersion = own?.systemVersion ?? "";
  return new NativeCaller({
    open: () => openTried(setup, path),
    onHang: () => {
      if (own !== undefined) own.hang.isSet = true;
    },
    mark: createCallMark(setup, {
      record: nativeTrial,
      pid: system.pid,
      key: () => nativeLibraryKey(setup.store, { path, systemVersion }),
    }),
  });
}

async function openTried(
  setup: NativeSetup,
  path: string,
): Promise<Observed<NativeQuestions>> {
  const { children, clock, nativeTrial, store, owner, own } = setup;
  if (own === undefined) {
    return unknown("the dylib cannot be tried here, so it is not used");
  }
  const isOwn = setup.library === undefined;
  const verified = await verifyNativeLibrary(store, path, { isOwn });
  if (verified.kind === "unknown") {
    return unknown(`${path} is not opened: ${verified.because}`);
  }
  const trial = await checkNativeTrial({
    store,
    clock,
    owner,
    findLost: (key) => findLostCall(setup, { record: nativeTrial, key }),
    runTrial: (library) =>
      tryNativeLibrary({ children, self: own.self }, library),
  }, {
    path,
    record: nativeTrial,
    systemVersion: own.systemVersion,
  });
  return trial.kind === "unknown"
    ? unknown(`${path}: ${trial.because}`)
    : await openNativeLibrary(path);
}
