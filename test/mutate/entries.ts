import { parseSync } from 'oxc-parser';
import { childrenOf, isNode, type SyntaxNode } from '../project/source.ts';

/** The keys of the functions that a test file entered, how long it took, and whether it passed. */
export type Entered = { test: string; ms: number; passed: boolean; keys: string[] };

const kinds = /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/;

function functionsOf(file: string, text: string): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  const visit = (node: SyntaxNode) => {
    if (kinds.test(node.type) && isNode(node.body)) found.push(node);
    for (const child of childrenOf(node)) visit(child);
  };
  visit(parseSync(file, text).program as object as SyntaxNode);
  return found;
}

/** The key of the innermost function around an offset; of the file itself outside all of them. */
export function keyAt(file: string, text: string, offset: number): string {
  const around = functionsOf(file, text).filter(
    ({ start, end }) => start <= offset && offset < end,
  );
  return `${file}:${around.at(-1)?.start ?? 'file'}`;
}

/** The source with a note at the beginning of each of its functions, for `note-entries.ts`. */
export function noteEntries(file: string, text: string): string {
  const notes = functionsOf(file, text).flatMap(({ body, start }) => {
    const { type, start: from, end: to } = body as SyntaxNode;
    const note = `globalThis.entered?.add('${file}:${start}')`;
    return type === 'BlockStatement' || type === 'FunctionBody'
      ? [{ at: from + 1, insert: `${note};` }]
      : [
          { at: from, insert: `(${note}, ` },
          { at: to, insert: ')' },
        ];
  });
  const sorted = notes.toSorted((a, b) => b.at - a.at);
  const noted = sorted.reduce(
    (changed, { at, insert }) => changed.slice(0, at) + insert + changed.slice(at),
    text,
  );
  return `globalThis.entered?.add('${file}:file');${noted}`;
}
