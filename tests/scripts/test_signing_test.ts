import assert from "node:assert/strict";
import { judgeSigned, keysIn } from "../../scripts/test_signing.ts";

const GOOD = {
  identifier: "com.metal-guard.cli",
  isAdhoc: false,
  isHardened: true,
  entitlements: "<key>b</key><true/><key>a</key>",
  pageBytes: 4_096,
  pages: 3,
  brokenPages: new Array<number>(),
};

Deno.test("a signature that lacks anything is told so", () => {
  // Kills: a proof that is content with any signature.
  const judge = (change: Partial<typeof GOOD>): string[] =>
    judgeSigned({ arch: "arm64", signature: { ...GOOD, ...change } }, [
      "a",
      "b",
    ]);
  assert.deepEqual(judge({}), []);
  assert.match(judge({ isHardened: false }).join(), /not hardened/);
  assert.match(judge({ isAdhoc: true }).join(), /nobody/);
  assert.match(judge({ brokenPages: [2] }).join(), /pages 2/);
  assert.match(judge({ identifier: "deno" }).join(), /signed as deno/);
  assert.match(judge({ entitlements: "<key>a</key>" }).join(), /entitled to a/);
  assert.match(
    judgeSigned({ arch: "arm64", signature: undefined }, []).join(),
    /not signed/,
  );
});

Deno.test("the program asks for what a JIT and our dylib need, and no more", () => {
  // Kills: an entitlement more, which every program that injects code into ours would thank us for.
  const list = new URL("../../scripts/mac/entitlements.plist", import.meta.url);
  assert.deepEqual(keysIn(Deno.readTextFileSync(list)), [
    "com.apple.security.cs.allow-jit",
    "com.apple.security.cs.allow-unsigned-executable-memory",
    "com.apple.security.cs.disable-library-validation",
  ]);
});
