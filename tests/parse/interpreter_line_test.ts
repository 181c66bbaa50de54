import assert from "node:assert/strict";
import { pythonOfScript } from "../../lib/parse/interpreter_line.ts";

Deno.test("pythonOfScript() reads the lines that installers write", () => {
  // Kills: a server whose Python is not found, so that another one's versions are shown for it.
  for (
    const [head, program] of [
      ["#!/v/bin/python\nimport re\n", "/v/bin/python"],
      ["#!/v/bin/python3.12 -I\n", "/v/bin/python3.12"],
      ["#!/usr/bin/env python3\n", "python3"],
      [
        `#!/bin/sh\n'''exec' "/with blank/bin/python3" "$0" "$@"\n' '''\n`,
        "/with blank/bin/python3",
      ],
      [`#!/bin/sh\n'''exec' /v/bin/python3 "$0" "$@"\n`, "/v/bin/python3"],
    ] as const
  ) {
    assert.equal(pythonOfScript(head), program);
  }
});

Deno.test("pythonOfScript() answers nothing for other programs", () => {
  // Kills: a shell script or a binary taken for a Python's script.
  for (
    const head of [
      "",
      "\x7fELF",
      "#!/bin/sh\nexec python3\n",
      "#!/usr/bin/env\n",
      "#!/v/bin/pythonw-helper\n",
      "import os #!/v/bin/python\n",
      "#!" + " ".repeat(5_000) + "/v/bin/python",
    ]
  ) {
    assert.equal(pythonOfScript(head), undefined, head.slice(0, 30));
  }
});
