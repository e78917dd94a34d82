import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseSync } from 'oxc-parser';

export const root = path.resolve(import.meta.dirname, '../..');

/** A source file as the tests in `test/tidy/` see it. */
export type Source = { path: string; text: string; lines: string[] };
export type SourceFunction = { name: string; line: number; lines: number; parameters: number };

/** All TypeScript files below a folder of the repository, sorted. */
export function readSources(folder: string): Source[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .sort()
    .map((name) => {
      const text = readFileSync(path.join(root, folder, name), 'utf8');
      return {
        path: path.posix.join(folder, name),
        text,
        lines: text.replace(/\n$/, '').split('\n'),
      };
    });
}

/**
 * Files of ours that a file imports, `import type` and `import()` included, as paths from the root.
 */
export function readImports(source: Source): string[] {
  const found = source.text.matchAll(/(?:from|import\()\s*'(\.[^']+)'/g);
  return [...found].map((match) => path.posix.join(path.posix.dirname(source.path), match[1]!));
}

/** The same, without imports that vanish when types are stripped. */
export function readLoadedImports(source: Source): string[] {
  return readImports({
    ...source,
    text: source.text.replace(/^(import|export) type [^;]*;/gm, ''),
  });
}

/** A part of a parsed source, as oxc-parser returns it. */
export type SyntaxNode = {
  type: string;
  start: number;
  end: number;
  [key: string]: unknown;
};

/** Every function with a body, nested ones too. */
export function readFunctions(source: Source): SourceFunction[] {
  const found: SourceFunction[] = [];
  const lineOf = (offset: number) => source.text.slice(0, offset).split('\n').length;
  const visit = (node: SyntaxNode, name: string) => {
    if (/^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type)) {
      const own = (node.id as { name?: string } | null)?.name ?? name;
      const first = lineOf(node.start);
      found.push({
        name: own,
        line: first,
        lines: lineOf(node.end) - first + 1,
        parameters: (node.params as unknown[]).length,
      });
    }
    const named = (node.id ?? node.key) as { name?: string } | undefined;
    for (const child of childrenOf(node)) visit(child, named?.name ?? name);
  };
  visit(parseSync(source.path, source.text).program as object as SyntaxNode, '(file)');
  return found;
}

export const isNode = (value: unknown): value is SyntaxNode =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as { type?: unknown }).type === 'string';

/** The parts directly below a part. */
export const childrenOf = (node: SyntaxNode) => Object.values(node).flat().filter(isNode);

/** The lines of a file that lie in a template tagged `sql`, counted from 0. */
function readSqlLines(source: Source): Set<number> {
  const lines = new Set<number>();
  const lineOf = (offset: number) => source.text.slice(0, offset).split('\n').length - 1;
  const visit = (node: SyntaxNode) => {
    const tag = node.tag as { name?: string } | undefined;
    if (node.type === 'TaggedTemplateExpression' && tag?.name === 'sql') {
      for (let line = lineOf(node.start); line <= lineOf(node.end); line += 1) lines.add(line);
    }
    for (const child of childrenOf(node)) visit(child);
  };
  visit(parseSync(source.path, source.text).program as object as SyntaxNode);
  return lines;
}

/** Lines over 100 columns, as `path:line`; SQL and addresses may be longer. */
export function findWideLines(source: Source): string[] {
  const wide = source.lines.flatMap((line, at) =>
    line.length > 100 && !/https?:\/\//.test(line) ? [at] : [],
  );
  const sql = wide.length > 0 ? readSqlLines(source) : new Set();
  return wide.filter((at) => !sql.has(at)).map((at) => `${source.path}:${at + 1}`);
}

/**
 * How many words the comments of a file have, and how many of these are question words that stand
 * for a noun.
 */
export function countCommentWords(source: Source): { words: number; questions: number } {
  const comments = source.text.match(/\/\*\*[\s\S]*?\*\/|^[ \t]*\/\/.*$/gm) ?? [];
  const text = comments.join(' ');
  return {
    words: text.split(/\s+/).filter((word) => /\w/.test(word)).length,
    questions: text.match(/\b(what|who|whom|whoever|whose)\b/gi)?.length ?? 0,
  };
}

/**
 * Doc comments that stand behind a field on its line, where nobody can tell which field they
 * describe.
 */
export function findTrailingDocs(source: Source): string[] {
  return source.lines.flatMap((line, at) =>
    /\S.*\/\*\* .*\*\//.test(line) && !/^\s*\/\*\*/.test(line) ? [`${source.path}:${at + 1}`] : [],
  );
}

/** Longest run of comment lines that is neither a doc comment nor the head of the file. */
export function findLongComment(source: Source): number {
  let maxLength = 0;
  let run = 0;
  let inHead = true;
  for (const line of source.lines) {
    const comment = /^\s*\/\//.test(line);
    if (!comment) inHead = false;
    run = comment && !inHead ? run + 1 : 0;
    maxLength = Math.max(maxLength, run);
  }
  return maxLength;
}
