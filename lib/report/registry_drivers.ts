import type { DriverRow } from "../core/driver_row.ts";
import type { Observed } from "../core/observed.ts";
import { labelled, type TextStyle } from "./text_style.ts";

/** Reported panics by driver, and this machine's build. */
export interface RegistryDriversView {
  /** The table. */
  readonly rows: readonly DriverRow[];
  /** Build of the macOS that runs here. */
  readonly osBuild: Observed<string>;
}

const SILENCE =
  "A row without panics, or a macOS without a row, says that nobody reported one here. It does not say that the bug is fixed: few people write a report.";

/** The object that `registry drivers --json` prints. */
export function registryDriversJson(
  view: RegistryDriversView,
): Record<string, unknown> {
  const { osBuild } = view;
  return {
    os_build: osBuild.kind === "known" ? osBuild.value : null,
    os_build_unknown_because: osBuild.kind === "known" ? null : osBuild.because,
    silence_is_not_safety: SILENCE,
    drivers: view.rows.map((row) => ({
      iogpu_family: row.driver,
      os_build: row.build,
      macos: row.macos,
      is_this_machine: isHere(row, osBuild),
      panics: row.panics,
    })),
  };
}

function isHere(row: DriverRow, osBuild: Observed<string>): boolean {
  return osBuild.kind === "known" && row.build === osBuild.value;
}

/** The same for a person. */
export function registryDriversText(
  view: RegistryDriversView,
  options: { readonly style: TextStyle },
): string {
  const { style } = options;
  const rows = view.rows.map((row) => {
    const here = isHere(row, view.osBuild);
    const name = `${here ? "> " : "  "}IOGPUFamily ${
      row.driver ?? "not named"
    }, macOS ${row.macos ?? "not named"}${
      row.build === null ? "" : ` (${row.build})`
    }${here ? ", this Mac" : ""}`;
    const lines = row.panics.map((one) =>
      `    ${counted(one.reports, one.unlinked)}  ${one.class}${
        one.line === undefined ? "" : `  ${one.line}`
      }`
    );
    return [
      here ? style.bold(name) : name,
      ...(lines.length === 0 ? ["    no report of a panic"] : lines),
    ].join("\n");
  });
  return `${
    [
      style.bold("Kernel panics that were reported, by GPU driver and macOS"),
      "",
      ...rows,
      "",
      labelled("This Mac", hereWords(view)),
      labelled("Beware", SILENCE),
      labelled(
        "Counts",
        "3 = reports with an address; +2 = read without one, which proves nothing.",
      ),
    ].join("\n")
  }\n`;
}

function counted(reports: number, unlinked: number): string {
  const extra = unlinked === 0 ? "" : ` +${unlinked}`;
  return `${reports}${extra}`.padStart(6);
}

function hereWords({ rows, osBuild }: RegistryDriversView): string {
  if (osBuild.kind === "unknown") return `build unknown: ${osBuild.because}`;
  return rows.some((row) => row.build === osBuild.value)
    ? `build ${osBuild.value}, marked above`
    : `build ${osBuild.value} has no row: nobody reported anything for it`;
}
