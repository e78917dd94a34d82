import fc from 'fast-check';
import Papa from 'papaparse';
import { describe, expect, it } from 'vitest';
import { maxRecordLength, scanCsv, writeCsv } from './csv.ts';

const comma = { delimiter: ',', newline: '\n' } as const;

describe('scanCsv', () => {
  it('reads quotes, escaped quotes, and line ends inside quotes', () => {
    const { records } = scanCsv('a,"b ""x"", y"\r\n"line 1\nline 2",é\n', comma, { last: true });
    expect(records).toEqual([
      ['a', 'b "x", y'],
      ['line 1\nline 2', 'é'],
    ]);
  });

  it('reads the output of writeCsv as an independent parser does', () => {
    const cell = fc.string({
      unit: fc.constantFrom('a', 'é', ',', '"', '\n', '\r', ' ', ';'),
      maxLength: 6,
    });
    fc.assert(
      fc.property(
        fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 5 }),
        (rows) => {
          const text = writeCsv(rows);
          expect(scanCsv(text, comma, { last: true }).records).toEqual(rows);
          expect(
            Papa.parse(text, { delimiter: ',', newline: '\n', skipEmptyLines: true }).data,
          ).toEqual(rows);
        },
      ),
    );
  });

  it('reads the same records wherever the text is cut into pieces', () => {
    const text = 'a,b\r\n"x ""1""\r\n2",y\r\nlast,"one"';
    const whole = scanCsv(text, comma, { last: true }).records;
    for (let cut = 0; cut <= text.length; cut += 1) {
      const first = scanCsv(text.slice(0, cut), comma, { last: false });
      const rest = scanCsv(text.slice(first.end), comma, { last: true });
      expect([...first.records, ...rest.records], `cut at ${cut}`).toEqual(whole);
    }
  });

  const read = (text: string, width: number | null = null) =>
    scanCsv(text, comma, { last: true, width });

  it('loses one line to a broken quote when the lines behind it are rows, not the file', () => {
    const { records, starts, rows } = read('a,b\n"oops,1\nc,d\n"e"x,2\nf,"g"\n', 2);
    expect(records).toEqual([['a', 'b'], null, ['c', 'd'], null, ['f', 'g']]);
    expect(starts).toEqual([0, 4, 12, 16, 23]);
    expect(rows).toEqual([1, 2, 3, 4, 5]);
  });

  it.each<[string, string, (string[] | null)[]]>([
    [
      'an unmarked quote within a cell of several lines',
      'b,Bob,ok\na,Ann,"She said "hi" to us\ne,Eve,x\nand left"\nc,Cleo,ok\n',
      [
        ['b', 'Bob', 'ok'],
        ['a', 'Ann', 'She said "hi" to us\ne,Eve,x\nand left'],
        ['c', 'Cleo', 'ok'],
      ],
    ],
    [
      'an unmarked quote at the end of a cell',
      'a,Ann,"She said "hi""\nc,Cleo,ok\n',
      [
        ['a', 'Ann', 'She said "hi"'],
        ['c', 'Cleo', 'ok'],
      ],
    ],
    [
      'unmarked quotes that come in pairs before line ends and commas',
      'a,Ann,"Said "hi"\ne,Eve,x\nend"\nb,Bob,"Said "ho", then\ne,Eve,x\nend"\nc,Cleo,ok\n',
      [
        ['a', 'Ann', 'Said "hi"\ne,Eve,x\nend'],
        ['b', 'Bob', 'Said "ho", then\ne,Eve,x\nend'],
        ['c', 'Cleo', 'ok'],
      ],
    ],
    [
      'inches, which come one by one',
      'a,"55" TV",x\nb,"42" TV",y\nc,5",z\nd,Dan,6"\n',
      [
        ['a', '55" TV', 'x'],
        ['b', '42" TV', 'y'],
        ['c', '5"', 'z'],
        ['d', 'Dan', '6"'],
      ],
    ],
    [
      'a quote behind a backslash',
      'a,"He said \\"hi\\", and left\ne,Eve,x","C:\\\\"\nc,Cleo,ok\n',
      [
        ['a', 'He said "hi", and left\ne,Eve,x', 'C:\\'],
        ['c', 'Cleo', 'ok'],
      ],
    ],
    [
      'a backslash before a closing quote',
      '"a","C:\\temp\\",x\nc,Cleo,ok\n',
      [
        ['a', 'C:\\temp\\', 'x'],
        ['c', 'Cleo', 'ok'],
      ],
    ],
    [
      'a quote that is never closed, before lines that are no rows',
      'a,Ann,"She said\ne,Eve,x\nand left\nc,"Cleo","ok"\n',
      [null, ['c', 'Cleo', 'ok']],
    ],
    [
      'a quote that is open at the end of a cut file',
      'b,Bob,ok\na,Ann,"She\ne,Eve,x\nand',
      [['b', 'Bob', 'ok'], null],
    ],
    ['blanks before a quote', 'a, "Ann, Lee" , "x"\n', [['a', 'Ann, Lee', 'x']]],
    ['blanks before a quote within words', 'a, "Ann" Lee,x\n', [['a', ' "Ann" Lee', 'x']]],
    [
      'several returns before a line end',
      '"a","Ann",x\r\r\nb,Bob,y\r\r\n',
      [
        ['a', 'Ann', 'x'],
        ['b', 'Bob', 'y'],
      ],
    ],
  ])('reads %s', (_what, text, records) => {
    expect(read(text, 3).records).toEqual(records);
  });

  it('reads a cell of a million characters, with lines that look like rows', () => {
    const note = 'eve@x.de,Eve\n'.repeat(80_000);
    expect(read(`a,"${note}"\nb,c\n`, 2).records).toEqual([
      ['a', note],
      ['b', 'c'],
    ]);
  });

  it('stops at a record that is longer than any can be', () => {
    const long = 'x'.repeat(maxRecordLength + 1);
    for (const text of [long, `"${long}`, `"open\n${'x\n'.repeat(maxRecordLength / 2)}`])
      expect(() => scanCsv(text, comma, { last: false, width: 2 })).toThrow('has no end within');
  });

  it('counts rows as a spreadsheet does: blank lines, and a cell of several lines once', () => {
    const { records, rows, row } = scanCsv('\n\r\na,"b\nc"\n\nd,e\n', comma, {
      last: true,
      row: 7,
    });
    expect([records.length, rows, row]).toEqual([2, [10, 12], 12]);
  });

  it('waits for the rest of a record and leaves blank lines out', () => {
    expect(scanCsv('\n\r\na,b\nc', comma, { last: false })).toMatchObject({
      records: [['a', 'b']],
      starts: [3],
      end: 7,
    });
    expect(scanCsv('a,"b"', comma, { last: false }).end).toBe(0);
  });
});
