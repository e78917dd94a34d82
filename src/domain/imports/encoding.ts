import { decodeUtf8, sequenceAt } from './utf8.ts';
import { alphabets, cp850, doubleByte } from './words/alphabets.ts';

/**
 * The encodings that a caller may name: those of the WHATWG standard that tables have, and cp850.
 */
export const encodings = [
  'utf-8',
  'utf-16le',
  'utf-16be',
  'windows-1252',
  'windows-1250',
  'windows-1251',
  'windows-1253',
  'windows-1254',
  'windows-1255',
  'windows-1256',
  'windows-1257',
  'macintosh',
  'x-mac-cyrillic',
  'koi8-r',
  'ibm866',
  'cp850',
  'shift_jis',
  'euc-jp',
  'gbk',
  'gb18030',
  'big5',
  'euc-kr',
] as const;
export type Encoding = (typeof encodings)[number];

/**
 * The encoding of this name in any usual spelling ("latin1", "CP1250", "UTF8"); null when unknown.
 */
export function encodingNamed(name: string): Encoding | null {
  const plain = name.trim().toLowerCase();
  if (/^(?:cp|ibm)?-?(?:850|858|437)$/.test(plain)) return 'cp850';
  try {
    const { encoding } = new TextDecoder(plain.replace(/^cp-?(125\d)$/, 'windows-$1'));
    return encodings.find((known) => known === encoding) ?? null;
  } catch {
    return null;
  }
}

/** Counts of a whole file, taken while it is stored, by which its encoding is decided. */
export type Census = {
  /** Characters that are valid UTF-8 beyond ASCII. */
  characters: number;
  /** Bytes that are no UTF-8, and the lines with such. */
  bad: number;
  badLines: number;
  /** Bytes beyond ASCII with those around, at most `sampleBytes`. */
  sample: Buffer;
};

const sampleBytes = 8_192;
const around = 40;

/**
 * Takes the census of a file that comes in pieces; `take` is called with each, `end` at the end.
 */
export function createCensus(): { take: (piece: Uint8Array) => void; end: () => Census } {
  const census = { characters: 0, bad: 0, badLines: 0 };
  const samples: Buffer[] = [];
  let sampled = 0;
  let rest = Buffer.alloc(0);
  let lineIsBad = false;
  const take = (piece: Uint8Array, last = false) => {
    const bytes = rest.length > 0 ? Buffer.concat([rest, piece]) : piece;
    let sampledTo = 0;
    rest = Buffer.alloc(0);
    for (let at = 0; at < bytes.length; ) {
      const byte = bytes[at]!;
      if (byte < 0x80) {
        if (byte === 0x0a) lineIsBad = false;
        at += 1;
        continue;
      }
      const length = sequenceAt(bytes, at);
      if (length === -1) {
        rest = Buffer.from(bytes.subarray(at));
        if (!last) break;
      }
      if (at >= sampledTo && sampled < sampleBytes) {
        const window = bytes.subarray(Math.max(sampledTo, at - around), at + around);
        sampledTo = at + around;
        sampled += window.length;
        samples.push(Buffer.from(window));
      }
      if (length > 0) census.characters += 1;
      else {
        census.bad += length === -1 ? 0 : 1;
        if (!lineIsBad) census.badLines += 1;
        lineIsBad = true;
      }
      at += length === -1 ? bytes.length : Math.max(length, 1);
    }
  };
  return {
    take: (piece) => take(piece),
    end: () => {
      const left = rest;
      rest = Buffer.alloc(0);
      if (left.length > 0) take(left, true);
      return { ...census, sample: Buffer.concat(samples) };
    },
  };
}

/** How a file is read: `bom` is the length of its mark in bytes; `guessed` when nothing says so. */
export type Reading = { encoding: Encoding; bom: number; guessed: boolean };

/**
 * The encoding of a file: by its byte order mark, which wins over all else (WHATWG Encoding), the
 * caller's word, the places of NUL bytes, UTF-8 when as many characters are UTF-8 as bytes are not,
 * else by the letters that the bytes are in the code pages of `alphabets`.
 */
export function detectEncoding(
  head: Uint8Array,
  census: Census,
  said: Encoding | null = null,
): Reading {
  const certain = (encoding: Encoding, bom = 0): Reading => ({ encoding, bom, guessed: false });
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return certain('utf-8', 3);
  if (head[0] === 0xff && head[1] === 0xfe) return certain('utf-16le', 2);
  if (head[0] === 0xfe && head[1] === 0xff) return certain('utf-16be', 2);
  if (said) return certain(said);
  const byNulls = utf16ByNulls(head.subarray(0, 1000));
  if (byNulls) return certain(byNulls);
  if (census.bad === 0 || census.characters >= census.bad) return certain('utf-8');
  const isMac = head.includes(0x0d) && !head.includes(0x0a);
  return { encoding: guessByLetters(census.sample, isMac), bom: 0, guessed: true };
}

function utf16ByNulls(sample: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  const zeros = [0, 0];
  sample.forEach((byte, index) => {
    if (byte === 0) zeros[index % 2]! += 1;
  });
  const many = sample.length / 5;
  if (zeros[1]! > many && zeros[0] === 0) return 'utf-16le';
  return zeros[0]! > many && zeros[1] === 0 ? 'utf-16be' : null;
}

/**
 * The code page in which most bytes are letters of one language and fewest stand oddly in words.
 */
function guessByLetters(sample: Buffer, isMac: boolean): Encoding {
  const bytes = sample.toString('latin1');
  const scores = [
    ...alphabets.map(([encoding, letters]): [string, number] => [
      encoding,
      plausibility(decode(sample, encoding as Encoding), lettersIn(letters)) +
        (isMac && encoding === 'macintosh' ? 1 : 0),
    ]),
    ...doubleByte
      .filter(({ bytes: wanted }) => wanted.test(bytes))
      .map(({ encoding, first }): [string, number] => {
        const letters = lettersBehind(encoding, first);
        return [
          encoding,
          plausibility(decode(sample, encoding as Encoding), (sign) => (letters.has(sign) ? 1 : 0)),
        ];
      }),
  ];
  const best = scores.reduce((chosen, one) => (one[1] > chosen[1] + 1e-9 ? one : chosen));
  return best[0] as Encoding;
}

/** How common a letter is in a language: 1, 0.5 for those behind the blank, 0 for others. */
function lettersIn(letters: string): (sign: string) => number {
  const [common = '', rare = ''] = letters.split(' ');
  return (sign) => {
    const lower = sign.toLowerCase();
    if (common.includes(lower)) return 1;
    return rare.includes(lower) ? 0.5 : 0;
  };
}

/** The letters whose first byte is one of these. */
function lettersBehind(
  encoding: string,
  first: readonly (readonly [number, number])[],
): ReadonlySet<string> {
  const pairs = first.flatMap(([from, to]) =>
    Array.from({ length: (to - from + 1) * 191 }, (_, n) => [
      from + Math.floor(n / 191),
      0x40 + (n % 191),
      0x20,
    ]),
  );
  return new Set(decode(Buffer.from(pairs.flat()), encoding as Encoding));
}

const typographic = /[\u2010-\u2026€°§©®«»¿¡\u00a0·・、。　（）]/u;

/** From -2 to 1: how far the signs beyond ASCII look like letters of words. */
function plausibility(text: string, commonness: (sign: string) => number): number {
  const signs = [...text];
  let sum = 0;
  let count = 0;
  for (const [index, sign] of signs.entries()) {
    if (sign < '\u0080') continue;
    count += 1;
    sum += worth(sign, {
      before: signs[index - 1] ?? '',
      after: signs[index + 1] ?? '',
      commonness,
    });
  }
  return count === 0 ? 0 : sum / count;
}

type Place = { before: string; after: string; commonness: (sign: string) => number };

function worth(sign: string, { before, after, commonness }: Place): number {
  if (sign === '\ufffd' || /[\p{Cc}\p{Co}]/u.test(sign)) return -2;
  const [afterLetter, beforeLetter] = [isLetter(before), isLetter(after)];
  if (!isLetter(sign)) {
    // A sum or a measure: £5, 20°.
    if (/\d/.test(before + after)) return 0.6;
    if (sign === '’' || (typographic.test(sign) && !(afterLetter && beforeLetter))) return 0.6;
    return -1;
  }
  if (!/\p{sc=Latin}/u.test(sign)) {
    if (/[a-z]/i.test(before) || /[a-z]/i.test(after)) return -1;
    if (!afterLetter && !beforeLetter && !/\p{sc=Han}/u.test(sign)) return -0.3;
  } else if (!afterLetter && !beforeLetter) return -0.3;
  else if (before > '\u007f' && after > '\u007f') return -0.5;
  // A capital within a word, unless the word is all in capitals.
  if (isCapital(sign) && afterLetter && !(isCapital(before) && !/\p{Ll}/u.test(after))) return -0.5;
  return commonness(sign) || -0.2;
}

const isLetter = (sign: string): boolean => /\p{L}/u.test(sign);
const isCapital = (sign: string): boolean => /\p{Lu}/u.test(sign);

const upperHalf = [...cp850];

/** The text of bytes; a few bytes that are no UTF-8 are read as Windows-1252 in place. */
export function decode(bytes: Uint8Array, encoding: Encoding): string {
  if (encoding === 'utf-8') return decodeUtf8(bytes);
  if (encoding !== 'cp850') return new TextDecoder(encoding, { ignoreBOM: true }).decode(bytes);
  return Buffer.from(bytes)
    .toString('latin1')
    .replace(/[\x80-\xff]/g, (sign) => upperHalf[sign.charCodeAt(0) - 128]!);
}

/**
 * The bytes up to the last line end, in which no character is cut; all of them when there is none.
 */
export function wholeLines(bytes: Buffer, encoding: Encoding, newline: string): Buffer {
  if (isUtf16(encoding)) return bytes.subarray(0, bytes.length - (bytes.length % 2));
  const end = bytes.lastIndexOf(newline.charCodeAt(0));
  return end === -1 ? bytes : bytes.subarray(0, end + 1);
}

/**
 * The place in `bytes` of the line that begins at `at` in their text. Lines are counted from the
 * end, because texts and bytes of a mended or guessed encoding have the same line ends only.
 */
export function byteOffset(
  {
    bytes,
    text,
    encoding,
    newline,
  }: { bytes: Buffer; text: string; encoding: Encoding; newline: string },
  at: number,
): number {
  if (at >= text.length) return bytes.length;
  if (isUtf16(encoding)) return 2 * at;
  let lines = 0;
  for (let next = text.indexOf(newline, at); next !== -1; next = text.indexOf(newline, next + 1))
    lines += 1;
  const endsInLine = !text.endsWith(newline);
  const code = newline.charCodeAt(0);
  let end = endsInLine ? bytes.lastIndexOf(code) : bytes.length - 1;
  for (; lines > 0; lines -= 1) end = bytes.lastIndexOf(code, end - 1);
  return end + 1;
}

const isUtf16 = (encoding: Encoding): boolean => encoding.startsWith('utf-16');
