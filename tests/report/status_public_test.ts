import assert from "node:assert/strict";
import { publicStatus } from "../../lib/report/status_public.ts";

Deno.test("publicStatus() hides paths wherever they stand, and leaves models and links of words alone", () => {
  // Kills: a path that is hidden under its own key only.
  const shown = publicStatus({
    a: "Cannot list /Users/ada/My Models/x: permission denied",
    b: ["~/x y", "../up", "./here, and on", "file:///Users/ada", "(/tmp/x)"],
    c: { model: "mlx-community/gemma-4", ratio: "24h/72h", n: 1, no: null },
    d: 'Cannot open "/Users/ada/a": gone; /b\nnext /c',
  });
  assert.deepEqual(shown, {
    a: "Cannot list …: permission denied",
    b: ["…", "…", "…, and on", "file:…", "(…"],
    c: { model: "mlx-community/gemma-4", ratio: "24h/72h", n: 1, no: null },
    d: 'Cannot open "…": gone; …\nnext …',
  });
});

Deno.test("publicStatus() takes out command lines, breadcrumbs and the machine's name, however deep", () => {
  // Kills: a command line two levels down.
  const shown = publicStatus({
    lock: { held: true, cmdline: "serve --key abc", host: "abc" },
    breadcrumb_tail: ["LOAD x"],
    list: [{ source_file: "/x", what: "LOAD x", fix: "$ sudo x", pid: 1 }],
  });
  assert.deepEqual(shown, {
    lock: { held: true, cmdline: null, host: null },
    breadcrumb_tail: null,
    list: [{ source_file: null, what: null, fix: null, pid: 1 }],
  });
});

Deno.test("publicStatus() takes time in proportion to the text", () => {
  // Kills: a pattern that goes back over a megabyte for each slash.
  const text = "a/ ~/".repeat(200_000);
  const before = performance.now();
  publicStatus({ text });
  assert.ok(performance.now() - before < 5_000);
});
