import { layOut } from './cli/layout.ts';
import { describeAnswer } from './cli/views.ts';
import type { Shown } from './cli/words.ts';

export const formats = ['json', 'pretty', 'raw', 'table', 'csv'] as const;
export type Format = (typeof formats)[number];

/** How a table is shown: the operation that answered, the width, and how values are said. */
export type TableOptions = Partial<Shown> & { operation?: string; columns?: number | undefined };

/**
 * An answer as text for stdout, with a final newline. `raw` is the server's body unchanged; a table
 * fits into `columns` characters.
 */
export function formatReply(
  format: Format,
  { text, body }: { text: string; body: unknown },
  { operation, columns = Infinity, ...shown }: TableOptions = {},
): string {
  if (format === 'raw') return text.endsWith('\n') ? text : `${text}\n`;
  if (format !== 'table') return `${escapeControls(JSON.stringify(body, null, 2))}\n`;
  const blocks = describeAnswer(operation, body, {
    wide: false,
    timeZone: 'UTC',
    names: new Map(),
    ...shown,
  });
  return withoutControls(layOut(blocks, shown.wide ? Infinity : columns));
}

/** Replaces control characters, because texts of other people must not control the terminal. */
const withoutControls = (text: string): string => text.replace(/[^\P{Cc}\n]+/gu, ' ');

/** Escapes the control characters that JSON allows unescaped (C1). The JSON stays equal. */
const escapeControls = (json: string): string =>
  json.replace(
    /[\u007f-\u009f]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

type Problem = {
  title?: string;
  detail?: string;
  error?: string;
  code?: string;
  hint?: string;
  request_id?: string;
  errors?: { pointer: string; message: string }[];
};

/** A failure as text for stderr: the problem, the fields, the hint. */
export function formatProblem(status: number, body: unknown): string {
  const problem: Problem = typeof body === 'object' && body !== null ? body : {};
  const errors = problem.errors ?? [];
  const detail = problem.detail ?? problem.error ?? `the server answered ${status}`;
  // The detail may repeat the errors. Several errors are listed instead of it, a single one is not
  // listed again.
  const repeats = errors.some(({ message }) => detail.includes(message));
  const headline = errors.length > 1 && repeats ? (problem.title ?? detail) : detail;
  const lines = [`error: ${headline} (${problem.code ?? status})`];
  const listed = errors.length === 1 && repeats ? [] : errors.slice(0, 20);
  for (const { pointer, message } of listed) lines.push(`  ${pointer}: ${message}`);
  if (errors.length > 20) lines.push(`  … and ${errors.length - 20} more`);
  if (problem.hint) lines.push(`hint: ${problem.hint}`);
  if (problem.request_id) lines.push(`request: ${problem.request_id}`);
  return withoutControls(`${lines.join('\n')}\n`);
}
