import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { eventKinds } from '../../src/domain/people/event.ts';
import { errorTable } from '../../src/errors.ts';
import { settings } from '../../src/settings.ts';

export const root = path.resolve(import.meta.dirname, '../..');

/**
 * A document of the repository and the blocks of code it shows. `info` is what stands behind the
 * fence's backticks.
 */
export type Document = { file: string; text: string; blocks: { info: string; code: string }[] };

export function readDocuments(): Document[] {
  const files = globSync(['*.md', '{docs,examples,test}/**/*.md'], { cwd: root }).sort();
  return files.map((file) => readDocument(file));
}

export function readDocument(file: string): Document {
  const text = readFileSync(path.join(root, file), 'utf8');
  const blocks = [...text.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)].map(
    ([, info = '', code = '']) => ({ info, code }),
  );
  return { file, text, blocks };
}

/** Text outside the blocks. */
export const proseOf = ({ text }: Document): string => text.replace(/^```[\s\S]*?^```$/gm, '');

/**
 * Arguments of every `postrider …` command in a block, as a shell would hand them over: without
 * here-documents, redirections and pipes.
 */
export function commandsOf(code: string): string[] {
  const script = code
    .replace(/<<-?\s*'?(\w+)'?([^\n]*)\n[\s\S]*?\n\1$/gm, '$2')
    .replace(/\\\n\s*/g, ' ')
    .replace(/\$\((?:[^()]|\([^()]*\))*\)/g, 'VALUE');
  return [
    ...script.matchAll(/^(?:npx|npm run -s)? *postrider(?: --)?((?: (?:'[^']*'|[^\n])*)?)$/gm),
  ].map(([, line = '']) => line.replace(/ +(?:#|[|>]).*$/, '').trim());
}

const inCell = (text: string): string => text.replaceAll('|', '\\|');
const table = (head: string[], rows: string[][]): string =>
  [head, head.map(() => '---'), ...rows]
    .map((row) => `| ${row.map(inCell).join(' | ')} |`)
    .join('\n');

function rangeOf(shape: { minimum?: number; maximum?: number; format?: string }): string {
  if (shape.minimum !== undefined) return `${shape.minimum} to ${shape.maximum}`;
  return shape.format === 'uri' ? 'a URL' : '';
}

/** One row a setting: name, default, what it may be, what it means. */
export function settingRows(): string[][] {
  return Object.entries(settings).map(([name, [schema, meaning]]) => {
    const shape = z.toJSONSchema(schema) as {
      default?: unknown;
      enum?: string[];
      minimum?: number;
      maximum?: number;
      format?: string;
    };
    const fallback = shape.default === undefined ? '' : `\`${String(shape.default)}\``;
    return [
      `\`${name}\``,
      fallback,
      shape.enum?.map((one) => `\`${one}\``).join(', ') ?? rangeOf(shape),
      meaning,
    ];
  });
}

const errorRows = (): string[][] =>
  Object.entries(errorTable).map(([code, { status, title, hint }]) => [
    `\`${code}\``,
    String(status),
    title,
    hint,
  ]);

/** The tables that are made from the source, by the name of their place in a document. */
export const tables: Record<string, () => string> = {
  settings: () => table(['setting', 'default', 'values', 'meaning'], settingRows()),
  events: () =>
    table(
      ['event', 'when'],
      Object.entries(eventKinds).map(([kind, meaning]) => [`\`${kind}\``, meaning]),
    ),
  errors: () => table(['code', 'status', 'what it says', 'what to do'], errorRows()),
};

/** The document with its tables as the source has them now. */
export function withTables(text: string): string {
  return text.replace(
    /^(<!-- (\w+): .*-->\n)[\s\S]*?(?=^<!-- end -->$)/gm,
    (_all, head: string, name: string) => `${head}${tables[name]!()}\n`,
  );
}
