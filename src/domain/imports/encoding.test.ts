import { describe, expect, it } from 'vitest';
import { byteOffset, createCensus, decode, detectEncoding, encodingNamed } from './encoding.ts';

/** The text of a file of these bytes, which comes in pieces. */
function read(bytes: Buffer, piece = 1_000) {
  const { take, end } = createCensus();
  for (let at = 0; at < bytes.length; at += piece) take(bytes.subarray(at, at + piece));
  const census = end();
  const reading = detectEncoding(bytes, census);
  return { ...reading, census, text: decode(bytes.subarray(reading.bom), reading.encoding) };
}

const latin1 = (text: string) => Buffer.from(text, 'latin1');

describe('the encoding of a file', () => {
  const text = 'Jörg,€,😀\n';
  it.each<[string, Buffer, string]>([
    ['UTF-8', Buffer.from(text), 'utf-8'],
    ['UTF-8 with a mark', Buffer.from(`\ufeff${text}`), 'utf-8'],
    ['UTF-16LE with a mark', Buffer.from(`\ufeff${text}`, 'utf16le'), 'utf-16le'],
    ['UTF-16BE with a mark', Buffer.from(`\ufeff${text}`, 'utf16le').swap16(), 'utf-16be'],
  ])('is found: %s', (_name, bytes, encoding) => {
    expect(read(bytes)).toMatchObject({ encoding, text, guessed: false });
  });

  it('is UTF-16 without a mark where every second byte is zero', () => {
    expect(read(Buffer.from('name,company\n', 'utf16le')).encoding).toBe('utf-16le');
  });

  // Bytes as programs of these code pages write them.
  it.each([
    ['windows-1252', 'J\xf6rg M\xfcller', 'Jörg Müller'],
    ['windows-1252', 'Acme \x96 Labs, \x935\x94, 5\x80', 'Acme – Labs, “5”, 5€'],
    ['windows-1252', 'No\xebl Lef\xe8vre', 'Noël Lefèvre'],
    ['windows-1250', '\xa3ukasz Wi\x9cniewski', 'Łukasz Wiśniewski'],
    ['windows-1250', 'Dvo\xf8\xe1k Ji\xf8\xed', 'Dvořák Jiří'],
    ['windows-1250', 'Sz\xf5ke \xd6d\xf6n Heged\xfbs', 'Szőke Ödön Hegedűs'],
    ['windows-1251', '\xc8\xe2\xe0\xed \xcf\xe5\xf2\xf0\xee\xe2', 'Иван Петров'],
    ['koi8-r', '\xe9\xd7\xc1\xce \xf0\xc5\xd4\xd2\xcf\xd7', 'Иван Петров'],
    ['windows-1253', '\xc3\xe9\xfe\xf1\xe3\xef\xf2', 'Γιώργος'],
    ['windows-1254', 'Ay\xfee Y\xfdlmaz', 'Ayşe Yılmaz'],
    ['macintosh', 'J\x9arg M\x9fller', 'Jörg Müller'],
    ['cp850', 'J\x94rg M\x81ller', 'Jörg Müller'],
    ['shift_jis', '\x8eR\x93c\x91\xbe\x98Y', '山田太郎'],
    ['gbk', '\xd5\xc5\xce\xb0', '张伟'],
    ['euc-kr', '\xb1\xe8\xb9\xce\xbc\xf6', '김민수'],
  ])('is guessed by the letters: %s', (encoding, bytes, name) => {
    const file = latin1(`email,name\na@x.de,${bytes}\n`);
    expect(read(file)).toMatchObject({
      encoding,
      guessed: true,
      text: `email,name\na@x.de,${name}\n`,
    });
  });

  it('is named in many ways', () => {
    expect(
      ['Latin1', 'CP1250', 'UTF8', 'Shift-JIS', 'mac', 'cp437', 'klingon'].map(encodingNamed),
    ).toEqual(['windows-1252', 'windows-1250', 'utf-8', 'shift_jis', 'macintosh', 'cp850', null]);
  });
});

describe('a file of UTF-8 with some bytes that are not', () => {
  it.each([
    ['a pasted dash', 'J\xc3\xbcrgen \x96 Labs', 'Jürgen – Labs', 1],
    ['an appended part', 'J\xc3\xbcrgen\nZo\xc3\xab\nJ\xf6rg', 'Jürgen\nZoë\nJörg', 1],
    ['a character of two surrogates', 'J\xc3\xbcrgen \xed\xa0\xbd\xed\xb8\x80', 'Jürgen 😀', 0],
    ['a character that is cut', 'J\xc3\xbcrgen J\xc3', 'Jürgen J\ufffd', 1],
    ['a byte that is nothing', 'J\xc3\xbcrgen\n\x81', 'Jürgen\n\ufffd', 1],
    ['bytes on two of three lines', '\xef\xbb\xbf\xe4\xe4\nb\n\xe4\n', 'ää\nb\nä\n', 2],
  ])('is read in place: %s', (_what, bytes, text, badLines) => {
    const found = read(latin1(bytes), 3);
    expect([found.encoding, found.text, found.census.badLines]).toEqual(['utf-8', text, badLines]);
  });
});

it('the place of a line in bytes follows from the lines behind it', () => {
  for (const encoding of ['utf-8', 'gbk', 'utf-16le'] as const) {
    const bytes =
      encoding === 'utf-16le' ? Buffer.from('ä,1\nb\nc', 'utf16le') : latin1('\xd5\xc5,1\nb\nc');
    const text = decode(bytes, encoding);
    const at = (unit: number) => byteOffset({ bytes, text, encoding, newline: '\n' }, unit);
    const lines = [0, text.indexOf('b'), text.indexOf('c'), text.length].map(at);
    expect(lines).toEqual(encoding === 'utf-16le' ? [0, 8, 12, 14] : [0, 5, 7, 8]);
  }
});
