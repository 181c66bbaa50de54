import assert from "node:assert/strict";
import {
  compileEagerly,
  type FunctionExtent,
} from "../../../scripts/bundle/compile_eagerly.ts";

/** From the bracket behind `head` to behind the brace that `tail` ends with. */
function extentOf(
  program: string,
  head: string,
  tail = "}",
): FunctionExtent {
  const start = program.indexOf(`${head}(`) + head.length;
  return { start, end: program.indexOf(tail, start) + tail.length };
}

/** What the program leaves in `out`. */
function outcome(program: string): unknown {
  return new Function(`${program};return out`)();
}

Deno.test("compileEagerly() moves called functions to the front, in brackets, and changes no answer", () => {
  // Kills: a function that is not there when the first statement calls it; two statements that run into one.
  const program =
    "var out=[a(1),typeof b]function a(e){return e+c}var c=2;async function b(){return 1}out.push(a(1))"
      .replace("]function", "];function");
  const called = [
    extentOf(program, "function a"),
    extentOf(program, "function b"),
  ];
  const eager = compileEagerly(program, called);
  assert.match(
    eager,
    /^var a=\(function a\(e\)\{.*?\}\),b=\(async function b\(/,
  );
  assert.deepEqual(outcome(eager), outcome(program));
});

Deno.test("compileEagerly() leaves alone what cannot be moved", () => {
  // Kills: an inner function torn out of its scope; a method that becomes a syntax error.
  const inner =
    "function outer(){var x=1;function inner(){return x}return 0+inner()}var out=outer();";
  const eager = compileEagerly(inner, [
    extentOf(inner, "function outer", "0+inner()}"),
    extentOf(inner, "function inner"),
  ]);
  assert.equal(outcome(eager), 1);
  assert.match(eager, /^var outer=\(/);
  const method = "class A{m(){return 1}}var out=new A().m();";
  assert.equal(compileEagerly(method, [extentOf(method, "m")]), method);
  const arrow = "var f=(e)=>{return e};var out=f(1);";
  assert.equal(
    compileEagerly(arrow, [{ start: 6, end: arrow.indexOf("}") + 1 }]),
    arrow,
  );
  assert.equal(compileEagerly(method, []), method);
});
