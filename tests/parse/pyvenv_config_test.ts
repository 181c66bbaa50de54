import assert from "node:assert/strict";
import { parsePyvenvConfig } from "../../lib/parse/pyvenv_config.ts";

Deno.test("parsePyvenvConfig() reads what venv, virtualenv and uv write", () => {
  // Kills: uv's `version_info` and keys in capitals passed over; "3.1" out of 3.12.
  assert.deepEqual(
    parsePyvenvConfig(
      "home = /opt/python/bin\ninclude-system-site-packages = false\nversion = 3.12.4\n",
    ),
    {
      home: "/opt/python/bin",
      seesSystem: false,
      version: "3.12",
      isOfUv: false,
    },
  );
  assert.deepEqual(
    parsePyvenvConfig(
      "Home=/u/bin\r\nuv = 0.9.1\nversion_info = 3.13.0\nINCLUDE-SYSTEM-SITE-PACKAGES = True\n",
    ),
    { home: "/u/bin", seesSystem: true, version: "3.13", isOfUv: true },
  );
});

Deno.test("parsePyvenvConfig() makes nothing out of nonsense", () => {
  // Kills: a relative home that is looked for in whatever folder we run in; a version such as 2.7 or 3.x.
  for (const text of ["", "home", "home = ../bin\nversion = 2.7", "=\n= =\n"]) {
    assert.deepEqual(parsePyvenvConfig(text), {
      home: undefined,
      seesSystem: false,
      version: undefined,
      isOfUv: false,
    });
  }
});
