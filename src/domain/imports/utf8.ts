import { isUtf8 } from 'node:buffer';

/**
 * The length of the UTF-8 sequence that begins at `at` (RFC 3629 section 4), 6 for two surrogates
 * of three bytes each (CESU-8), 0 when the byte begins none, and -1 when the bytes end within it.
 */
export function sequenceAt(bytes: Uint8Array, at: number): number {
  const first = bytes[at]!;
  if (first < 0x80) return 1;
  const more = continuationsOf(first);
  if (more === 0) return 0;
  for (let index = 1; index <= more; index += 1) {
    const next = bytes[at + index];
    if (next === undefined) return -1;
    if (next < 0x80 || next > 0xbf) return 0;
  }
  const second = bytes[at + 1]!;
  if (first === 0xed && second > 0x9f) return surrogatesAt(bytes, at);
  const isOverlong = (first === 0xe0 && second < 0xa0) || (first === 0xf0 && second < 0x90);
  return isOverlong || (first === 0xf4 && second > 0x8f) ? 0 : more + 1;
}

function continuationsOf(first: number): number {
  if (first < 0xc2 || first > 0xf4) return 0;
  if (first < 0xe0) return 1;
  return first < 0xf0 ? 2 : 3;
}

function surrogatesAt(bytes: Uint8Array, at: number): number {
  const isHigh = bytes[at + 1]! < 0xb0;
  if (!isHigh) return 0;
  if (at + 5 >= bytes.length) return bytes[at + 3] === undefined || bytes[at + 3] === 0xed ? -1 : 0;
  return bytes[at + 3] === 0xed && bytes[at + 4]! >= 0xb0 && bytes[at + 4]! <= 0xbf ? 6 : 0;
}

const windows1252 = new TextDecoder('windows-1252');

/**
 * The text of bytes that are UTF-8 but for some: those are read as Windows-1252 in place, because
 * they were pasted or appended from such a file, and as U+FFFD when they are nothing there either.
 */
export function decodeUtf8(bytes: Uint8Array): string {
  if (isUtf8(bytes)) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString();
  const parts: string[] = [];
  let good = 0;
  for (let at = 0; at < bytes.length; ) {
    if (bytes[at]! < 0x80) {
      at += 1;
      continue;
    }
    const length = sequenceAt(bytes, at);
    if (length > 0 && length < 6) {
      at += length;
      continue;
    }
    parts.push(Buffer.from(bytes.subarray(good, at)).toString());
    parts.push(length === 6 ? surrogatePair(bytes, at) : readBad(bytes, at, length));
    at = length === -1 ? bytes.length : at + Math.max(length, 1);
    good = at;
  }
  parts.push(Buffer.from(bytes.subarray(good)).toString());
  return parts.join('');
}

function readBad(bytes: Uint8Array, at: number, length: number): string {
  const sign = windows1252.decode(bytes.subarray(at, at + 1));
  return length === -1 || /\p{Cc}/u.test(sign) ? '\ufffd' : sign;
}

function surrogatePair(bytes: Uint8Array, at: number): string {
  const unit = (from: number) =>
    ((bytes[from]! & 0x0f) << 12) | ((bytes[from + 1]! & 0x3f) << 6) | (bytes[from + 2]! & 0x3f);
  return String.fromCharCode(unit(at), unit(at + 3));
}
