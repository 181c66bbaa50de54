import { parse } from "acorn";

/** Where a function stands in a program: from its parameters to behind its last brace, in UTF-16 units. */
export interface FunctionExtent {
  /** First character: the bracket that opens its parameters, or the one parameter of an arrow. */
  readonly start: number;
  /** Behind its last character. */
  readonly end: number;
}

/** In what form a function was written, as far as it matters to whoever moves it. */
export type FunctionForm =
  | "expression"
  | "declaration"
  | "method"
  | "getter"
  | "private method"
  | "property";

/** One function of a program. */
export interface FunctionSite {
  /** In what form it was written. */
  readonly form: FunctionForm;
  /** The whole of it, name included. */
  readonly outer: FunctionExtent;
  /** From its parameters on; for an expression the same as {@linkcode FunctionSite.outer}. */
  readonly code: FunctionExtent;
  /** What it is called, with `#` for a private one; nothing for an expression. */
  readonly name: string;
  /** `async` and `*`, as they stand in front of a function. */
  readonly keyword: string;
  /** Behind the brace of the body it stands in, or 0 for the program's: what is moved goes there. */
  readonly home: number;
  /** If its home is a block within a function's body. */
  readonly isInBlock: boolean;
}

/** A node as acorn gives it: what is asked of it is looked at first. */
type Node = Readonly<Record<string, unknown>> & {
  readonly type: string;
  readonly start: number;
  readonly end: number;
};

interface Home {
  readonly at: number;
  readonly isBlock: boolean;
}

/**
 * Finds the functions of a program that may be written in another form without changing what they do.
 *
 * Left out are constructors, setters, private getters and methods that speak of `super`.
 *
 * @param program A module's text.
 * @throws {SyntaxError} If it is none.
 */
export function functionSites(program: string): readonly FunctionSite[] {
  const root: unknown = parse(program, {
    ecmaVersion: "latest",
    sourceType: "module",
  });
  const sites: FunctionSite[] = [];
  if (isNode(root)) visit(root, undefined, { at: 0, isBlock: false }, sites);
  return sites;
}

function visit(
  node: Node,
  parent: Node | undefined,
  home: Home | undefined,
  sites: FunctionSite[],
): void {
  const site = siteOf(node, parent, home);
  if (site !== undefined) sites.push(site);
  const inner = homeIn(node, parent, home);
  for (const child of childrenOf(node)) visit(child, node, inner, sites);
}

/** Where declarations among the children of a node go. */
function homeIn(
  node: Node,
  parent: Node | undefined,
  home: Home | undefined,
): Home | undefined {
  switch (node.type) {
    case "Program":
      return { at: 0, isBlock: false };
    case "BlockStatement":
      return {
        at: node.start + 1,
        isBlock: parent === undefined || !isFunction(parent),
      };
    case "ClassBody":
      return { at: node.start + 1, isBlock: false };
    case "MethodDefinition":
      return home;
    default:
      return undefined;
  }
}

function siteOf(
  node: Node,
  parent: Node | undefined,
  home: Home | undefined,
): FunctionSite | undefined {
  if (node.type === "MethodDefinition") return methodSite(node, home);
  if (node.type === "Property") return propertySite(node);
  if (!isFunction(node)) return undefined;
  if (node.type === "FunctionDeclaration") return declarationSite(node, home);
  const isMethod = parent?.type === "MethodDefinition" ||
    (parent?.type === "Property" && isWrittenAsMethod(parent));
  return isMethod ? undefined : {
    form: "expression",
    outer: extentOf(node),
    code: extentOf(node),
    name: "",
    keyword: "",
    home: node.start,
    isInBlock: false,
  };
}

function declarationSite(
  node: Node,
  home: Home | undefined,
): FunctionSite | undefined {
  const name = node["id"];
  if (home === undefined || !isNode(name)) return undefined;
  return {
    form: "declaration",
    outer: extentOf(node),
    code: { start: name.end, end: node.end },
    name: nameOf(name),
    keyword: keywordOf(node),
    home: home.at,
    isInBlock: home.isBlock,
  };
}

function methodSite(
  node: Node,
  home: Home | undefined,
): FunctionSite | undefined {
  const { key, value, kind, computed } = node;
  if (
    home === undefined || !isNode(key) || !isNode(value) || computed === true ||
    node["static"] === true || speaksOfSuper(value)
  ) return undefined;
  const isPrivate = key.type === "PrivateIdentifier";
  if (!isPrivate && key.type !== "Identifier") return undefined;
  const form = kind === "method"
    ? isPrivate ? "private method" : "method"
    : kind === "get" && !isPrivate
    ? "getter"
    : undefined;
  return form === undefined ? undefined : {
    form,
    outer: extentOf(node),
    code: extentOf(value),
    name: `${isPrivate ? "#" : ""}${nameOf(key)}`,
    keyword: keywordOf(value),
    home: home.at,
    isInBlock: false,
  };
}

/** `{ name() {} }`: the rest of an object's functions are expressions. */
function propertySite(node: Node): FunctionSite | undefined {
  const { key, value } = node;
  if (
    !isWrittenAsMethod(node) || node["kind"] !== "init" || !isNode(key) ||
    !isNode(value) || node["computed"] === true || speaksOfSuper(value) ||
    key.type !== "Identifier"
  ) return undefined;
  return {
    form: "property",
    outer: extentOf(node),
    code: extentOf(value),
    name: nameOf(key),
    keyword: keywordOf(value),
    home: node.start,
    isInBlock: false,
  };
}

function isWrittenAsMethod(node: Node): boolean {
  return node["method"] === true || node["kind"] === "get" ||
    node["kind"] === "set";
}

function isFunction(node: Node): boolean {
  return node.type === "FunctionDeclaration" ||
    node.type === "FunctionExpression" ||
    node.type === "ArrowFunctionExpression";
}

function keywordOf(node: Node): string {
  return `${node["async"] === true ? "async " : ""}function${
    node["generator"] === true ? "*" : ""
  }`;
}

function speaksOfSuper(node: Node): boolean {
  return node.type === "Super" || childrenOf(node).some(speaksOfSuper);
}

function nameOf(node: Node): string {
  return typeof node["name"] === "string" ? node["name"] : "";
}

function extentOf({ start, end }: Node): FunctionExtent {
  return { start, end };
}

function childrenOf(node: Node): readonly Node[] {
  return Object.values(node).flatMap((value) =>
    Array.isArray(value) ? value.filter(isNode) : isNode(value) ? [value] : []
  );
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value &&
    typeof value.type === "string" && "start" in value && "end" in value;
}
