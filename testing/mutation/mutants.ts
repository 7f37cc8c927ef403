/**
 * Mutants of a source text: small changes that a test of it should notice, found by TypeScript's
 * syntax tree.
 *
 * Changes without any effect on behaviour are no mutants: types and imports; summaries and
 * descriptions of routes, responses and schemas; names of operations and schemas in the API
 * description; and the order of a set's members.
 */
import ts from "typescript";

export interface Mutant {
  /** From 1. */
  line: number;
  operator: Operator;
  /** Positions in the text, `end` exclusive. */
  start: number;
  end: number;
  /** Text that takes the place. */
  by: string;
}

export type Operator =
  | "comparison"
  | "condition"
  | "logic"
  | "boolean"
  | "number"
  | "string"
  | "statement"
  | "return"
  | "await"
  | "arguments";

/** Operators that can make a program that does not type-check. */
export const RISKY: ReadonlySet<Operator> = new Set(
  ["logic", "boolean", "string", "statement", "return", "await", "arguments"] as const,
);

const { SyntaxKind } = ts;

/** Operators of comparison and logic, with each of their replacements. */
const FLIPPED = new Map<ts.SyntaxKind, [operator: Operator, by: string[]]>([
  [SyntaxKind.EqualsEqualsEqualsToken, ["comparison", ["!=="]]],
  [SyntaxKind.ExclamationEqualsEqualsToken, ["comparison", ["==="]]],
  [SyntaxKind.LessThanToken, ["comparison", [">=", "<="]]],
  [SyntaxKind.LessThanEqualsToken, ["comparison", [">", "<"]]],
  [SyntaxKind.GreaterThanToken, ["comparison", ["<=", ">="]]],
  [SyntaxKind.GreaterThanEqualsToken, ["comparison", ["<", ">"]]],
  [SyntaxKind.AmpersandAmpersandToken, ["logic", ["||"]]],
  [SyntaxKind.BarBarToken, ["logic", ["&&"]]],
]);

/** Members and variables whose text only documents a route. */
const DOCUMENTS = new Set(["summary", "description", "operationId"]);

/** Functions of a response whose first argument is its description. */
const DESCRIBING = new Set(["answer", "json"]);

/** Functions whose arguments are the members of a set. */
const OF_A_SET = new Set(["problemResponses"]);

/** Returns all mutants of a file, in the order of their places. */
export function mutantsOf(path: string, text: string): Mutant[] {
  const kind = path.endsWith("x") ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, kind);
  const mutants: Mutant[] = [];

  function visit(node: ts.Node): void {
    if (isWithoutEffect(node)) return;
    for (const { operator, at, by } of changesOf(node, source)) {
      const start = at.getStart(source);
      const { line } = source.getLineAndCharacterOfPosition(start);
      mutants.push({ line: line + 1, operator, start, end: at.getEnd(), by });
    }
    ts.forEachChild(node, visit);
  }
  visit(source);
  return mutants.toSorted((a, b) => a.start - b.start || a.end - b.end || cmp(a.by, b.by));
}

/** Returns the text with a mutant in it. */
export function mutated(text: string, { start, end, by }: Mutant): string {
  return text.slice(0, start) + by + text.slice(end);
}

interface Change {
  operator: Operator;
  /** Node that is replaced. */
  at: ts.Node;
  by: string;
}

/** Returns the changes of a node itself, without those inside of it. */
function* changesOf(node: ts.Node, source: ts.SourceFile): Generator<Change> {
  const textOf = (node: ts.Node) => node.getText(source);

  if (ts.isBinaryExpression(node)) {
    const [operator, replacements] = FLIPPED.get(node.operatorToken.kind) ?? [];
    for (const by of replacements ?? []) {
      yield { operator: operator!, at: node.operatorToken, by };
    }
  }
  const condition = conditionOf(node);
  if (condition) yield { operator: "condition", at: condition, by: `!(${textOf(condition)})` };

  if (node.kind === SyntaxKind.TrueKeyword) yield { operator: "boolean", at: node, by: "false" };
  if (node.kind === SyntaxKind.FalseKeyword) yield { operator: "boolean", at: node, by: "true" };
  if (ts.isNumericLiteral(node) && isValue(node)) {
    yield { operator: "number", at: node, by: `${Number(node.text) + 1}` };
  }
  if (ts.isStringLiteral(node) && isValue(node)) {
    yield { operator: "string", at: node, by: node.text === "" ? '"x"' : '""' };
  }

  if (ts.isExpressionStatement(node) || ts.isThrowStatement(node)) {
    yield { operator: "statement", at: node, by: ";" };
  }
  if (ts.isIfStatement(node) && !node.elseStatement && !ts.isIfStatement(node.parent)) {
    yield { operator: "statement", at: node, by: ";" };
  }

  const result = ts.isReturnStatement(node)
    ? node.expression
    : ts.isArrowFunction(node) && !ts.isBlock(node.body)
    ? node.body
    : undefined;
  if (result && textOf(result) !== "undefined") {
    yield { operator: "return", at: result, by: "undefined as never" };
  }

  if (ts.isAwaitExpression(node)) {
    yield { operator: "await", at: node, by: textOf(node.expression) };
  }
  if (ts.isCallExpression(node) && node.arguments.length >= 2 && !isCallOf(node, OF_A_SET)) {
    const [first, second] = node.arguments;
    const by = `${textOf(node.expression)}(${
      [second, first, ...node.arguments.slice(2)].map(textOf).join(", ")
    })`;
    if (textOf(first) !== textOf(second)) yield { operator: "arguments", at: node, by };
  }
}

function conditionOf(node: ts.Node): ts.Expression | undefined {
  if (ts.isIfStatement(node) || ts.isWhileStatement(node)) return node.expression;
  if (ts.isConditionalExpression(node) || ts.isForStatement(node)) return node.condition;
  return undefined;
}

/** Whether a node is types, imports or documentation, which no test can notice. */
function isWithoutEffect(node: ts.Node): boolean {
  return isDocumentation(node) || ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) || ts.isImportDeclaration(node) ||
    ts.isExportDeclaration(node);
}

/** Whether a node is text of the API description alone: a description, or a schema's name. */
function isDocumentation(node: ts.Node): boolean {
  if (ts.isPropertyAssignment(node) || ts.isVariableDeclaration(node)) {
    return ts.isIdentifier(node.name) && DOCUMENTS.has(node.name.text);
  }
  const call = node.parent;
  if (!ts.isStringLiteral(node) || !ts.isCallExpression(call)) return false;
  return call.arguments[0] === node && (isCallOf(call, DESCRIBING) || isNaming(call));
}

/** Whether a call is of a function of these names, not of a method. */
function isCallOf({ expression }: ts.CallExpression, names: ReadonlySet<string>): boolean {
  return ts.isIdentifier(expression) && names.has(expression.text);
}

/** Whether a call is `schema.openapi("Name")`. */
function isNaming({ expression }: ts.CallExpression): boolean {
  return ts.isPropertyAccessExpression(expression) && expression.name.text === "openapi";
}

/** Whether a literal is a value, not the name of a member. */
function isValue(node: ts.StringLiteral | ts.NumericLiteral): boolean {
  return !ts.isPropertyAssignment(node.parent) || node.parent.initializer === node;
}

function cmp(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
