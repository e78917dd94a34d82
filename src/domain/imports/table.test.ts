import { describe, expect, it } from 'vitest';
import { startOf, type TableOptions } from './table.ts';

const start = (text: string, options: TableOptions = {}) => startOf(text, { last: true }, options);

describe('the delimiter of a table', () => {
  it.each([
    ['a,b\n1,2\n', ','],
    ['Name;Firma, Ort\nx;"y, z"\n', ';'],
    ['a\tb\n1,5\t2\n', '\t'],
    ['email\nx@y.de\n', ','],
    ['"a;b","c"\n"1;2;3","4"\n', ','],
    ['email|name\nann@x.de|Ann\n', '|'],
    ['E-Mail;Name, Vorname\nann@x.de;Lee, Ann\nbob@x.de;Ray, Bob\n', ';'],
    ['E-Mail\tName, Vorname\tOrt\nann@x.de\tLee, Ann\tBonn, Beuel\n', '\t'],
    ['email;notes\nann@x.de;"a, b, c"\nbob@x.de;d, e\n', ';'],
    ['email,first_name,city\nann@x.de,Ann\nbob@x.de,Bob,Bonn;Kiel;Ulm\n', ','],
    ['sep=;\r\nemail;a,b\r\n', ';'],
  ])('of %j is %j', (text, delimiter) => {
    expect(start(text).dialect).toEqual({ delimiter, newline: '\n' });
  });

  it('may be said, and lines may end as on old Macs', () => {
    expect(start('email;a,b\n', { delimiter: ',' }).columns).toEqual(['email;a', 'b']);
    expect(start('email,b\r1,"2"\r')).toMatchObject({
      dialect: { newline: '\r' },
      sample: [['1', '2']],
    });
  });
});

describe('the header of a table', () => {
  it.each<[string, string, number]>([
    ['in the first row', 'email,name\na@x.de,A\n', 1],
    ['below a line that names the delimiter', 'sep=,\nemail,name\na@x.de,A\n', 1],
    ['below notes and a blank line', 'Notes:\n"two\nlines"\n\nemail,name\na@x.de,A\n', 4],
    ['below a title about addresses', 'Email list of customers\nemail,name\na@x.de,A\n', 2],
    ['below a title in the first of several cells', 'Export,,\nemail,name,x\na@x.de,A,1\n', 2],
    ['of words that nobody knows', 'foo,bar\n1,2\n', 1],
  ])('is found %s', (_where, text, row) => {
    const found = start(text);
    expect(found.headerRow).toBe(row);
    expect(text.slice(found.firstUnit)).toMatch(/^(a@x.de|1,2)/);
    expect(found.row).toBe(row);
  });

  it('may be long', () => {
    const names = Array.from({ length: 5_000 }, (_, n) => `${'column '.repeat(10)}${n}`);
    expect(start(`email,${names.slice(1).join(',')}\na@x.de\n`).columns).toHaveLength(5_000);
  });

  it('may be said, or that there is none', () => {
    const text = 'x,email\nMail,Name\na@x.de,A\n';
    expect(start(text, { headerRow: 2 }).columns).toEqual(['Mail', 'Name']);
    expect(start(text, { names: ['Name'] }).headerRow).toBe(2);
    expect(start('a@x.de,A\nb@x.de\n', { headerRow: 0 })).toMatchObject({
      columns: ['column_1', 'column_2'],
      headerRow: 0,
      row: 0,
      firstUnit: 0,
    });
    expect(() => start(text, { headerRow: 9 })).toThrow('Row 9 cannot be the header');
  });

  it.each(['ann@googlemail.example,Ann\nbob@x.de,Bob\n', '', '\n\n', 'a\u0000b,c\n'])(
    'is missing in %j',
    (text) => {
      expect(() => start(text)).toThrow('There is no header row');
    },
  );
});

it('a table without a header and without a whole row is refused, and is no fault of ours', () => {
  for (const text of ['', '\n\n', '"never closed\n'.repeat(3)])
    expect(() => startOf(text, { last: true }, { headerRow: 0 }), text).toThrow(/no row/);
});
