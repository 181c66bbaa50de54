/** A node of the linter's syntax tree. */
export type LintNode = Deno.lint.Node | Deno.lint.TSParameterProperty;

/** One mention of a name that nothing in the file declares: it means the global. */
export interface GlobalMention {
  /** The identifier. */
  readonly node: Deno.lint.Identifier;
  /** Whether it stands where only a type may stand. */
  readonly isType: boolean;
}

interface Declaration {
  readonly name: string;
  readonly scope: Deno.lint.Range;
  /** An interface or alias hides the global type of that name, but not the global value. */
  readonly typeOnly: boolean;
}

const FUNCTIONS = new Set<string>([
  "FunctionDeclaration",
  "FunctionExpression",
  "ArrowFunctionExpression",
  "TSDeclareFunction",
  "TSEmptyBodyFunctionExpression",
  "TSFunctionType",
  "TSConstructorType",
  "TSMethodSignature",
  "TSCallSignatureDeclaration",
  "TSConstructSignatureDeclaration",
  "TSIndexSignature",
]);

const BLOCKS = new Set<string>([
  "Program",
  "BlockStatement",
  "StaticBlock",
  "ForStatement",
  "ForInStatement",
  "ForOfStatement",
  "SwitchStatement",
  "TSModuleBlock",
]);

const TYPE_DECLARATIONS = new Set<string>([
  "TSInterfaceDeclaration",
  "TSTypeAliasDeclaration",
  "TSTypeParameter",
]);

const TYPE_POSITIONS = new Set<string>([
  "TSTypeReference",
  "TSQualifiedName",
  "TSInterfaceHeritage",
  "TSClassImplements",
]);

/** Node kinds whose `key` or `id` is the name of a member, not a mention of a variable. */
const MEMBERS = new Set<string>([
  "Property",
  "PropertyDefinition",
  "AccessorProperty",
  "MethodDefinition",
  "TSAbstractMethodDefinition",
  "TSAbstractPropertyDefinition",
  "TSPropertySignature",
  "TSMethodSignature",
  "TSEnumMember",
  "ImportAttribute",
]);

/** The part of `node` that is called `name`; the tree's typing has no common shape for this. */
function part(node: LintNode, name: string): unknown {
  return Reflect.get(node, name);
}

function holds(node: LintNode, name: string, child: LintNode): boolean {
  const value = part(node, name);
  return value === child || (Array.isArray(value) && value.includes(child));
}

/** The node around `node`, `undefined` above the program. */
export function parentOf(node: LintNode): LintNode | undefined {
  return node.type === "Program" || !("parent" in node)
    ? undefined
    : node.parent;
}

/**
 * Finds the mentions of globals in one file. Property names, labels and names that the file declares itself (in a
 * scope around the mention) are none.
 *
 * @param identifiers Every identifier of the file.
 */
export function findGlobalMentions(
  identifiers: readonly Deno.lint.Identifier[],
): readonly GlobalMention[] {
  const declarations: Declaration[] = [];
  const mentions: GlobalMention[] = [];
  for (const node of identifiers) {
    const found = declarationOf(node);
    if (found === "ambient") continue;
    if (found !== undefined) declarations.push(found);
    else if (isMention(node)) {
      const parent = parentOf(node);
      mentions.push({
        node,
        isType: parent !== undefined && TYPE_POSITIONS.has(parent.type),
      });
    }
  }
  return mentions.filter((mention) =>
    !declarations.some((one) => hides(one, mention))
  );
}

function hides(one: Declaration, mention: GlobalMention): boolean {
  const [start, end] = mention.node.range;
  return one.name === mention.node.name && one.scope[0] <= start &&
    end <= one.scope[1] && (mention.isType || !one.typeOnly);
}

function isMention(node: Deno.lint.Identifier): boolean {
  const parent = parentOf(node);
  if (parent === undefined) return false;
  switch (parent.type) {
    case "MemberExpression":
      return parent.object === node || parent.computed;
    case "ImportSpecifier":
    case "MetaProperty":
    case "LabeledStatement":
    case "BreakStatement":
    case "ContinueStatement":
    case "TSImportType":
    case "TSNamedTupleMember":
      return false;
    case "ExportSpecifier":
      return holds(parent, "local", node) && !isReExport(parent);
    case "TSQualifiedName":
      return parent.left === node;
    default:
      return !MEMBERS.has(parent.type) || part(parent, "computed") === true ||
        !(holds(parent, "key", node) || holds(parent, "id", node));
  }
}

function isReExport(specifier: LintNode): boolean {
  const statement = parentOf(specifier);
  return statement !== undefined && "source" in statement &&
    statement.source !== null;
}

/** What `node` declares; `ambient` for `declare const x`, which hides nothing; `undefined` for a mention. */
function declarationOf(
  node: Deno.lint.Identifier,
): Declaration | "ambient" | undefined {
  const { outer, parent } = climbPattern(node);
  if (parent === undefined) return undefined;
  const name = node.name;
  if (parent.type === "VariableDeclarator" && holds(parent, "id", outer)) {
    const statement = parentOf(parent);
    if (statement?.type !== "VariableDeclaration") return undefined;
    if (statement.declare) return "ambient";
    const kinds = statement.kind === "var" ? FUNCTIONS : BLOCKS;
    return { name, scope: scopeAround(statement, kinds), typeOnly: false };
  }
  if (FUNCTIONS.has(parent.type)) {
    if (holds(parent, "params", outer) || holds(parent, "parameters", outer)) {
      return { name, scope: parent.range, typeOnly: false };
    }
  }
  if (parent.type === "CatchClause" && holds(parent, "param", outer)) {
    return { name, scope: parent.range, typeOnly: false };
  }
  if (
    parent.type.startsWith("Import") && holds(parent, "local", node)
  ) {
    return { name, scope: scopeAround(parent, BLOCKS), typeOnly: false };
  }
  if (parent.type === "TSTypeParameter" && holds(parent, "name", node)) {
    const list = parentOf(parent);
    const owner = list === undefined ? undefined : parentOf(list);
    return { name, scope: (owner ?? parent).range, typeOnly: true };
  }
  return namedDeclaration(node, parent);
}

/** Functions, classes, enums, interfaces and aliases: what carries its name in `id`. */
function namedDeclaration(
  node: Deno.lint.Identifier,
  parent: LintNode,
): Declaration | "ambient" | undefined {
  const isNamed = /^(?:Function|Class)(?:Declaration|Expression)$/
    .test(parent.type) ||
    /^TS(?:Enum|Interface|TypeAlias|Module|ImportEquals)Declaration$/
      .test(parent.type) ||
    parent.type === "TSDeclareFunction";
  if (!isNamed || !holds(parent, "id", node)) return undefined;
  if (part(parent, "declare") === true) return "ambient";
  const scope = parent.type.endsWith("Expression")
    ? parent.range
    : scopeAround(parent, BLOCKS);
  return {
    name: node.name,
    scope,
    typeOnly: TYPE_DECLARATIONS.has(parent.type),
  };
}

/** Follows `{ a: [b = 1, ...c] }` outwards from a name to the declaration that owns the pattern. */
function climbPattern(
  node: LintNode,
): { readonly outer: LintNode; readonly parent: LintNode | undefined } {
  let outer = node;
  for (;;) {
    const parent = parentOf(outer);
    const isPattern = parent !== undefined && (
      parent.type === "RestElement" ||
      parent.type === "ArrayPattern" ||
      parent.type === "ObjectPattern" ||
      parent.type === "TSParameterProperty" ||
      (parent.type === "AssignmentPattern" && parent.left === outer) ||
      (parent.type === "Property" && holds(parent, "value", outer) &&
        parentOf(parent)?.type === "ObjectPattern")
    );
    if (!isPattern || parent === undefined) return { outer, parent };
    outer = parent;
  }
}

function scopeAround(
  node: LintNode,
  kinds: ReadonlySet<string>,
): Deno.lint.Range {
  let at = parentOf(node);
  while (at !== undefined) {
    if (kinds.has(at.type) || at.type === "Program") return at.range;
    at = parentOf(at);
  }
  return node.range;
}
