import { deflateRawSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { storeZip } from '../../src/engine/imports/zip.ts';
import { sheetFiles, workbookOf } from '../factories/workbook.ts';
import { tryFile } from './import.ts';

type Options = Parameters<typeof tryFile>[2];

const bytesOf = (content: string | Buffer) =>
  typeof content === 'string' ? Buffer.from(content, 'latin1') : content;
const read = (content: string | Buffer, options: Options = {}) =>
  tryFile({ file: 'people.csv', bytes: bytesOf(content) }, ['email', 'linkedin'], options);
const names = async (content: string | Buffer, options: Options = {}) => {
  const { people } = await read(content, options);
  return people.map((one) => (one as { first_name: string | null }).first_name);
};

describe('everybody is found in a table', () => {
  it.each<[string, string, string[]]>([
    ['with short rows', 'email,first_name,city\nann@x.de,Ann\nbob@x.de,Bob,Bonn\n', ['Ann', 'Bob']],
    [
      'with empty cells behind the last column',
      'email,first_name\nann@x.de,Ann,\nbob@x.de,Bob,,,\n',
      ['Ann', 'Bob'],
    ],
    ['with a delimiter at the end of its header', 'email;first_name;\nann@x.de;Ann\n', ['Ann']],
    [
      'with several returns at the ends of lines',
      'email,first_name\r\r\n"ann@x.de","Ann"\r\r\n',
      ['Ann'],
    ],
    ['with blanks before quotes', 'email, first_name\nann@x.de, "Ann"\n', ['Ann']],
    [
      'with decorated addresses',
      "email,first_name\nmailto:ann@x.de,Ann\nBob <bob@x.de>,Bob\n'cleo@x.de',Cleo\n",
      ['Ann', 'Bob', 'Cleo'],
    ],
    [
      'behind a line that names the delimiter',
      'sep=;\r\nE-Mail;Vorname\r\nann@x.de;Ann\r\n',
      ['Ann'],
    ],
    ['with pipes', 'email|first_name\nann@x.de|Ann\n', ['Ann']],
  ])('%s', async (_what, content, expected) => {
    expect(await names(content)).toEqual(expected);
    expect((await read(content)).rejects).toEqual([]);
  });
});

it('a file of UTF-16 may end in half a unit', async () => {
  const text = Buffer.from('\ufeffemail,first_name\nann@x.de,Ann\n', 'utf16le');
  expect(await names(Buffer.concat([text, Buffer.from([0])]))).toEqual(['Ann']);
});

describe('nobody is made up from inside a cell', () => {
  it.each([
    [
      'of an unmarked quote',
      'email,first_name,n\nann@x.de,Ann,"Said "hi"\neve@x.de,Eve,x\nend"\nbob@x.de,Bob,y\n',
    ],
    [
      'of a long text',
      `email,first_name,n\nann@x.de,Ann,"${'eve@x.de,Eve,x\n'.repeat(20_000)}"\nbob@x.de,Bob,y\n`,
    ],
    [
      'with quotes behind backslashes',
      'email,first_name,n\nann@x.de,Ann,"a \\"b\\", c\neve@x.de,Eve,x"\nbob@x.de,Bob,y\n',
    ],
  ])('%s', async (_what, content) => {
    expect(await names(content)).toEqual(['Ann', 'Bob']);
  });
});

describe('a row that cannot be taken', () => {
  it('has its number in a spreadsheet, its text, and the columns that were tried', async () => {
    const found = await read(
      'Customers\n\nName,E-Mail,E-Mail 2\n"Ann\nLee",ann@x.de,\n\nBob,n/a,bob at x\n' +
        'Cleo,c@x.de; d@x.de,\nDan,d@x.de,,more\nEve,,e@x.de\nFay,,f@x.de\n',
    );
    expect(found.count).toBe(3);
    expect(found.rejects).toEqual([
      {
        row: 6,
        reason: 'email: "bob at x" is not a valid email (tried: "E-Mail", "E-Mail 2").',
        raw: 'Bob,n/a,bob at x',
      },
      {
        row: 7,
        reason: 'email: There are several addresses in one cell: "c@x.de; d@x.de".',
        raw: 'Cleo,c@x.de; d@x.de,',
      },
      {
        row: 8,
        reason: 'The row has 4 values, the header has 3: "more" is left over.',
        raw: 'Dan,d@x.de,,more',
      },
    ]);
  });
});

it('people who opted out are left out, with the reason', async () => {
  const found = await read(
    'Email,Status,Email Opt Out\na@x.de,New,TRUE\nb@x.de,Unsubscribed,\nc@x.de,New,false\n',
  );
  expect([found.count, found.rejects.map(({ reason }) => reason)]).toEqual([
    1,
    [
      'The person must not be written to (Email Opt Out: TRUE).',
      'The person must not be written to (Status: Unsubscribed).',
    ],
  ]);
});

it('names that may stand for nothing are counted', async () => {
  const { warnings } = await read('email,first_name\na@x.de,null\nb@x.de,Ann\nc@x.de,None\n');
  expect(warnings).toEqual([expect.stringContaining('rows 2, such as first_name: null')]);
});

it('somebody in ten spellings is one person', async () => {
  const spellings = [
    "'jane@x.de",
    'JANE@x.de',
    '=jane@x.de',
    '<jane@x.de>',
    'jane@x.de.',
    '- jane@x.de',
  ];
  expect(await read(`email\n${spellings.join('\n')}\n`)).toMatchObject({ count: 1, duplicates: 5 });
});

describe('a workbook', () => {
  const book = (...sheets: { name: string; state?: string; rows: string[][] }[]) =>
    workbookOf('', sheetFiles(sheets));
  const people = (name: string) => [
    ['email', 'first_name'],
    [`${name}@x.de`, name],
  ];
  const cover = [['Our customers'], ['Confidential']];

  it.each([
    ['hidden', ['visible']],
    ['veryHidden', ['visible']],
  ])('has its people on a visible sheet, not on a %s one', async (state, expected) => {
    const file = book(
      { name: 'old', state, rows: people('old') },
      { name: 'Cover', rows: cover },
      { name: 'People', rows: people('visible') },
    );
    expect(await names(file)).toEqual(expected);
    expect(await names(file, { sheet: 'OLD' })).toEqual(['old']);
  });

  it('names its sheets when none has people', async () => {
    const { error } = await read(book({ name: 'A', rows: cover }, { name: 'B', rows: cover }));
    expect(error).toContain('None of its sheets has a column of addresses or profiles: A, B.');
  });
});

describe('a file that is no table is named', () => {
  const compound = (...streams: string[]) =>
    Buffer.concat([
      Buffer.from('d0cf11e0a1b11ae1', 'hex'),
      Buffer.alloc(600),
      Buffer.from(streams.join(''), 'utf16le'),
    ]);
  it.each<[string, string | Buffer, string]>([
    [
      'an encrypted workbook',
      compound('EncryptionInfo', 'EncryptedPackage'),
      'protected by a password',
    ],
    ['an old workbook', compound('Workbook'), 'old Excel format'],
    [
      'an OpenDocument sheet',
      storeZip([['mimetype', Buffer.from('application/vnd.oasis.opendocument.spreadsheet')]]),
      '.ods',
    ],
    ['a zip', storeZip([['people.csv', Buffer.from('email\na@x.de\n')]]), 'zip archive'],
    ['a gzip', gzipSync('email\na@x.de\n'), 'compressed'],
    ['a PDF', '%PDF-1.7\nemail', 'PDF'],
    ['a table of HTML', '<table><tr><td>email</td></tr></table>', 'web page (HTML)'],
    [
      'a login page',
      '<!DOCTYPE html><html><body>email <input type="password"></body></html>',
      'asks for a login',
    ],
    ['JSON', '[{"email": "a@x.de"}]', 'JSON'],
    ['XML', '<?xml version="1.0"?><people/>', 'XML'],
    ['visiting cards', 'BEGIN:VCARD\nEMAIL:a@x.de\n', 'visiting cards'],
    ['a picture', '\u0089PNG\r\n', 'picture'],
    ['other bytes', deflateRawSync(Buffer.alloc(10_000)), 'no header row'],
    ['a table without a header', 'ann@email.example,Ann\nbob@x.de,Bob\n', 'no header row'],
    [
      'two columns of different addresses',
      'Billing email,Shipping email\na@x.de,b@x.de\n',
      'Several columns could hold email',
    ],
  ])('%s', async (_what, content, said) => {
    expect(await read(content)).toMatchObject({ count: 0, error: expect.stringContaining(said) });
  });
});
