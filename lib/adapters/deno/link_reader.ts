import type { LinkReader } from "../../ports/link_reader.ts";

/** Reads links over Deno. Whatever stands in the way counts as "no link": who asks looks at the file itself next. */
export function createDenoLinkReader(): LinkReader {
  return (path) => {
    try {
      return Deno.readLinkSync(path);
    } catch (error) {
      if (error instanceof Error) return undefined;
      throw error;
    }
  };
}
