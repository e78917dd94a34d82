import { type Block, type Column, cut } from './layout.ts';
import { isEmpty, type Row } from './values.ts';
import { plain, type Shown } from './words.ts';

/** An answer as people see it. */
export type View = (body: Row, shown: Shown) => Block[];

/** A column of a view: its name, its value, and how it behaves in a narrow terminal. */
export type Cell = [
  name: string,
  value: (row: Row) => unknown,
  options?: Partial<Pick<Column, 'rank' | 'least' | 'right'>>,
];

/**
 * A table. Columns without a rank of their own go from the right when the terminal is narrow; the
 * id goes late, because other commands need it.
 */
export function tableOf(rows: unknown, cells: readonly Cell[], shown: Shown, head?: string): Block {
  const listed = (rows ?? []) as Row[];
  const columns = cells.map(
    ([name, , options], index): Column => ({ name, rank: index, ...options }),
  );
  const texts = listed.map((row) =>
    cells.map(([, value]) => cut(plain(value(row), shown), shown.wide ? Infinity : maxCell)),
  );
  return { ...(head === undefined ? {} : { head }), columns, rows: texts };
}

/** A line for each member that has a value. */
export function membersOf(
  members: Readonly<Record<string, unknown>>,
  shown: Shown,
  head?: string,
): Block {
  const filled = Object.entries(members).filter(([, value]) => !isEmpty(value));
  return {
    ...(head === undefined ? {} : { head }),
    members: filled.map(([name, value]) => [name, plain(value, shown)] as const),
  };
}

/** Where nothing limits the width, a text is cut here. */
const maxCell = 200;

/** The column of ids, which are short unless they are asked for in full. */
export const idCell: Cell = ['id', (row) => row.id, { rank: 2 }];

export const rowOf = (value: unknown): Row => (value ?? {}) as Row;
export const rowsOf = (value: unknown): Row[] => (value ?? []) as Row[];
