import assert from "node:assert/strict";
import { maskedCommandLine } from "../../lib/parse/command_line.ts";

Deno.test("maskedCommandLine() hides every secret that a command line may hold", () => {
  // Kills: a key in a world-readable record, a report or a metric (SAFETY P1).
  const secret = "s3cr3tvalue";
  const lines: readonly (readonly string[])[] = [
    ["serve", "--api-key", secret],
    ["serve", `--api-key=${secret}`],
    ["serve", "--hf_token", secret, "--port", "80"],
    ["serve", "--password", secret],
    ["serve", "--clientSecret", secret],
    ["env", `HF_TOKEN=${secret}`, "python"],
    ["env", `AWS_SECRET_ACCESS_KEY=${secret}`],
    ["curl", `https://user:${secret}@host/x`],
    ["curl", `https://${secret}@host/x`],
    ["curl", "-H", `Authorization: Bearer ${secret}`],
    ["curl", "-H", `Authorization: Basic ${secret}`],
    ["curl", "-H", `X-Api-Key: ${secret}`],
    ["curl", `https://h/x?api_key=${secret}&n=1`],
    ["auth", "Bearer", secret],
    ["sh", "-c", `curl -H 'Authorization: Bearer ${secret}' x`],
    ["sh", "-c", `TOKEN="${secret}" serve --api-key '${secret}' --port 80`],
    ["login", `hf_${secret}`],
    ["login", `sk-${secret}`],
    ["login", `ghp_${secret}`],
    ["login", `eyJ${secret}.${secret}`],
  ];
  for (const line of lines) {
    const masked = maskedCommandLine(line);
    assert.ok(!masked.includes(secret), masked);
    assert.ok(masked.includes("***"), masked);
    assert.ok(masked.startsWith(line[0] ?? ""), masked);
  }
});

Deno.test("maskedCommandLine() leaves the rest to be read", () => {
  // Kills: a record in which nobody can see which model was loaded; `--max-tokens ***`.
  for (
    const line of [
      "python -m mlx_lm.generate --model mlx-community/gemma-4-26b --max-tokens 100",
      "python x.py --tokenizer /models/t --eos-token-id 2 --max_tokens=4096",
      "serve --port 8080 --host 0.0.0.0 http://host/path",
      "sh -c echo a; exit 7",
    ]
  ) {
    assert.equal(maskedCommandLine(line.split(" ")), line);
  }
  assert.equal(
    maskedCommandLine(["x", "--use-auth-token", "--model", "m"]),
    "x --use-auth-token --model m",
  );
});

Deno.test("maskedCommandLine() is bounded in length and time", () => {
  // Kills: a record of megabytes; a pattern that tries every split of a long word.
  for (const filler of ["a", "-", "=", "://", "token ", "bearer ", "a:", "'"]) {
    const startMs = performance.now();
    const masked = maskedCommandLine(
      Array.from({ length: 50 }, () => filler.repeat(100_000)),
    );
    assert.ok(masked.length < 20_000, filler);
    assert.ok(performance.now() - startMs < 500, filler);
  }
});
