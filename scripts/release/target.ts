/** What an executable can be made for. */
export interface Target {
  /** Name in file names. */
  readonly name: string;
  /** Deno's name. */
  readonly triple: string;
  /** Whether it is for a Mac, and so has the dylib. */
  readonly isMac: boolean;
}

/** The two kinds of Mac. */
export const MAC_TARGETS: readonly Target[] = [
  { name: "macos-arm64", triple: "aarch64-apple-darwin", isMac: true },
  { name: "macos-x86_64", triple: "x86_64-apple-darwin", isMac: true },
];

const LINUX_TARGETS: readonly Target[] = [
  { name: "linux-arm64", triple: "aarch64-unknown-linux-gnu", isMac: false },
  { name: "linux-x86_64", triple: "x86_64-unknown-linux-gnu", isMac: false },
];

/**
 * The target that is this machine.
 *
 * @param triple As `Deno.build.target`.
 * @returns `undefined` where the program is not made for it.
 */
export function targetOf(triple: string): Target | undefined {
  return [...MAC_TARGETS, ...LINUX_TARGETS].find((one) =>
    one.triple === triple
  );
}
