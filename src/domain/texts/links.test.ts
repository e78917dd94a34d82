import { expect, it } from 'vitest';
import { linksIn } from './links.ts';

it.each([
  ['https://example.net/wiki/Mercury_(planet)', ['https://example.net/wiki/Mercury_(planet)']],
  ['(see https://example.net/a_(b))', ['https://example.net/a_(b)']],
  ['[https://example.net/a[1]]', ['https://example.net/a[1]']],
  ['https://example.net/angebot。次', ['https://example.net/angebot']],
  ['（https://example.net）', ['https://example.net']],
  ['「https://example.net/a」', ['https://example.net/a']],
  ['HTTPS://EXAMPLE.NET/x', ['HTTPS://EXAMPLE.NET/x']],
  [
    '“https://example.net/a” and »https://example.net/b«',
    ['https://example.net/a', 'https://example.net/b'],
  ],
  [
    'https://example.net/a… or https://example.net/b’s',
    ['https://example.net/a', 'https://example.net/b’s'],
  ],
  ['**https://example.net/a**', ['https://example.net/a']],
  ['https://example.net/?a=1&b=2.', ['https://example.net/?a=1&b=2']],
  ['https://example.net/a&copy; b', ['https://example.net/a']],
  ['https://example.net/a; b', ['https://example.net/a']],
  ['https://example.net/a?!', ['https://example.net/a']],
  ['https://münchen.example/straße', ['https://münchen.example/straße']],
  ['www.example.net, thanks', ['www.example.net']],
  ['mail ann@www.example.net', []],
  ['https://, http://., mailto:.', []],
  ['mailto:ann@example.net?subject=x.', ['mailto:ann@example.net?subject=x']],
])('the links in %j are %j', (text, links) => {
  expect(linksIn(text).map(({ url }) => url)).toEqual(links);
});

it.each([')', ';', 'https://a.b/', '(', '&a;', '.)'])(
  'a hundred thousand times %j after a link is read in time',
  (sign) => {
    expect(linksIn(`https://example.net/${sign.repeat(100_000)}`).length).toBeGreaterThan(0);
  },
);
