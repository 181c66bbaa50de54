import assert from "node:assert/strict";
import { known, unknown } from "../../lib/core/observed.ts";
import {
  registryDriversJson,
  registryDriversText,
  type RegistryDriversView,
} from "../../lib/report/registry_drivers.ts";
import { textStyle } from "../../lib/report/text_style.ts";

const STYLE = textStyle({ color: false, emoji: false });
const VIEW: RegistryDriversView = {
  rows: [
    {
      driver: "130.13",
      build: "25E253",
      macos: "26.4.1",
      panics: [{
        class: "underflow",
        line: "IOGPUMemory.cpp:550",
        reports: 8,
        unlinked: 2,
        urls: [],
      }],
    },
    { driver: null, build: null, macos: "27 beta", panics: [] },
  ],
  osBuild: known("25E253"),
};

function text(osBuild = VIEW.osBuild): string {
  return registryDriversText({ ...VIEW, osBuild }, { style: STYLE });
}

Deno.test("this machine's row is marked, and only that", () => {
  // Kills: a person who reads the row of another Mac.
  assert.match(
    text(),
    /\n> IOGPUFamily 130\.13, macOS 26\.4\.1 \(25E253\), this Mac\n {6}8 \+2 {2}underflow {2}IOGPUMemory\.cpp:550\n/,
  );
  assert.equal(text().match(/this Mac/g)?.length, 1);
  assert.match(text(known("99Z9")), /build 99Z9 has no row: nobody reported/);
  assert.match(text(unknown("no sysctl")), /build unknown: no sysctl/);
  assert.doesNotMatch(text(unknown("no sysctl")), /^>/m);
});

Deno.test("it says plainly that silence is not safety, in both forms", () => {
  // Kills: an empty row that is read as "fixed".
  assert.match(text(), /no report of a panic/);
  assert.match(
    text().replaceAll(/\s+/g, " "),
    /It does not say that the bug is fixed/,
  );
  const json = registryDriversJson(VIEW);
  assert.match(
    String(json["silence_is_not_safety"]),
    /does not say that the bug is fixed/,
  );
  assert.match(
    JSON.stringify(json["drivers"]),
    /"is_this_machine":true.*"is_this_machine":false/,
  );
  assert.equal(
    registryDriversJson({ ...VIEW, osBuild: unknown("x") })["os_build"],
    null,
  );
});
