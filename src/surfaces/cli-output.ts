export const formats = ['json', 'pretty', 'raw', 'table'] as const;
export type Format = (typeof formats)[number];

/**
 * An answer as text for stdout, with its final newline. `raw` prints the server's body unchanged;
 * tables fit a terminal of `columns`.
 */
export function formatReply(
  format: Format,
  { text, body }: { text: string; body: unknown },
  columns = Infinity,
): string {
  if (format === 'raw') return text.endsWith('\n') ? text : `${text}\n`;
  if (format === 'table') return withoutControls(tableOf(body, columns));
  return `${escapeControls(JSON.stringify(body, null, 2))}\n`;
}

/** Control characters in texts of other people must not steer the terminal. */
const withoutControls = (text: string): string => text.replace(/[^\P{Cc}\n]+/gu, ' ');

/**
 * Escapes characters that JSON leaves alone and a terminal would obey (C1 controls); the JSON means
 * the same.
 */
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

/** A failure for people, on stderr: the problem, its place, and the remedy. */
export function formatProblem(status: number, body: unknown): string {
  const problem: Problem = typeof body === 'object' && body !== null ? body : {};
  const errors = problem.errors ?? [];
  // The detail of several errors is made of them: they are listed instead, and a single one is not
  // said twice.
  const detail = problem.detail ?? problem.error ?? `the server answered ${status}`;
  const said = errors.length > 1 ? errors.some(({ message }) => detail.includes(message)) : false;
  const lines = [`error: ${said ? (problem.title ?? detail) : detail} (${problem.code ?? status})`];
  const listed =
    errors.length === 1 && detail.includes(errors[0]!.message) ? [] : errors.slice(0, 20);
  for (const { pointer, message } of listed) lines.push(`  ${pointer}: ${message}`);
  if (errors.length > 20) lines.push(`  … and ${errors.length - 20} more`);
  if (problem.hint) lines.push(`hint: ${problem.hint}`);
  if (problem.request_id) lines.push(`request: ${problem.request_id}`);
  return withoutControls(`${lines.join('\n')}\n`);
}

type Row = Record<string, unknown>;
const maxCell = 60;
const maxLine = 200;
/** An object that takes more than this gets a line for each member. */
const maxWords = 100;

/** Members of a list's answer besides its rows. */
const aboutLists = ['total', 'page', 'limit', 'totalPages', 'next_cursor', 'hasMore', 'warnings'];

/** A list as aligned columns; anything else as one member a line, with nested values below. */
function tableOf(body: unknown, columns: number): string {
  if (isRows(body)) return tableOfRows(body, columns);
  if (!isRow(body)) return `${String(body)}\n`;
  const members = Object.entries(body).filter(([name]) => !aboutLists.includes(name));
  const only = members.length === 1 ? members[0]![1] : null;
  if (isRows(only)) return tableOfRows(only, columns);
  return (
    sectionsOf(isRow(only) ? only : Object.fromEntries(members), columns).join('\n') || '(none)\n'
  );
}

function sectionsOf(body: Row, columns: number): string[] {
  const said = Object.entries(body).filter(([, value]) => cell(value, maxLine) !== '');
  const isBelow = (value: unknown) =>
    isNested(value) || ((isRow(value) || Array.isArray(value)) && wordsOf(value).length > maxWords);
  const lines = said
    .filter(([, value]) => !isBelow(value))
    .map(([name, value]) => [name, cell(value, isToken(value) ? Infinity : maxLine)]);
  const below = said.filter(([, value]) => isBelow(value));
  const shown = (value: unknown): string => {
    if (isRow(value)) return sectionsOf(value, columns).join('\n');
    return isRows(value)
      ? tableOfRows(value, columns)
      : (value as unknown[]).map((one) => `${cell(one, maxLine)}\n`).join('');
  };
  const sections = below.map(([name, value]) => `${name}\n${shown(value)}`);
  return lines.length > 0 ? [align(lines), ...sections] : sections;
}

/**
 * Columns that hold something; ids of other things and the last change are left to the other
 * formats.
 */
function tableOfRows(rows: readonly Row[], columns: number): string {
  if (rows.length === 0) return '(none)\n';
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))]
    .filter((name, index) => index === 0 || !(/_(id|ref)$/.test(name) || name === 'updated_at'))
    .filter((name) => rows.some((row) => !isNested(row[name]) && cell(row[name], maxCell) !== ''));
  const cells = new Map(
    names.map((name) => [name, [name, ...rows.map((row) => cell(row[name], maxCell))]]),
  );
  const left = leaveOut(cells, { columns, last: (name) => rows.some((row) => isRow(row[name])) });
  for (const name of left) cells.delete(name);
  const lines = Array.from({ length: rows.length + 1 }, (_, line) =>
    [...cells.values()].map((column) => column[line]!),
  );
  const note = `(${left.length} more columns, which --format json shows: ${left.toReversed().join(', ')})\n`;
  return align(lines) + (left.length > 0 ? note : '');
}

/**
 * Which columns to leave out so that a line fits the terminal: from the right, figures last, and
 * never the first two.
 */
function leaveOut(
  cells: ReadonlyMap<string, readonly string[]>,
  { columns, last }: { columns: number; last: (name: string) => boolean },
): string[] {
  const widthOf = (name: string) => Math.max(...cells.get(name)!.map((text) => text.length)) + 2;
  const names = [...cells.keys()];
  let width = names.reduce((total, name) => total + widthOf(name), -2);
  const order = names.slice(2).reverse();
  const left: string[] = [];
  for (const name of [...order.filter((one) => !last(one)), ...order.filter(last)]) {
    if (width <= columns) break;
    left.push(name);
    width -= widthOf(name);
  }
  return left;
}

function align(lines: readonly (readonly string[])[]): string {
  const widths = (lines[0] ?? []).map((_, column) =>
    Math.max(...lines.map((line) => line[column]!.length)),
  );
  return lines
    .map(
      (line) =>
        `${line
          .map((text, column) => text.padEnd(widths[column]!))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

function cell(value: unknown, max: number): string {
  if (isEmpty(value)) return '';
  // Control characters in somebody's name must not steer the terminal.
  const text = wordsOf(value).replace(/\p{Cc}+/gu, ' ');
  return text.length > max ? `${text.slice(0, max - 1)}…` : text;
}

/** Members of an object that say something, as "total 3, sent 1"; instants to the second. */
function wordsOf(value: unknown): string {
  if (typeof value === 'string')
    return value.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)\.\d+Z$/, '$1 $2Z');
  if (typeof value === 'number') return String(Math.round(value * 1e4) / 1e4);
  if (Array.isArray(value) && value.every((item) => typeof item === 'string'))
    return value.join(', ');
  if (!isRow(value) || isNested(value)) return JSON.stringify(value);
  const said = Object.entries(value).filter(([, member]) => !isEmpty(member) && member !== 0);
  return said.map(([name, member]) => `${name} ${String(member)}`).join(', ');
}

/** A link or a key: half of it would be of no use. */
const isToken = (value: unknown): boolean => typeof value === 'string' && /^\S+$/.test(value);
const isEmpty = (value: unknown): boolean =>
  value === null || value === undefined || (Array.isArray(value) && value.length === 0);
const isRow = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isRows = (value: unknown): value is Row[] => Array.isArray(value) && value.every(isRow);
/**
 * Values that do not fit a line: rows, and objects with an identity or nested objects of their own.
 */
const isNested = (value: unknown): boolean =>
  (isRows(value) && value.length > 0) ||
  (isRow(value) &&
    ('id' in value ||
      Object.values(value).some((member) => typeof member === 'object' && !isEmpty(member))));
