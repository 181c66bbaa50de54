/**
 * Our own lint rules: what one file of metal-guard may not do. What several files together may not do is proved by
 * `check_imports.ts`.
 *
 * @module
 */
import {
  findGlobalMentions,
  type GlobalMention,
  type LintNode,
  parentOf,
} from "./lint_scope.ts";

/** Folders whose files may neither look at the world nor change it (ARCHITECTURE, "Tree"). */
const PURE_ROOM = /(?:^|\/)lib\/(?:core|parse|policy|report)\//;
/** What ships: the library and the program. */
const SHIPPED = /(?:^|\/)(?:lib\/|main\.ts$|mod\.ts$)/;
/** Where a program may end itself. */
const MAY_EXIT = /(?:^|\/)(?:main\.ts$|scripts\/)/;

/** Globals that reach outside, each with what to take instead. */
const IMPURE: ReadonlyMap<string, string> = new Map([
  ["Deno", "take a port as an argument (lib/ports/)"],
  ["Date", "take a Temporal.Instant as an argument"],
  ["performance", "take the time as an argument"],
  ["crypto", "take the random value as an argument"],
  ["console", "return the text"],
  ["fetch", "nothing here uses the network"],
  ["setTimeout", "timers belong to lib/ports/clock.ts"],
  ["setInterval", "timers belong to lib/ports/clock.ts"],
  ["setImmediate", "timers belong to lib/ports/clock.ts"],
  ["clearTimeout", "timers belong to lib/ports/clock.ts"],
  ["clearInterval", "timers belong to lib/ports/clock.ts"],
  ["clearImmediate", "timers belong to lib/ports/clock.ts"],
  ["globalThis", "name the global itself, so that it can be judged"],
  ["self", "name the global itself, so that it can be judged"],
  ["window", "name the global itself, so that it can be judged"],
]);

/** Globals of which one member reaches outside. They may only be used as `Name.member`, so that it shows which. */
const IMPURE_MEMBERS: ReadonlyMap<string, string> = new Map([
  ["Math", "random"],
  ["Temporal", "Now"],
  ["AbortSignal", "timeout"],
]);

/** The names that make a file impure, with the words that a report says about each. */
export function impurity(mention: GlobalMention): string | undefined {
  const { node, isType } = mention;
  const instead = IMPURE.get(node.name);
  if (instead !== undefined) return `\`${node.name}\` is impure: ${instead}`;
  const member = IMPURE_MEMBERS.get(node.name);
  if (member === undefined || isType) return undefined;
  const used = memberName(node);
  if (used === undefined) {
    return `\`${node.name}\` may only be used as \`${node.name}.member\` here, because \`${node.name}.${member}\` is impure`;
  }
  return used === member
    ? `\`${node.name}.${member}\` is impure: take its value as an argument`
    : undefined;
}

/** `b` for `a.b` and `a["b"]`, else `undefined`. */
function memberName(object: Deno.lint.Identifier): string | undefined {
  const parent = parentOf(object);
  if (parent?.type !== "MemberExpression" || parent.object !== object) {
    return undefined;
  }
  if (parent.property.type === "Identifier" && !parent.computed) {
    return parent.property.name;
  }
  return parent.property.type === "Literal" &&
      typeof parent.property.value === "string"
    ? parent.property.value
    : undefined;
}

/** A rule that looks at every mention of a global in files whose path `applies`. */
function globalRule(
  applies: (path: string) => boolean,
  judge: (mention: GlobalMention) => string | undefined,
): Deno.lint.Rule {
  return {
    create(context): Deno.lint.LintVisitor {
      if (!applies(rulePath(context.filename))) return {};
      const identifiers: Deno.lint.Identifier[] = [];
      return {
        Identifier(node): void {
          identifiers.push(node);
        },
        "Program:exit"(): void {
          for (const mention of findGlobalMentions(identifiers)) {
            const message = judge(mention);
            if (message !== undefined) {
              context.report({ node: mention.node, message });
            }
          }
        },
      };
    },
  };
}

/** A rule that looks at every module that shipped files name. */
function specifierRule(
  judge: (text: string | undefined) => string | undefined,
): Deno.lint.Rule {
  return {
    create(context): Deno.lint.LintVisitor {
      if (!SHIPPED.test(rulePath(context.filename))) return {};
      function look(source: LintNode | null): void {
        if (source === null) return;
        const name = source.type === "TSLiteralType" ? source.literal : source;
        const text = name.type === "Literal" && typeof name.value === "string"
          ? name.value
          : undefined;
        const message = judge(text);
        if (message !== undefined) {
          context.report({ range: name.range, message });
        }
      }
      return {
        ImportDeclaration: (node): void => look(node.source),
        ExportNamedDeclaration: (node): void => look(node.source),
        ExportAllDeclaration: (node): void => look(node.source),
        ImportExpression: (node): void => look(node.source),
        TSImportType: (node): void => look(node.argument),
        TSExternalModuleReference: (node): void => look(node.expression),
      };
    },
  };
}

/** The folder that holds this project, with a slash at its end. */
const ROOT = decodeURIComponent(new URL("..", import.meta.url).pathname);

/**
 * The path as the rules look at it: with slashes, below the project's folder where it is in it, so that a project in
 * `/var/lib/` is not taken for a library of its own.
 */
export function rulePath(path: string, root: string = ROOT): string {
  const slashed = path.replaceAll("\\", "/");
  return slashed.startsWith(root) ? slashed.slice(root.length) : slashed;
}

/** `Deno.exit`, also as `const { exit } = Deno` or through an alias, which hides what is used. */
function exitMessage({ node, isType }: GlobalMention): string | undefined {
  if (node.name !== "Deno" || isType) return undefined;
  const parent = parentOf(node);
  const isHidden = parent?.type === "VariableDeclarator" ||
    parent?.type === "AssignmentExpression";
  return memberName(node) === "exit" || isHidden
    ? "only main.ts may end the process: return an exit code or throw"
    : undefined;
}

function globalExitMessage(
  mention: GlobalMention,
): string | undefined {
  const { node } = mention;
  if (node.name !== "globalThis" || memberName(node) !== "Deno") {
    return exitMessage(mention);
  }
  const member = parentOf(node);
  const outer = member === undefined ? undefined : parentOf(member);
  const isExit = outer?.type === "MemberExpression" &&
    outer.property.type === "Identifier" && outer.property.name === "exit";
  return isExit
    ? "only main.ts may end the process: return an exit code or throw"
    : undefined;
}

/** The plugin, as `deno.json` names it. */
const plugin: Deno.lint.Plugin = {
  name: "metal-guard",
  rules: {
    "no-node-import": specifierRule((text) =>
      text?.startsWith("node:") === true
        ? `"${text}" costs start-up time: use a port, or Deno in lib/adapters/deno/`
        : undefined
    ),
    "literal-import": specifierRule((text) =>
      text === undefined
        ? "name the module in a plain string, so that check_imports.ts can see it"
        : undefined
    ),
    "no-exit": globalRule((path) => !MAY_EXIT.test(path), globalExitMessage),
    "pure-room": globalRule((path) => PURE_ROOM.test(path), impurity),
  },
};

export default plugin;
