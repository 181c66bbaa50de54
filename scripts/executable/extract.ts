import { asObject } from "../json.ts";
import type { Payload } from "./payload.ts";

/**
 * Lays an executable's files down as the program sees them when it runs.
 *
 * @param payload What was read; its paths stay below a folder, or it would not have been read.
 * @param folder An empty folder.
 */
export function extractPayload(payload: Payload, folder: string): void {
  for (const { path, bytes } of payload.files) {
    const target = `${folder}/${path}`;
    Deno.mkdirSync(target.slice(0, target.lastIndexOf("/")), {
      recursive: true,
    });
    Deno.writeFileSync(target, bytes);
  }
}

/**
 * The permissions that are built in, as flags of `deno run`.
 *
 * @param metadata The payload's.
 */
export function permissionFlags(metadata: Payload["metadata"]): string[] {
  const flags: string[] = [];
  for (
    const [key, value] of Object.entries(asObject(metadata["permissions"]))
  ) {
    if (key === "prompt") {
      if (value === false) flags.push("--no-prompt");
    } else if (Array.isArray(value) && key !== "allow_import") {
      const list = value.map(String).join(",");
      const flag = `--${key.replace("_", "-")}`;
      flags.push(list === "" ? flag : `${flag}=${list}`);
    }
  }
  return flags;
}
