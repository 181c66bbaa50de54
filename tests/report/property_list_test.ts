import assert from "node:assert/strict";
import type {
  PropertyMap,
  PropertyValue,
} from "../../lib/core/property_value.ts";
import {
  badPropertyText,
  propertyListText,
} from "../../lib/report/property_list.ts";

const CONTENT: PropertyMap = {
  Label: "com.example.a",
  "Key with < & >": "]]> <!-- & \"quoted\" 'too' \t é 🦊 \r\n line",
  Empty: "",
  Number: 60,
  Yes: true,
  No: false,
  List: ["a", 1, false, [], {}],
  Nested: { PathState: { "/Volumes/a b/c": true } },
};

const READ = `
import json, plistlib, sys
print(json.dumps(plistlib.loads(sys.stdin.buffer.read())))`;

/** What a program makes of a text on its standard input. */
async function through(
  program: string,
  args: readonly string[],
  input: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const child = new Deno.Command(program, {
    args: [...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(input);
  await writer.close();
  const { success, stdout, stderr } = await child.output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return stdout;
}

async function readBack(value: PropertyMap): Promise<PropertyValue> {
  const text = new TextEncoder().encode(propertyListText(value, "a comment"));
  // Apple's own program where there is one, else Debian's: both are judges, so the list goes through a second form.
  const binary = Deno.build.os === "darwin"
    ? await through("plutil", ["-convert", "binary1", "-o", "-", "-"], text)
    : await through("plistutil", ["-i", "-", "-f", "bin", "-o", "-"], text);
  const plain = await through("python3", ["-c", READ], text);
  const second = await through("python3", ["-c", READ], binary);
  const value1: PropertyValue = JSON.parse(new TextDecoder().decode(plain));
  const value2: PropertyValue = JSON.parse(new TextDecoder().decode(second));
  assert.deepEqual(value2, value1);
  return value1;
}

Deno.test("two readers of property lists see exactly what was written", async () => {
  // Kills: an ampersand that breaks the file, a carriage return that becomes a line break, a number that becomes text.
  assert.deepEqual(await readBack(CONTENT), CONTENT);
});

Deno.test("badPropertyText() finds what no property list can hold, in keys too", () => {
  // Kills: a file that launchd refuses without saying why.
  assert.equal(badPropertyText(CONTENT), undefined);
  for (const bad of ["\u0000", "\u001b[2J", "\ud800", "\uffff", "\u000b"]) {
    assert.equal(badPropertyText({ a: [1, { b: bad }] }), bad);
    assert.equal(badPropertyText({ [bad]: true }), bad);
  }
});
