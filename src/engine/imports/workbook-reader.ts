import { buffer } from 'node:stream/consumers';
import { readSheet } from 'read-excel-file/node';
import { shownNumber } from '../../domain/imports/number-format.ts';
import { storeZip, unpackZip } from './zip.ts';

/*
 * A process of its own, with little memory and no secrets: what a few bytes of a workbook make of
 * it (a text in every cell) may end this process, and no other. Its argument is the name of a
 * sheet, if any. On stdout: a line about the file as read, then the rows of the sheet, each a line
 * of JSON; or, when there are several visible sheets, the first rows of each, in that line.
 */

const maxUnpacked = 128 * 1024 * 1024;
/** As much text as confirm-csv takes. */
const maxTableLength = 10 * 1024 * 1024;
/** Of a sheet, by which its reader sees whether it has people. */
const headRows = 100;

type SheetName = { name: string; hidden: boolean };

/** The sheets in their order, with their `state` (ECMA-376 part 1, 18.2.19). */
function sheetsOf(workbook: string): SheetName[] {
  return (workbook.match(/<(?:\w+:)?sheet\s[^>]*>/g) ?? []).map((tag) => ({
    name: unescaped(attribute(tag, 'name')),
    hidden: /hidden/i.test(attribute(tag, 'state')),
  }));
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const attribute = (tag: string, name: string) =>
  new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1] ?? '';
const unescaped = (text: string) =>
  text.replace(/&(amp|lt|gt|quot|apos);/g, (_all, entity: string) => entities[entity] ?? '');
const escaped = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');

function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return '';
  if (cell instanceof Date) return dateText(cell);
  // As many digits as Excel shows, so that 0.1 + 0.2 is 0.3.
  return typeof cell === 'number' ? String(Number(cell.toPrecision(15))) : String(cell);
}

/** "2026-12-01", "2026-12-01 14:30"; the time alone where the day is that of no date. */
function dateText(date: Date): string {
  const [day = '', time = ''] = date.toISOString().slice(0, 19).split('T');
  const clock = time.replace(/:00$/, '');
  if (date.getTime() < firstDay) return clock;
  return clock === '00:00' ? day : `${day} ${clock}`;
}

/** A time of day is a number below 1, counted from the last day of 1899. */
const firstDay = Date.UTC(1900, 0, 1);

/** Formats that every workbook has without naming them (ECMA-376 part 1, 18.8.30). */
const builtIn: Record<string, string> = { '9': '0%', '10': '0.00%' };

/** The format codes of the cell styles, by their number. */
function formatsOf(styles: string): string[] {
  const named = new Map(Object.entries(builtIn));
  for (const [tag] of styles.matchAll(/<(?:\w+:)?numFmt\s[^>]*>/g))
    named.set(attribute(tag, 'numFmtId'), unescaped(attribute(tag, 'formatCode')));
  const [cells = ''] = /<(?:\w+:)?cellXfs\b[\s\S]*?<\/(?:\w+:)?cellXfs>/.exec(styles) ?? [];
  return Array.from(
    cells.matchAll(/<(?:\w+:)?xf\s[^>]*>/g),
    ([tag]) => named.get(attribute(tag, 'numFmtId')) ?? '',
  );
}

const placed = /<(?<tag>(?:\w+:)?(?<kind>row|c))(?<attributes>\s[^>]*?)?(?<end>\/?>)/;

/** A sheet whose cells all say their place, which their writer may leave out (18.3.1.4). */
function withPlaces(sheet: string): string {
  if (!/<(?:\w+:)?c(?:>|\/>|\s(?![^>]*\br="))/.test(sheet)) return sheet;
  let [row, column] = [0, 0];
  return sheet.replace(new RegExp(placed, 'g'), (whole) => {
    const { tag, kind, attributes = '', end } = placed.exec(whole)?.groups ?? {};
    [row, column] = kind === 'row' ? [row + 1, 0] : [row, column + 1];
    const bare = attributes.replace(/\sr="[^"]*"/, '');
    return `<${tag} r="${kind === 'row' ? '' : letters(column)}${row}"${bare}${end}`;
  });
}

/** The name of a column: A to Z, AA, AB … */
function letters(column: number): string {
  const before = Math.floor((column - 1) / 26);
  const last = String.fromCharCode(65 + ((column - 1) % 26));
  return before > 0 ? letters(before) + last : last;
}

const numberCell =
  /<(?<tag>(?:\w+:)?c)(?<attributes>\s[^>]*)>(?<open><(?:\w+:)?v>)(?<value>[^<]+)(?<end><\/)/;

/** A sheet whose numbers stand as they are shown, where their format adds to the digits. */
function asShown(sheet: string, formats: readonly string[]): string {
  return sheet.replace(new RegExp(numberCell, 'g'), (whole) => {
    const { tag, attributes = '', open, value, end } = numberCell.exec(whole)?.groups ?? {};
    if (/\st="(?!n")/.test(attributes)) return whole;
    const format = formats[Number(attribute(attributes, 's'))];
    const shown = format ? shownNumber(Number(value), format) : null;
    if (shown === null) return whole;
    return `<${tag}${attributes.replace(/\st="n"/, '')} t="str">${open}${escaped(shown)}${end}`;
  });
}

type Outcome = {
  sheet: string;
  others: string[];
  heads: { name: string; rows: string[][] }[];
  rows: string[][];
};

async function read(bytes: Buffer, wanted: string | undefined): Promise<Outcome> {
  const files = await unpackZip(bytes, {
    wants: (name) => /\.xml(\.rels)?$/.test(name),
    max: maxUnpacked,
  });
  const formats = formatsOf(files.get('xl/styles.xml')?.toString() ?? '');
  const zip = storeZip(
    Array.from(files, ([name, file]) =>
      /worksheets\/[^/]+\.xml$/.test(name)
        ? [name, Buffer.from(asShown(withPlaces(file.toString()), formats))]
        : [name, file],
    ),
  );
  const sheets = sheetsOf(files.get('xl/workbook.xml')?.toString() ?? '');
  const names = sheets.map(({ name }) => name);
  const whole = async (index: number): Promise<Outcome> => ({
    sheet: names[index] ?? '',
    others: names.filter((_name, other) => other !== index),
    heads: [],
    rows: await rowsOf(zip, index),
  });
  if (wanted !== undefined) {
    const index = names.findIndex((name) => name.toLowerCase() === wanted.toLowerCase());
    if (index < 0) throw new Error(`It has no sheet "${wanted}". Its sheets: ${names.join(', ')}.`);
    return whole(index);
  }
  const visible = sheets.flatMap(({ hidden }, index) => (hidden ? [] : [index]));
  // Books of other programs may name no sheets.
  if (sheets.length === 0 || visible.length === 1) return whole(visible[0] ?? 0);
  if (visible.length === 0) throw new Error(`All its sheets are hidden: ${names.join(', ')}.`);
  const heads = [];
  // A sheet of charts has no rows that can be read.
  for (const index of visible)
    heads.push({ name: names[index]!, rows: await rowsOf(zip, index, headRows).catch(() => []) });
  return { sheet: '', others: names, heads, rows: [] };
}

async function rowsOf(zip: Buffer, index: number, most?: number): Promise<string[][]> {
  let left = maxTableLength;
  return (await readSheet(zip, index + 1)).slice(0, most).map((row) => {
    const texts = row.map(cellText);
    for (const text of texts) left -= text.length + 1;
    if (left < 0) throw new Error('It has more text than can be sent on.');
    return texts;
  });
}

const lines = await read(await buffer(process.stdin), process.argv[2]).then(
  ({ rows, ...read }) => [{ error: null, read }, ...rows],
  (error: unknown) => [{ error: (error as Error).message.slice(0, 600) }],
);
process.stdout.write(lines.map((line) => JSON.stringify(line)).join('\n'));
