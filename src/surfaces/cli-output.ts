export const formats = ['json', 'pretty', 'raw', 'table'] as const;
export type Format = (typeof formats)[number];

/**
 * An answer as text for stdout, with a final newline. `raw` is the server's body unchanged; a table
 * fits into `columns` characters.
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

type Row = Record<string, unknown>;
const maxCellLength = 60;
const maxLineLength = 200;
/** An object with a longer text gets a section with a line for each member. */
const maxInlineLength = 100;

/** Members of a list's answer besides the rows. */
const metadataNames = [
  'total',
  'page',
  'limit',
  'totalPages',
  'next_cursor',
  'hasMore',
  'warnings',
];

/** A list as aligned columns; any other body as a line per member, with nested values below. */
function tableOf(body: unknown, columns: number): string {
  if (isRows(body)) return tableOfRows(body, columns);
  if (!isRow(body)) return `${String(body)}\n`;
  const members = Object.entries(body).filter(([name]) => !metadataNames.includes(name));
  const only = members.length === 1 ? members[0]![1] : null;
  if (isRows(only)) return tableOfRows(only, columns);
  return (
    sectionsOf(isRow(only) ? only : Object.fromEntries(members), columns).join('\n') || '(none)\n'
  );
}

function sectionsOf(body: Row, columns: number): string[] {
  const filled = Object.entries(body).filter(([, value]) => cell(value, maxLineLength) !== '');
  const isBelow = (value: unknown) =>
    isNested(value) ||
    ((isRow(value) || Array.isArray(value)) && inlineText(value).length > maxInlineLength);
  const lines = filled
    .filter(([, value]) => !isBelow(value))
    .map(([name, value]) => [name, cell(value, isToken(value) ? Infinity : maxLineLength)]);
  const below = filled.filter(([, value]) => isBelow(value));
  const section = (value: unknown): string => {
    if (isRow(value)) return sectionsOf(value, columns).join('\n');
    if (isRows(value)) return tableOfRows(value, columns);
    return (value as unknown[]).map((one) => `${cell(one, maxLineLength)}\n`).join('');
  };
  const sections = below.map(([name, value]) => `${name}\n${section(value)}`);
  return lines.length > 0 ? [align(lines), ...sections] : sections;
}

/**
 * A table of the columns with values. Ids of other resources and the time of the last change are
 * left to the other formats.
 */
function tableOfRows(rows: readonly Row[], columns: number): string {
  if (rows.length === 0) return '(none)\n';
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))]
    .filter((name, index) => index === 0 || !(/_(id|ref)$/.test(name) || name === 'updated_at'))
    .filter((name) =>
      rows.some((row) => !isNested(row[name]) && cell(row[name], maxCellLength) !== ''),
    );
  const cells = new Map(
    names.map((name) => [name, [name, ...rows.map((row) => cell(row[name], maxCellLength))]]),
  );
  const hidden = chooseHidden(cells, {
    columns,
    isFigures: (name) => rows.some((row) => isRow(row[name])),
  });
  for (const name of hidden) cells.delete(name);
  const lines = Array.from({ length: rows.length + 1 }, (_, line) =>
    [...cells.values()].map((column) => column[line]!),
  );
  if (hidden.length === 0) return align(lines);
  const list = hidden.toReversed().join(', ');
  return `${align(lines)}(${hidden.length} more columns, which --format json shows: ${list})\n`;
}

/**
 * The columns to hide so that a line fits the terminal: from the right, columns of figures last,
 * and never the first two.
 */
function chooseHidden(
  cells: ReadonlyMap<string, readonly string[]>,
  { columns, isFigures }: { columns: number; isFigures: (name: string) => boolean },
): string[] {
  const widthOf = (name: string) => Math.max(...cells.get(name)!.map((text) => text.length)) + 2;
  const names = [...cells.keys()];
  let width = names.reduce((total, name) => total + widthOf(name), -2);
  const order = names.slice(2).reverse();
  const hidden: string[] = [];
  for (const name of [...order.filter((one) => !isFigures(one)), ...order.filter(isFigures)]) {
    if (width <= columns) break;
    hidden.push(name);
    width -= widthOf(name);
  }
  return hidden;
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
  const text = inlineText(value).replace(/\p{Cc}+/gu, ' ');
  return text.length > max ? `${text.slice(0, max - 1)}…` : text;
}

/** A value on one line: an object as "total 3, sent 1" without zeros, an instant to the second. */
function inlineText(value: unknown): string {
  if (typeof value === 'string')
    return value.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)\.\d+Z$/, '$1 $2Z');
  if (typeof value === 'number') return String(Math.round(value * 1e4) / 1e4);
  if (Array.isArray(value) && value.every((item) => typeof item === 'string'))
    return value.join(', ');
  if (!isRow(value) || isNested(value)) return JSON.stringify(value);
  const filled = Object.entries(value).filter(([, member]) => !isEmpty(member) && member !== 0);
  return filled.map(([name, member]) => `${name} ${String(member)}`).join(', ');
}

/** A text without spaces, such as a link or a key: it is never cut, because half is useless. */
const isToken = (value: unknown): boolean => typeof value === 'string' && /^\S+$/.test(value);
const isEmpty = (value: unknown): boolean =>
  value === null || value === undefined || (Array.isArray(value) && value.length === 0);
const isRow = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isRows = (value: unknown): value is Row[] => Array.isArray(value) && value.every(isRow);
/**
 * Whether a value does not fit a line: rows, and objects with an id or with objects inside.
 */
const isNested = (value: unknown): boolean =>
  (isRows(value) && value.length > 0) ||
  (isRow(value) &&
    ('id' in value ||
      Object.values(value).some((member) => typeof member === 'object' && !isEmpty(member))));
