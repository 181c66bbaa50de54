import { FileError, MetalGuardError } from "./error.ts";
import { type Finding, finding } from "./finding.ts";

/** A part that fails costs that part, and is told among the findings. */
export async function tryPart<T>(
  part: string,
  findings: Finding[],
  read: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof MetalGuardError)) throw error;
    findings.push(
      finding("postmortem-part-failed", `${part}: ${error.message}`),
    );
    return undefined;
  }
}

/** What cannot be read is `undefined`; any other error passes through. */
export function tryRead<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof FileError) return undefined;
    throw error;
  }
}
