/** Where a panic report lists the drivers whose code was running. */
const HEADING = "Kernel Extensions in backtrace";
/** More than the drivers of any backtrace with their dependencies. */
const LONGEST_LIST = 8_192;

/** A driver in a backtrace: its name, then a version, an address or the end. */
const DRIVER = /^[\s#>|*`]*([A-Za-z][\w.-]{2,127})/;

const GPU_DRIVER = /^com\.apple\.(?:iokit\.IOGPUFamily|AGX.*)$/;

/**
 * Whether the GPU's driver owns a frame of the backtrace. A driver that is only there as somebody's `dependency:`, or
 * only loaded, owns nothing.
 *
 * @param text A panic report's text, escaped as in JSON or not.
 */
export function hasGpuOwner(text: string): boolean {
  const heading = text.indexOf(HEADING);
  if (heading < 0) return false;
  const start = heading + HEADING.length;
  const list = text.slice(start, start + LONGEST_LIST);
  // Most reports name neither: then there is no need to look line by line.
  if (!list.includes("IOGPUFamily") && !list.includes("AGX")) return false;
  const lines = list.replaceAll("\\n", "\n").replaceAll("\\t", "\t").split(
    "\n",
  );
  // People who shorten a report put the names behind the heading itself.
  const [first = "", ...rest] = lines;
  const entries = [...first.replace(/^:/, "").split(","), ...rest];
  for (const entry of entries) {
    if (/^[\s#>|*`]*$/.test(entry)) continue;
    const name = DRIVER.exec(entry)?.[1];
    if (name === undefined) return false;
    if (name === "dependency") continue;
    if (GPU_DRIVER.test(name)) return true;
    if (!name.includes(".")) return false;
  }
  return false;
}
