import { parseSync } from 'oxc-parser';
import { childrenOf, type SyntaxNode as Node } from '../project/source.ts';
import { applyMutant, type Edit, type Mutant } from './mutant.ts';
import { sqlEdits } from './sql-mutants.ts';

/** Operators, each with the ones that take its place. */
const operators: Record<string, string> = {
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '===': '!==',
  '!==': '===',
  '+': '-',
  '-': '+',
  '*': '/',
  '/': '*',
  '%': '*',
  '+=': '-=',
  '-=': '+=',
  '&&': '||',
  '||': '&&',
};
const methods: Record<string, string> = {
  every: 'some',
  some: 'every',
  min: 'max',
  max: 'min',
  floor: 'ceil',
  ceil: 'floor',
};
/** Array methods whose call is left out. */
const dropped = new Set(['filter', 'sort', 'toSorted', 'reverse', 'toReversed']);

/**
 * The mutants of a source file: comparisons, conditions, arithmetic, awaits, calls, returned
 * constants, array methods, and the conditions and locks of its SQL.
 */
export function findMutants(file: string, text: string): Mutant[] {
  const edits: Edit[] = [];
  const visit = (node: Node, parent: Node | null) => {
    if (node.type.startsWith('TS') && !isExpressionOfType(node)) return;
    if (/^(Import|ExportAll)/.test(node.type) || isLog(node, text) || isShortcut(node)) return;
    edits.push(...editsOf(node, parent, text));
    for (const child of childrenOf(node)) visit(child, node);
  };
  visit(parseSync(file, text).program as object as Node, null);
  const seen = new Set<string>();
  return edits.flatMap((edit) => {
    const changed = applyMutant(text, edit);
    if (changed === text || seen.has(changed)) return [];
    seen.add(changed);
    if (parseSync(file, changed).errors.length > 0) return [];
    return [{ file, line: text.slice(0, edit.start).split('\n').length, ...edit }];
  });
}

/** `x as T`, `x!`: an expression that has a type, not a type. */
const isExpressionOfType = ({ type }: Node) =>
  ['TSAsExpression', 'TSNonNullExpression', 'TSSatisfiesExpression'].includes(type);

/** `if (list.length === 0) return …`: only saves work. */
function isShortcut({ type, test, consequent }: Node): boolean {
  if (type !== 'IfStatement' || (consequent as Node).type !== 'ReturnStatement') return false;
  const { operator, left, right } = test as Node;
  const isZero = (right as Node | undefined)?.value === 0;
  return operator === '===' && isZero && nameOf(left as Node) === 'length';
}

const nameOf = ({ property }: Node) => (property as { name?: string } | undefined)?.name;

/** Words for people that run the server decide nothing. */
function isLog(node: Node, text: string): boolean {
  if (node.type !== 'ExpressionStatement') return false;
  return /^(this\.)?#?\w*\.?(log|console)\.\w+\(|^this\.#services\.log\b/.test(
    text.slice(node.start, node.end),
  );
}

function editsOf(node: Node, parent: Node | null, text: string): Edit[] {
  const textOf = (part: unknown) => text.slice((part as Node).start, (part as Node).end);
  const { start, end } = node;
  const become = (...replacements: string[]) =>
    replacements.map((replacement) => ({ start, end, replacement }));
  switch (node.type) {
    case 'BinaryExpression':
    case 'AssignmentExpression':
      return isText(node.left as Node) || isText(node.right as Node)
        ? []
        : swapOperator(node, text);
    case 'LogicalExpression':
      if (node.operator === '??')
        return textOf(node.right) === 'null' || isSearched(parent) ? [] : become(textOf(node.left));
      return [...swapOperator(node, text), ...become(textOf(node.left), textOf(node.right))];
    case 'UnaryExpression':
      return node.operator === '!' ? become(`(${textOf(node.argument)})`) : [];
    case 'ConditionalExpression':
      return become(textOf(node.consequent), textOf(node.alternate));
    case 'IfStatement': {
      const { start: from, end: to } = node.test as Node;
      return [{ start: from, end: to, replacement: 'false' }];
    }
    case 'ExpressionStatement':
      return statementEdits(node.expression as Node, parent, text, { start, end });
    case 'ReturnStatement':
      return constantEdits(node.argument as Node | null, text);
    case 'ArrowFunctionExpression':
      return constantEdits(node.body as Node, text);
    case 'CallExpression':
      return callEdits(node, text);
    case 'TaggedTemplateExpression':
      return (node.tag as { name?: string }).name === 'sql' ? statementOf(node, text) : [];
    default:
      return [];
  }
}

/** `/…/.test(text ?? '')`: nothing is found in "undefined" either, and the types forbid it. */
const isSearched = (parent: Node | null) =>
  parent?.type === 'CallExpression' && /^(test|exec)$/.test(nameOf(parent.callee as Node) ?? '');

const isText = ({ type, value }: Node) =>
  type === 'TemplateLiteral' || (type === 'Literal' && typeof value === 'string');

function swapOperator(node: Node, text: string): Edit[] {
  const other = operators[node.operator as string];
  if (!other) return [];
  const [left, right] = [node.left as Node, node.right as Node];
  const start = left.end + text.slice(left.end, right.start).indexOf(node.operator as string);
  return [{ start, end: start + (node.operator as string).length, replacement: other }];
}

/** A call that is not made, or not waited for. */
function statementEdits(
  expression: Node,
  parent: Node | null,
  text: string,
  { start, end }: Pick<Edit, 'start' | 'end'>,
): Edit[] {
  const awaited = expression.type === 'AwaitExpression';
  const call = awaited ? (expression.argument as Node) : expression;
  if (call.type !== 'CallExpression' || (call.callee as Node).type === 'Super') return [];
  const replacement = parent?.type === 'BlockStatement' ? '' : ';';
  const isolated = `void (${text.slice(call.start, call.end)}).catch(() => {});`;
  return awaited && !isStatement(call)
    ? [
        { start, end, replacement },
        { start, end, replacement: isolated },
      ]
    : [{ start, end, replacement }];
}

/** sql`…`.execute(db): comes before the next on its connection, whether or not it is waited for. */
function isStatement({ callee }: Node): boolean {
  const { object } = callee as Node & { object?: Node };
  return object?.type === 'TaggedTemplateExpression';
}

function constantEdits(node: Node | null, text: string): Edit[] {
  if (node?.type !== 'Literal') return [];
  const { start, end, value } = node;
  if (typeof value === 'boolean') return [{ start, end, replacement: String(!value) }];
  return typeof value === 'number'
    ? [{ start, end, replacement: `${text.slice(start, end)} + 1` }]
    : [];
}

function callEdits(node: Node, text: string): Edit[] {
  const callee = node.callee as Node;
  if (callee.type !== 'MemberExpression') return [];
  const { start, end, name } = callee.property as Node & { name: string };
  const object = callee.object as Node;
  if (dropped.has(name))
    return [
      { start: node.start, end: node.end, replacement: text.slice(object.start, object.end) },
    ];
  return Object.hasOwn(methods, name) ? [{ start, end, replacement: methods[name]! }] : [];
}

function statementOf(node: Node, text: string): Edit[] {
  const { start, end } = node.quasi as Node;
  return sqlEdits(text.slice(start + 1, end - 1)).map((edit) => ({
    ...edit,
    start: edit.start + start + 1,
    end: edit.end + start + 1,
  }));
}
