/**
 * Looks at the page of a post-mortem in a real headless Chromium: no error on its console, hostile text as text, nothing
 * wider than a phone. Apart from the usual tests, because a browser brings 300 MB. Screenshots go to `.cache/html/`.
 *
 * @module
 */
import { projectRoot } from "./source_tree.ts";
import { isOnPath } from "./test_tools.ts";

const BROWSERS = ["chromium", "chromium-browser", "google-chrome"];
const MAC_BROWSER =
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";
const INSTALL = "apt-get install -y --no-install-recommends chromium";

function findBrowser(): string | undefined {
  const path = Deno.env.get("PATH") ?? "";
  const named = Deno.env.get("METALGUARD_TEST_BROWSER");
  if (named !== undefined && named !== "") return named;
  return BROWSERS.find((program) => isOnPath(program, path)) ??
    (isOnPath("Google Chrome", MAC_BROWSER.replace(/\/[^/]*$/, ""))
      ? MAC_BROWSER
      : undefined);
}

function run(program: string, args: readonly string[]): boolean {
  return new Deno.Command(program, {
    args: [...args],
    stdin: "null",
    stdout: "inherit",
    stderr: "inherit",
  }).outputSync().success;
}

function main(): number {
  const root = projectRoot([]);
  const canInstall = Deno.uid() === 0 &&
    isOnPath("apt-get", Deno.env.get("PATH") ?? "");
  if (findBrowser() === undefined && canInstall) {
    run("apt-get", ["update"]);
    run("apt-get", INSTALL.split(" ").slice(1));
  }
  const browser = findBrowser();
  if (browser === undefined) {
    const words = Deno.build.os === "darwin"
      ? "install Google Chrome, or name a browser in METALGUARD_TEST_BROWSER"
      : `type: sudo apt-get update && sudo ${INSTALL}`;
    Deno.stderr.writeSync(
      new TextEncoder().encode(`test:html: no Chromium here; ${words}\n`),
    );
    return 1;
  }
  const isGood = new Deno.Command(Deno.execPath(), {
    args: [
      "test",
      "--no-prompt",
      "--allow-all",
      `${root}/tests/html/page_suite.ts`,
    ],
    env: { METALGUARD_TEST_BROWSER: browser },
    stdout: "inherit",
    stderr: "inherit",
  }).outputSync().success;
  return isGood ? 0 : 1;
}

if (import.meta.main) Deno.exitCode = main();
