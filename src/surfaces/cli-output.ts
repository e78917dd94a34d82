export const formats = ['json', 'pretty', 'raw', 'table'] as const;
export type Format = (typeof formats)[number];

/** An answer as text for stdout, with its final newline. `raw` is what the server sent. */
export function formatReply(format: Format, { text, body }: { text: string; body: unknown }): string {
  if (format === 'raw') return text.endsWith('\n') ? text : `${text}\n`;
  if (format === 'table') return tableOf(body);
  return `${JSON.stringify(body, null, 2)}\n`;
}

type Problem = {
  detail?: string;
  error?: string;
  code?: string;
  hint?: string;
  request_id?: string;
  errors?: { pointer: string; message: string }[];
};

/** A failure for people, on stderr: what is wrong, where, and what to do. */
export function formatProblem(status: number, body: unknown): string {
  const problem: Problem = typeof body === 'object' && body !== null ? body : {};
  const errors = problem.errors ?? [];
  const lines = [`error: ${problem.detail ?? problem.error ?? `the server answered ${status}`} (${problem.code ?? status})`];
  for (const { pointer, message } of errors.slice(0, 20)) lines.push(`  ${pointer}: ${message}`);
  if (errors.length > 20) lines.push(`  … and ${errors.length - 20} more`);
  if (problem.hint) lines.push(`hint: ${problem.hint}`);
  if (problem.request_id) lines.push(`request: ${problem.request_id}`);
  return `${lines.join('\n')}\n`;
}

type Row = Record<string, unknown>;
const maxCell = 40;

/** The first list in the answer as aligned columns; without a list, its members one a line. */
function tableOf(body: unknown): string {
  if (typeof body !== 'object' || body === null) return `${String(body)}\n`;
  const members = Object.values(body);
  const list = Array.isArray(body) ? body : members.find(isRows);
  if (!list) {
    const whole = members.length === 1 && isRow(members[0]) ? members[0] : (body as Row);
    return align(Object.entries(whole).map(([name, value]) => [name, cell(value, 200)]));
  }
  const rows = (list as unknown[]).filter(isRow);
  if (rows.length === 0) return '(none)\n';
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))].filter((name) =>
    rows.some((row) => !isEmpty(row[name]) && !isRows(row[name])),
  );
  return align([names, ...rows.map((row) => names.map((name) => cell(row[name], maxCell)))]);
}

function align(lines: readonly (readonly string[])[]): string {
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
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
  const text = (typeof value === 'string' ? value : JSON.stringify(value)).replace(/\p{Cc}+/gu, ' ');
  return text.length > max ? `${text.slice(0, max - 1)}…` : text;
}

const isEmpty = (value: unknown): boolean => value === null || value === undefined;
const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null && !Array.isArray(value);
const isRows = (value: unknown): value is Row[] => Array.isArray(value) && value.every(isRow);
