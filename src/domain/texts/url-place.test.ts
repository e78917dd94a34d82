import { expect, it } from 'vitest';
import { UrlReader } from './url-place.ts';

it.each([
  ['See ', null],
  ['a/b ', null],
  ['he or she/', null],
  ['mail ann@example.net/', null],
  ['(e.g./', null],
  ['https://', 'host'],
  ['HTTPS://', 'host'],
  ['(https://example.net', 'host'],
  ['https://example.net/', 'part'],
  ['https://example.net?a=', 'part'],
  ['https://example.net/ and ', null],
  ['see https://example.net/a\n', null],
  ['www.example.net/', 'part'],
  ['example.co.uk/', 'part'],
  ['<a href="', 'start'],
  ["<img src='", 'start'],
  ['<a href="https://example.net/?a=b c&amp;d=', 'part'],
  ['<a href="https://example.net/">', null],
  ['<a title="', null],
  ['<a href=https://example.net/?a=', 'part'],
  ['<a href="/', 'part'],
  ['mailto:', 'host'],
  ['<a href="mailto:ann@example.net?subject=Hi ', 'part'],
  ['[here](https://example.net/', 'part'],
])('after %j the place is %j', (text, place) => {
  const reader = new UrlReader();
  for (const piece of text.match(/.{1,3}/gsu) ?? []) reader.read(piece);
  expect(reader.place).toBe(place);
  const whole = new UrlReader();
  whole.read(text);
  expect(whole.place).toBe(place);
});
