import assert from "node:assert/strict";
import { extentsIn } from "../../../scripts/bundle/called_functions.ts";

Deno.test("extentsIn() takes the functions of the one script that were compiled because they were called", () => {
  // Kills: functions of Deno's own scripts, and those that were only looked over, taken for ours.
  const log = [
    "v8-version,15,0",
    "script-details,7,ext:core/00_infra.js,0,0,",
    "script-details,50,file:///t/main.js,0,0,",
    "function,full-parse,7,10,20,0.1,1,theirs",
    "function,preparse-resolution,50,30,40,0.1,1,passed",
    "function,full-parse,50,100,140,0.1,2,ours",
    "function,full-parse,50,1,9,0.1,3,",
  ].join("\n");
  assert.deepEqual(extentsIn(log, "/t/main.js"), [
    { start: 100, end: 140 },
    { start: 1, end: 9 },
  ]);
  assert.deepEqual(extentsIn(log, "/t/other.js"), []);
});
