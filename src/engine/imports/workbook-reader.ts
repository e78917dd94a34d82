import { buffer } from 'node:stream/consumers';
import { readSheet } from 'read-excel-file/node';
import { storeZip, unpackZip } from './zip.ts';

// A process of its own, with little memory and no secrets: what a few bytes of a workbook make
// of it (a text in every cell) may end this process, and no other. On stdout: a line that says
// whether it was read, then the rows of the first sheet, each a line of JSON.

const maxUnpacked = 128 * 1024 * 1024;
/** As much text as confirm-csv takes. */
const maxTableLength = 10 * 1024 * 1024;

function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return '';
  return cell instanceof Date ? cell.toISOString().replace(/T00:00:00\.000Z$/, '') : String(cell);
}

async function read(bytes: Buffer): Promise<string[][]> {
  const files = await unpackZip(bytes, {
    wants: (name) => /\.xml(\.rels)?$/.test(name),
    max: maxUnpacked,
  });
  let left = maxTableLength;
  return (await readSheet(storeZip(files))).map((row) => {
    const texts = row.map(cellText);
    for (const text of texts) left -= text.length + 1;
    if (left < 0) throw new Error('It has more text than can be sent on.');
    return texts;
  });
}

const lines = await read(await buffer(process.stdin)).then(
  (rows) => [{ error: null }, ...rows],
  (error: unknown) => [{ error: (error as Error).message.slice(0, 300) }],
);
process.stdout.write(lines.map((line) => JSON.stringify(line)).join('\n'));
