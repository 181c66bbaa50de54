import assert from "node:assert/strict";
import { functionSites } from "../../../scripts/bundle/function_sites.ts";

Deno.test("functionSites() tells each form of a function, its name and where it may go", () => {
  // Kills: a private getter taken for a method; a home outside the scope in which a function stands.
  const program =
    "export function a(){}class C{#p(){}get g(){}get #q(){}async m(){}constructor(){}[k](){}}var o={x(){},y:()=>1};";
  const sites = functionSites(program);
  assert.deepEqual(
    sites.map(({ form, name, keyword }) => [form, name, keyword]),
    [
      ["private method", "#p", "function"],
      ["getter", "g", "function"],
      ["method", "m", "async function"],
      ["property", "x", "function"],
      ["expression", "", ""],
    ],
    "what is exported, computed or private and asked for stays",
  );
  const [method] = sites;
  assert.equal(method?.home, program.indexOf("#p"));
  assert.equal(
    program.slice(method?.code.start, method?.code.end),
    "(){}",
  );
});

Deno.test("functionSites() refuses what is no module", () => {
  // Kills: half a program that is written back as if it were whole.
  assert.throws(() => functionSites("function ("), SyntaxError);
});
