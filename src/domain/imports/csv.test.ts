import fc from 'fast-check';
import Papa from 'papaparse';
import { describe, expect, it } from 'vitest';
import {
  byteLength,
  decode,
  detectDialect,
  detectEncoding,
  type Encoding,
  maxRecordLength,
  scanCsv,
  writeCsv,
} from './csv.ts';

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

  it('loses one line to a broken quote, not the rest of the file', () => {
    const { records, starts } = scanCsv('a,b\n"oops,1\nc,d\n"e"x,2\nf,"g"\n', comma, {
      last: true,
    });
    expect(records).toEqual([['a', 'b'], null, ['c', 'd'], null, ['f', 'g']]);
    expect(starts).toEqual([0, 4, 12, 16, 23]);
  });

  it('gives up on an unclosed quote and on an endless line before the file ends', () => {
    const open = scanCsv(`"open\nc,d\n${'x,y\n'.repeat(maxRecordLength / 4)}`, comma, {
      last: false,
    });
    expect(open.records.slice(0, 2)).toEqual([null, ['c', 'd']]);
    expect(scanCsv('x'.repeat(maxRecordLength + 1), comma, { last: false })).toEqual({
      records: [null],
      starts: [0],
      end: maxRecordLength + 1,
    });
  });

  it('waits for the rest of a record and leaves blank lines out', () => {
    expect(scanCsv('\n\r\na,b\nc', comma, { last: false })).toEqual({
      records: [['a', 'b']],
      starts: [3],
      end: 7,
    });
    expect(scanCsv('a,"b"', comma, { last: false }).end).toBe(0);
  });
});

describe('detectDialect', () => {
  it.each([
    ['a,b\n1,2\n', ','],
    ['Name;Firma, Ort\nx;"y, z"\n', ';'],
    ['a\tb\n1,5\t2\n', '\t'],
    ['email\nx@y.de\n', ','],
    ['"a;b","c"\n"1;2;3","4"\n', ','],
  ])('detects for %j the delimiter %j', (sample, delimiter) => {
    expect(detectDialect(sample)).toEqual({ delimiter, newline: '\n' });
  });

  it('detects the line ends of old Macs', () => {
    expect(scanCsv('a,b\r1,"2"\r', detectDialect('a,b\r1,"2"\r'), { last: true }).records).toEqual([
      ['a', 'b'],
      ['1', '2'],
    ]);
  });
});

describe('detectEncoding', () => {
  const text = 'Jörg,€,😀\n';
  const utf16be = Buffer.from(text, 'utf16le').swap16();
  it.each<[string, Buffer, Encoding, number]>([
    ['UTF-8', Buffer.from(text), 'utf-8', 0],
    ['UTF-8 with a mark', Buffer.from(`\ufeff${text}`), 'utf-8', 3],
    ['UTF-16LE with a mark', Buffer.from(`\ufeff${text}`, 'utf16le'), 'utf-16le', 2],
    ['UTF-16BE with a mark', Buffer.concat([Buffer.from([0xfe, 0xff]), utf16be]), 'utf-16be', 2],
    ['UTF-16LE without a mark', Buffer.from('name,company\n', 'utf16le'), 'utf-16le', 0],
  ])('detects %s, and measures the bytes of the text', (_name, bytes, encoding, bom) => {
    expect(detectEncoding(bytes, { isUtf8: encoding === 'utf-8' })).toEqual({ encoding, bom });
    const decoded = decode(bytes.subarray(bom), encoding, { last: true });
    expect(byteLength(decoded, encoding)).toBe(bytes.length - bom);
    expect(decode(bytes.subarray(bom, bytes.length - 1), encoding, { last: false })).toBe(
      decoded.slice(0, -1),
    );
  });

  it('reads bytes that are not UTF-8 as Windows-1252', () => {
    const bytes = Buffer.from([0x4a, 0xf6, 0x72, 0x67, 0x80]);
    expect(detectEncoding(bytes, { isUtf8: false })).toEqual({ encoding: 'windows-1252', bom: 0 });
    expect(decode(bytes, 'windows-1252', { last: true })).toBe('Jörg€');
    expect(byteLength('Jörg€', 'windows-1252')).toBe(5);
  });
});
