/** Which section becomes which file in a folder of `tests/fixtures/machine`. */
export const FIXTURE_FILES: readonly {
  readonly section: string;
  readonly file: string;
}[] = [
  { section: "accelerators", file: "accelerators.plist" },
  { section: "clients", file: "clients.plist" },
  { section: "sysctl", file: "sysctl.txt" },
  { section: "vm_stat", file: "vm_stat.txt" },
  { section: "kextstat", file: "kextstat.txt" },
];
