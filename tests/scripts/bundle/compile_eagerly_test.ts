import assert from "node:assert/strict";
import { compileEagerly } from "../../../scripts/bundle/compile_eagerly.ts";
import type { FunctionExtent } from "../../../scripts/bundle/function_sites.ts";

/** From behind `head` to behind the brace, or whatever `tail` ends with. */
function extentOf(
  program: string,
  head: string,
  tail = "}",
): FunctionExtent {
  const start = program.indexOf(head) + head.length;
  return { start, end: program.indexOf(tail, start) + tail.length };
}

/** What the program leaves in `out`. */
function outcome(program: string): unknown {
  return new Function(`${program};return out`)();
}

Deno.test("compileEagerly() moves called functions to the front, in brackets, and changes no answer", () => {
  // Kills: a function that is not there when the first statement calls it; two statements that run into one.
  const program =
    "var out=[a(1),typeof b];function a(e){return e+c}var c=2;async function b(){return 1}out.push(a(1))";
  const eager = compileEagerly(program, [
    extentOf(program, "function a"),
    extentOf(program, "function b"),
  ]);
  assert.match(
    eager,
    /^var a=\(function a\(e\)\{.*?\}\),b=\(async function b\(/,
  );
  assert.deepEqual(outcome(eager), outcome(program));
});

Deno.test("compileEagerly() keeps an inner function in its scope, also in a block", () => {
  // Kills: an inner function torn out of its scope; one that is used above its own place.
  const program =
    "function outer(x){if(x){var y=inner(1);function inner(z){return z+x}}return late()+y;function late(){return x}}var out=outer(3);";
  const eager = compileEagerly(program, [
    extentOf(program, "function outer", "late(){return x}}"),
    extentOf(program, "function inner"),
    extentOf(program, "function late"),
  ]);
  assert.equal(outcome(eager), 7);
  assert.match(eager, /^var outer=\(function outer\(x\)\{var late=\(/);
  assert.match(eager, /if\(x\)\{let inner=\(function inner\(/);
});

Deno.test("compileEagerly() gives a class its methods back in every form", () => {
  // Kills: a private method that a field needs before it is there; a getter that becomes a value; a method that cannot
  // be overridden; a name of a method that hides the variable of that name.
  const program =
    "var m='outer';class A{#f=this.#p(1);#p(e){return e+1}m(){return m+this.#f}get g(){return this.m()+'!'}async w(){return 1}}" +
    "class B extends A{m(){return super.m()+'b'}}var b=new B();var out=[new A().m(),b.g,typeof b.w().then,Object.keys(b)];";
  const called = [
    extentOf(program, "#p"),
    { start: program.indexOf("#p(e)") + 2, end: program.indexOf("m(){") },
    extentOf(program, "e+1}m"),
    extentOf(program, "get g"),
    extentOf(program, "async w"),
    extentOf(program, "B extends A{m"),
  ];
  const eager = compileEagerly(program, called);
  assert.deepEqual(outcome(eager), outcome(program));
  assert.match(eager, /class A\{static\{this\.prototype\.m=\(function\(\)/);
  assert.match(eager, /#p=\(function\(e\)\{return e\+1\}\);/);
  assert.match(eager, /"g",\{get:\(function\(\)/);
  assert.match(eager, /B extends A\{m\(\)\{return super/, "speaks of super");
});

Deno.test("compileEagerly() puts brackets around arrows, expressions and the functions of objects", () => {
  // Kills: an arrow in an arrow that loses its brackets' partner; a method of an object without its colon.
  const program =
    "var f=a=>b=>{return a+b};var o={h(e){return f(e)(1)},k:function(){return 2}};var out=[o.h(1),o.k()];";
  const eager = compileEagerly(program, [
    { start: program.indexOf("a=>"), end: program.indexOf("};var o") + 1 },
    { start: program.indexOf("b=>"), end: program.indexOf("};var o") + 1 },
    extentOf(program, "{h"),
    extentOf(program, "k:function"),
  ]);
  assert.deepEqual(outcome(eager), [2, 2]);
  assert.match(eager, /f=\(a=>\(b=>\{return a\+b\}\)\);/);
  assert.match(eager, /\{h:\(function\(e\)\{/);
  assert.match(eager, /k:\(function\(\)/);
});

Deno.test("compileEagerly() leaves everything else alone", () => {
  // Kills: functions moved that nobody calls; constructors and setters torn apart.
  const program =
    "function a(){return 1}class A{constructor(){this.x=a()}set s(v){this.x=v}static t(){return 3}}var out=[new A().x,A.t()];";
  assert.equal(compileEagerly(program, []), program);
  const eager = compileEagerly(program, [
    extentOf(program, "constructor"),
    extentOf(program, "set s"),
    extentOf(program, "static t"),
  ]);
  assert.equal(eager, program);
});
