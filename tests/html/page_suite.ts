/** The page of a post-mortem in a real browser; `deno task test:html` runs it. */
import assert from "node:assert/strict";
import { HOME } from "../fakes/world.ts";
import { panickedWorld } from "../postmortem_world.ts";

const BROWSER = Deno.env.get("METALGUARD_TEST_BROWSER") ?? "chromium";
const PLACE = new URL("../../.cache/html/", import.meta.url).pathname;

/** The page of a world full of hostile and private words, as a file. */
async function page(): Promise<string> {
  const world = panickedWorld();
  await world.guard().postmortem.collect(`${HOME}/out`);
  Deno.mkdirSync(PLACE, { recursive: true });
  const path = `${PLACE}index.html`;
  Deno.writeTextFileSync(
    path,
    world.store.text(`${HOME}/out/index.html`) ?? "",
  );
  return path;
}

function browse(
  path: string,
  args: readonly string[],
): { readonly out: string; readonly err: string } {
  const profile = Deno.makeTempDirSync({ prefix: "metal-guard-browser-" });
  try {
    const { success, stdout, stderr } = new Deno.Command(BROWSER, {
      args: [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--hide-scrollbars",
        "--enable-logging=stderr",
        `--user-data-dir=${profile}`,
        ...args,
        `file://${path}`,
      ],
    }).outputSync();
    const [out = "", err = ""] = [stdout, stderr].map((bytes) =>
      new TextDecoder().decode(bytes)
    );
    assert.ok(success, err);
    return { out, err };
  } finally {
    Deno.removeSync(profile, { recursive: true });
  }
}

Deno.test("hostile text is text in the browser's own tree, and its console is silent", async () => {
  // Kills: markup that our own reading of the page takes for escaped and a browser does not.
  const { out, err } = browse(await page(), ["--dump-dom"]);
  assert.match(out, /<h1>The GPU driver took this Mac down<\/h1>/);
  // In a serialised tree every `<` of a text is `&lt;`: what is left are elements.
  assert.doesNotMatch(out, /<(?:script|img|iframe|object|embed|form|base)\b/i);
  assert.doesNotMatch(out, /<[a-z][^>]*\son[a-z]+=/i);
  assert.ok(out.includes("&lt;script&gt;alert(1)&lt;/script&gt;"));
  assert.doesNotMatch(err, /CONSOLE/);
});

/** Width of a picture, out of its head. */
function sizeOf(path: string): readonly [number, number] {
  const view = new DataView(Deno.readFileSync(path).buffer);
  return [view.getUint32(16), view.getUint32(20)];
}

Deno.test("the page goes on paper", async () => {
  // Kills: a page whose print is empty, as one that only a script would fill.
  const path = await page();
  const file = `${PLACE}print.pdf`;
  browse(path, ["--no-pdf-header-footer", `--print-to-pdf=${file}`]);
  const bytes = Deno.readFileSync(file);
  assert.equal(new TextDecoder().decode(bytes.subarray(0, 5)), "%PDF-");
  assert.ok(bytes.length > 30_000, `${bytes.length} bytes`);
});

Deno.test("the page is drawn in light, dark and at a phone's width", async () => {
  // Kills: a page that a browser refuses to draw; a dark one that is the light one.
  const path = await page();
  const shots = [
    ["light", "1000,2400", []],
    ["dark", "1000,2400", ["--blink-settings=preferredColorScheme=0"]],
    ["phone", "500,3400", []],
  ] as const;
  const pictures = shots.map(([name, size, args]) => {
    const file = `${PLACE}${name}.png`;
    browse(path, [`--window-size=${size}`, `--screenshot=${file}`, ...args]);
    assert.deepEqual(sizeOf(file), size.split(",").map(Number));
    return Deno.readFileSync(file);
  });
  assert.equal(new Set(pictures.map((one) => one.toBase64())).size, 3);
});
