import { buffer } from 'node:stream/consumers';
import { readSheet } from 'read-excel-file/node';
import { writeCsv } from '../../domain/imports/csv.ts';
import { guessColumns } from '../../domain/imports/guess.ts';
import { startOf } from '../../domain/imports/table.ts';
import { storeZip, unpackZip } from './zip.ts';

// A process of its own, with little memory and no secrets: what a few bytes of a workbook make
// of it (a text in every cell) may end this process, and no other. Its argument is the name of a
// sheet, if any. On stdout: a line that says what was read, then the rows of the sheet, each a line
// of JSON.

const maxUnpacked = 128 * 1024 * 1024;
/** As much text as confirm-csv takes. */
const maxTableLength = 10 * 1024 * 1024;
/** Of a sheet, to see whether it has people. */
const seenRows = 100;

type SheetName = { name: string; hidden: boolean };

/** The sheets in their order, with their `state` (ECMA-376 part 1, 18.2.19). */
function sheetsOf(workbook: string): SheetName[] {
  const attribute = (tag: string, name: string) =>
    new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1] ?? '';
  return (workbook.match(/<(?:\w+:)?sheet\s[^>]*>/g) ?? []).map((tag) => ({
    name: attribute(tag, 'name').replace(
      /&(amp|lt|gt|quot|apos);/g,
      (_all, entity: string) => entities[entity] ?? '',
    ),
    hidden: /hidden/i.test(attribute(tag, 'state')),
  }));
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return '';
  if (cell instanceof Date) return cell.toISOString().replace(/T00:00:00\.000Z$/, '');
  // As many digits as Excel shows, so that 0.1 + 0.2 is 0.3.
  return typeof cell === 'number' ? String(Number(cell.toPrecision(15))) : String(cell);
}

/** Whether a column of the sheet identifies people. */
function hasPeople(rows: readonly string[][]): boolean {
  try {
    const { columns, sample } = startOf(writeCsv(rows.slice(0, seenRows)), { last: true });
    const { email, linkedin_url, x_handle } = guessColumns(columns, sample).fields;
    return Boolean(email ?? linkedin_url ?? x_handle);
  } catch {
    return false;
  }
}

type Outcome = { sheet: string; others: string[]; rows: string[][] };

async function read(bytes: Buffer, wanted: string | undefined): Promise<Outcome> {
  const files = await unpackZip(bytes, {
    wants: (name) => /\.xml(\.rels)?$/.test(name),
    max: maxUnpacked,
  });
  const zip = storeZip(files);
  const sheets = sheetsOf(files.get('xl/workbook.xml')?.toString() ?? '');
  const rowsOf = async (index: number) => {
    let left = maxTableLength;
    return (await readSheet(zip, index + 1)).map((row) => {
      const texts = row.map(cellText);
      for (const text of texts) left -= text.length + 1;
      if (left < 0) throw new Error('It has more text than can be sent on.');
      return texts;
    });
  };
  const all = sheets.map(({ name }) => name);
  if (wanted !== undefined) {
    const index = sheets.findIndex(({ name }) => name.toLowerCase() === wanted.toLowerCase());
    if (index < 0) throw new Error(`It has no sheet "${wanted}". Its sheets: ${all.join(', ')}.`);
    return { sheet: all[index]!, others: [], rows: await rowsOf(index) };
  }
  const shown = sheets.flatMap(({ hidden }, index) => (hidden ? [] : [index]));
  // Books of other programs may name no sheets.
  const visible = sheets.length === 0 ? [0] : shown;
  let first: string[][] | null = null;
  for (const index of visible) {
    const rows = await rowsOf(index);
    first ??= rows;
    const others = all.filter((_name, other) => other !== index);
    if (hasPeople(rows)) return { sheet: all[index] ?? '', others, rows };
  }
  if (visible.length === 1) return { sheet: all[visible[0]!] ?? '', others: [], rows: first! };
  throw new Error(
    visible.length === 0
      ? `All its sheets are hidden: ${all.join(', ')}.`
      : `None of its sheets has a column of addresses or profiles: ${all.join(', ')}. ` +
          'Name the columns in the first rows, or say which sheet it is.',
  );
}

const lines = await read(await buffer(process.stdin), process.argv[2]).then(
  ({ rows, ...about }) => [{ error: null, ...about }, ...rows],
  (error: unknown) => [{ error: (error as Error).message.slice(0, 600), sheet: '', others: [] }],
);
process.stdout.write(lines.map((line) => JSON.stringify(line)).join('\n'));
