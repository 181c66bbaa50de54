import assert from "node:assert/strict";
import {
  DecodeError,
  FileError,
  MetalGuardError,
  RefusedError,
} from "../../lib/core/error.ts";

Deno.test("every error of ours is a MetalGuardError with its code, name and cause", () => {
  // Kills: a subclass that catchers of the base miss, or that shows up as plain "Error" in a log.
  const cause = new Error("below");
  const verdict = { kind: "refuse", reason: "2 ≥ 2", wayOut: "ack" } as const;
  const errors = [
    new MetalGuardError("usage", "x", { cause }),
    new FileError("denied", "/x", "Cannot read /x: permission denied", {
      cause,
    }),
    new DecodeError("y", { cause }),
    new RefusedError("panic_cooldown", verdict),
  ];
  assert.deepEqual(
    errors.map((error) => [
      error instanceof MetalGuardError,
      error.name,
      error.code,
    ]),
    [
      [true, "MetalGuardError", "usage"],
      [true, "FileError", "file-failed"],
      [true, "DecodeError", "not-decodable"],
      [true, "RefusedError", "refused"],
    ],
  );
  assert.ok(errors.slice(0, 3).every((error) => error.cause === cause));
});

Deno.test("RefusedError carries layer, verdict and the inequality in its message", () => {
  // Kills: a caller that has to parse the message to know what refused.
  const verdict = { kind: "refuse", reason: "2 ≥ 2", wayOut: "ack" } as const;
  const error = new RefusedError("panic_cooldown", verdict);
  assert.equal(error.layer, "panic_cooldown");
  assert.equal(error.verdict, verdict);
  assert.equal(error.message, "Cannot start GPU work: panic_cooldown: 2 ≥ 2");
});

Deno.test("FileError carries problem and path apart from its words", () => {
  // Kills: layers that tell "absent" from "denied" by matching English text.
  const error = new FileError("link-loop", "/a\u001b", "words");
  assert.deepEqual([error.problem, error.path], ["link-loop", "/a\u001b"]);
});
