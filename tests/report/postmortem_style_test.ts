import assert from "node:assert/strict";
import { POSTMORTEM_STYLE } from "../../lib/report/postmortem_style.ts";

/** Colours of `:root`, in light or in dark. */
function colours(block: RegExp): ReadonlyMap<string, string> {
  const text = block.exec(POSTMORTEM_STYLE)?.[1] ?? "";
  return new Map(
    [...text.matchAll(/--([\w-]+):(#[0-9a-f]{3,6})/g)].map((match) =>
      [match[1] ?? "", match[2] ?? ""] as const
    ),
  );
}

function luminance(hex: string): number {
  const long = hex.length === 4 ? hex.replace(/[0-9a-f]/g, "$&$&") : hex;
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = parseInt(long.slice(at, at + 2), 16) / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

Deno.test("text stands out from its ground by 4.5 to 1 at least, in light, dark and print", () => {
  // Kills: grey on grey, which nobody reads at 3 a.m.
  for (
    const block of [
      /^:root\{([^}]*)\}/m,
      /dark\)\{:root\{([^}]*)\}/,
      /print\{\s*:root\{([^}]*)\}/,
    ]
  ) {
    const found = colours(block);
    const pairs = [
      ["ink", "bg"],
      ["ink", "card"],
      ["soft", "card"],
      ["soft", "bg"],
      ["ink", "code"],
      ["soft", "code"],
      ["bad", "bad-bg"],
      ["warn", "warn-bg"],
      ["good", "good-bg"],
      ["bad", "card"],
      ["link", "card"],
    ] as const;
    for (const [text, ground] of pairs) {
      const [a = 0, b = 0] = [text, ground].map((name) =>
        luminance(found.get(name) ?? "")
      )
        .toSorted((one, two) => two - one);
      const contrast = (a + 0.05) / (b + 0.05);
      assert.ok(
        contrast >= 4.5,
        `${text} on ${ground}: ${contrast.toFixed(2)}`,
      );
    }
  }
});
