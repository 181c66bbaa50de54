const LABELLED = /"IOPlatformUUID" = "([0-9A-Fa-f-]{36})"/;
const BARE = /^([0-9a-f]{32})\s*$/;

/**
 * Finds the machine's own identity in what the system prints: `ioreg -c IOPlatformExpertDevice` on macOS, the file
 * `/etc/machine-id` on Linux.
 *
 * @param text What was printed; looked at up to 64 KiB.
 * @returns The identity in upper case, `undefined` when there is none.
 */
export function tryParseHardwareUuid(text: string): string | undefined {
  const head = text.slice(0, 65_536);
  const found = LABELLED.exec(head)?.[1] ?? BARE.exec(head)?.[1];
  if (found === undefined || /^[0-]+$/.test(found)) return undefined;
  return found.toUpperCase();
}
