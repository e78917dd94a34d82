import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { workbookOf, writeWorkbook } from '../../../test/factories/workbook.ts';
import { readWorkbook } from './workbook.ts';
import { storeZip, unpackZip } from './zip.ts';

const cell = (at: string, text: string) => `<c r="${at}" t="inlineStr"><is><t>${text}</t></is></c>`;
const small = { memoryMb: 32, ms: 20_000 };

/** A zip of one file that says it is small. */
function bomb(bytes: number): Buffer {
  const packed = deflateRawSync(Buffer.alloc(bytes, 0x20));
  const zip = storeZip([['xl/styles.xml', packed]]);
  for (const header of [0, zip.lastIndexOf(Buffer.from('PK\u0001\u0002')) + 2])
    zip.writeUInt16LE(8, header + 8);
  return zip;
}

describe('a workbook', () => {
  it('is read whole, numbers and dates as text', async () => {
    expect(
      await readWorkbook(
        writeWorkbook([
          ['a', 1],
          ['ü & b', 2.5],
        ]),
        small,
      ),
    ).toMatchObject({
      rows: [
        ['a', '1'],
        ['ü & b', '2.5'],
      ],
    });
  });

  it.each([
    [
      'row number',
      `<row r="1">${cell('A1', 'email')}</row><row r="900000000">${cell('A900000000', 'x')}</row>`,
    ],
    ['column', `<row r="1">${cell('A1', 'email')}${cell('ZZZZZZ1', 'x')}</row>`],
    [
      'row number without end',
      `<row r="1">${cell('A1', 'email')}</row><row r="1e999">${cell('A1e999', 'x')}</row>`,
    ],
  ])('of a %s in the millions is refused, and costs nobody else anything', async (_what, sheet) => {
    await expect(readWorkbook(workbookOf(sheet), small)).rejects.toThrow(
      'It takes too much memory or time.',
    );
  });

  it('shows its numbers as their formats do', async () => {
    const formats = ['General', '00000', '0%', 'yyyy\\-mm\\-dd hh:mm', 'hh:mm'];
    const numFmts = formats.map(
      (code, n) => `<numFmt numFmtId="${170 + n}" formatCode="${code}"/>`,
    );
    const xfs = formats.map((_code, n) => `<xf numFmtId="${170 + n}" applyNumberFormat="1"/>`);
    const styles = `<numFmts>${numFmts.join('')}</numFmts><cellXfs>${xfs.join('')}</cellXfs>`;
    const shown = [491512345678, 1067, 0.25, 46023.5, 0.5].map(
      (value, n) => `<c r="${String.fromCharCode(65 + n)}1" s="${n}"><v>${value}</v></c>`,
    );
    const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
    const book = workbookOf(`<row r="1">${shown.join('')}</row>`, {
      'xl/styles.xml': `<styleSheet xmlns="${main}">${styles}</styleSheet>`,
    });
    expect((await readWorkbook(book)).rows).toEqual([
      ['491512345678', '01067', '25%', '2026-01-01 12:00', '12:00'],
    ]);
  });

  it('may leave out the places of its cells', async () => {
    const bare = (text: string) => `<c t="inlineStr"><is><t>${text}</t></is></c>`;
    const rows = [...Array(2)].map((_row, n) => {
      const cells = Array.from({ length: 28 }, (_cell, x) => bare(`${n}.${x}`));
      return `<row>${cells.join('')}</row>`;
    });
    const { rows: read } = await readWorkbook(workbookOf(rows.join('')), small);
    expect(read.map((row) => [row[0], row[27]])).toEqual([
      ['0.0', '0.27'],
      ['1.0', '1.27'],
    ]);
  });

  it('that takes too long is given up', async () => {
    await expect(readWorkbook(writeWorkbook([['a']]), { memoryMb: 32, ms: 1 })).rejects.toThrow(
      'It takes too much memory or time.',
    );
  });

  it('of one long text in many cells is refused before they are copied', async () => {
    const strings = `<sst><si><t>${'x'.repeat(1_000_000)}</t></si></sst>`;
    const cells = Array.from(
      { length: 26 },
      (_, x) => `<c r="${String.fromCharCode(65 + x)}1" t="s"><v>0</v></c>`,
    ).join('');
    const book = workbookOf(`<row r="1">${cells}</row>`, { 'xl/sharedStrings.xml': strings });
    await expect(readWorkbook(book)).rejects.toThrow('It has more text than can be sent on.');
  });

  it('that is cut off or none says so', async () => {
    const book = writeWorkbook([['a']]);
    for (const broken of [
      book.subarray(0, 100),
      book.subarray(0, book.length - 30),
      Buffer.from('PK\u0003\u0004'),
      storeZip([]),
    ])
      await expect(readWorkbook(broken, small)).rejects.toThrow(/./);
  });

  it('waits for others, and is refused when too many do', async () => {
    const books = Array.from({ length: 10 }, () => readWorkbook(writeWorkbook([['a']]), small));
    const outcomes = await Promise.allSettled(books);
    expect(outcomes.map(({ status }) => status)).toEqual([
      ...Array(8).fill('fulfilled'),
      'rejected',
      'rejected',
    ]);
    expect(outcomes.at(-1)).toMatchObject({ reason: { code: 'request.rate_limited' } });
  });
});

describe('a zip', () => {
  const all = { wants: () => true, max: 1_000_000 };

  it('unpacks to what was put in', async () => {
    const files = new Map([
      ['a.xml', Buffer.from('one')],
      ['ü.xml', Buffer.from('two')],
    ]);
    expect(await unpackZip(storeZip(files), all)).toEqual(files);
  });

  it('that unpacks to more than it says, and than it may, is refused', async () => {
    expect((await unpackZip(bomb(900_000), all)).get('xl/styles.xml')).toHaveLength(900_000);
    await expect(unpackZip(bomb(50_000_000), all)).rejects.toThrow('It unpacks to too much.');
    const many = storeZip(
      Array.from({ length: 3 }, (_, n) => [`${n}`, Buffer.alloc(400_000)] as const),
    );
    await expect(unpackZip(many, all)).rejects.toThrow('It unpacks to too much.');
    expect((await unpackZip(many, { ...all, wants: (name) => name !== '1' })).size).toBe(2);
  });
});
