import assert from "node:assert/strict";
import { tryParseHardwareUuid } from "../../lib/parse/hardware_uuid.ts";

Deno.test("tryParseHardwareUuid() reads both systems and nothing else", () => {
  // Kills: one identity for all machines that have none; a text of somebody's choice taken for one.
  const ioreg = `+-o J614sAP  <class IOPlatformExpertDevice>\n    {
      "IOPlatformSerialNumber" = "X0"\n      "IOPlatformUUID" = "0a1b2c3d-1111-4222-8333-444455556666"\n    }`;
  assert.equal(
    tryParseHardwareUuid(ioreg),
    "0A1B2C3D-1111-4222-8333-444455556666",
  );
  assert.equal(
    tryParseHardwareUuid("4884aa5ee3880f9dba83b145581e8687\n"),
    "4884AA5EE3880F9DBA83B145581E8687",
  );
  for (
    const text of [
      "",
      "uninitialized\n",
      "0".repeat(32),
      '"IOPlatformUUID" = "00000000-0000-0000-0000-000000000000"',
      '"IOPlatformUUID" = "short"',
      `${" ".repeat(70_000)}${ioreg}`,
    ]
  ) {
    assert.equal(tryParseHardwareUuid(text), undefined, text.slice(0, 60));
  }
});
