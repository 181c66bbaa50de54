/**
 * The one place where the permissions of the program that ships are named: what is compiled, what is tested and what is
 * measured takes them from here.
 *
 * @module
 */

/**
 * What the program may do. Files and programs are whatever its user names, so these cannot be listed; of the system it
 * asks four questions. A dylib that is embedded has a path of its own on each machine, which a list could not know.
 */
export const SHIPPED_PERMISSIONS: readonly string[] = [
  "--no-prompt",
  "--allow-read",
  "--allow-write",
  "--allow-env",
  "--allow-sys=hostname,osRelease,osUptime,uid",
  "--allow-run",
  "--allow-ffi",
];

/** What the executable can never do, whoever asks: reach another machine, or load code from one. */
export const SHIPPED_DENIALS: readonly string[] = [
  "--deny-net",
  "--deny-import",
];
