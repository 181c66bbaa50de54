/** What `mlx_worker.py` holds, asked in Python itself. */
import assert from "node:assert/strict";
import { besideFolder } from "../../scripts/test_python.ts";
import { pythonOfTests } from "../python_of_tests.ts";
import { tinyModel } from "./tiny_model.ts";

const WORKER = new URL(
  "../../lib/adapters/mlx/mlx_worker.py",
  import.meta.url,
).pathname;

/** Loads the worker's text as a module, without running it. */
const LOAD = `
import importlib.util, json, sys
spec = importlib.util.spec_from_file_location("mlx_worker", sys.argv[1])
worker = importlib.util.module_from_spec(spec)
spec.loader.exec_module(worker)
`;

async function ask(
  script: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const { code, stdout, stderr } = await new Deno.Command(pythonOfTests(), {
    args: ["-c", `${LOAD}${script}`, WORKER, ...args],
    env,
  }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

Deno.test("mlx_worker.py is Python 3.9, and imports nothing but the standard library before it is asked to load", async () => {
  // Kills: a `match` statement that ends every worker on macOS's own Python; a package that is missing there.
  const [imports, outside] = await ask(`
import ast
tree = ast.parse(open(sys.argv[1]).read(), feature_version=(3, 9))
names = [a.name for n in tree.body if isinstance(n, ast.Import) for a in n.names]
names += [n.module for n in tree.body if isinstance(n, ast.ImportFrom)]
roots = {name.split(".")[0] for name in names}
print(json.dumps([sorted(roots), sorted(roots - set(sys.stdlib_module_names))]))
`) as [readonly string[], readonly string[]];
  assert.ok(imports.includes("faulthandler"));
  assert.deepEqual(outside, []);
});

const THINK = `
from mlx_lm.utils import load_tokenizer
from mlx_lm.tokenizer_utils import TokenizerWrapper
import pathlib
tokenizer = load_tokenizer(pathlib.Path(sys.argv[2]))
def look(value):
    tokenizer._think_start_tokens = value
    try:
        return repr(tokenizer.think_start_id)
    except Exception as error:
        return type(error).__name__
before = [look(None), look((7,)), look((7, 8))]
upstream = TokenizerWrapper.__dict__["think_start_id"]
names = [worker.apply_patches(), worker.apply_patches()]
after = [look(None), look((7,)), look((7, 8))]
same = upstream is TokenizerWrapper.__dict__["think_start_id"]
print(json.dumps([before, names, after, same]))
`;

Deno.test("on mlx-lm 0.31.2 think_start_id raises without the patch and answers nothing with it", async () => {
  // Kills: a patch of something else; one that hides several tokens; one that is laid over itself.
  const model = await tinyModel();
  const env = { ["PYTHONPATH"]: besideFolder(pythonOfTests()) };
  const name = "mlx_lm_1128_think_start_id";
  assert.deepEqual(await ask(THINK, [model], env), [
    ["TypeError", "7", "ValueError"],
    [[name], [name]],
    ["None", "7", "ValueError"],
    false,
  ]);
});

Deno.test("on mlx-lm 0.32.2 the code is left alone", async () => {
  // Kills: a patch that undoes upstream's own mending.
  const answer = await ask(THINK, [await tinyModel()]);
  assert.deepEqual(answer, [
    ["None", "7", "ValueError"],
    [[], []],
    ["None", "7", "ValueError"],
    true,
  ]);
});

Deno.test("prompts have the model's own form, else the family's, else none", async () => {
  // Kills: a gemma that is told a role it does not know; a system text that gets lost.
  const answer = await ask(`
class Plain:
    chat_template = None
class Template:
    chat_template = "x"
    def apply_chat_template(self, messages, add_generation_prompt, tokenize):
        assert add_generation_prompt and not tokenize
        return "|".join(m["role"] + "=" + m["content"] for m in messages)
class NoSystem(Template):
    def apply_chat_template(self, messages, **more):
        if messages[0]["role"] == "system":
            raise ValueError("System role not supported")
        return Template.apply_chat_template(self, messages, **more)
class Broken(Template):
    def apply_chat_template(self, messages, **more):
        raise ValueError("no")
say = {"prompt": "hi {}", "system": ""}
told = {"prompt": "hi", "system": "be kind"}
print(json.dumps([
    worker.chat_prompt(Template(), "x/gemma-3", told),
    worker.chat_prompt(NoSystem(), "x/gemma-3", told),
    worker.chat_prompt(Broken(), "x/Phi-4", say),
    worker.chat_prompt(Plain(), "google/gemma-3-1b", say),
    worker.chat_prompt(Plain(), "mistralai/Mistral-7B", told),
    worker.chat_prompt(Plain(), "some/llama", say),
    worker.chat_prompt(Plain(), "phi/llama", told),
]))
`);
  assert.deepEqual(answer, [
    ["system=be kind|user=hi", true],
    ["user=be kind\n\nhi", true],
    ["<|user|>\nhi {}<|end|>\n<|assistant|>\n", false],
    ["<start_of_turn>user\nhi {}<end_of_turn>\n<start_of_turn>model\n", false],
    ["[INST] be kind\n\nhi [/INST]", false],
    ["hi {}", false],
    ["be kind\n\nhi", false],
  ]);
});

Deno.test("tokens are counted by the tokenizer, else as a quarter of the characters", async () => {
  // Kills: a prompt of no tokens where the tokenizer fails.
  const answer = await ask(`
class Good:
    class tokenizer:
        @staticmethod
        def encode(text):
            return [1] * 3
class Bad:
    class tokenizer:
        @staticmethod
        def encode(text):
            raise ValueError("no")
print(json.dumps([
    worker.count_tokens(Good, [1, 2]),
    worker.count_tokens(Good, "a" * 41),
    worker.count_tokens(Bad, "a" * 41),
]))
`);
  assert.deepEqual(answer, [2, 3, 10]);
});
