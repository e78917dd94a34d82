import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  identityOf,
  normaliseDomain,
  normaliseEmail,
  normaliseLinkedInUrl,
  normaliseXHandle,
} from './identity.ts';

describe('email addresses', () => {
  it.each([
    [' Jane@Example.COM\n', 'jane@example.com'],
    ["o'hara+list_1@mail.example.co.uk", "o'hara+list_1@mail.example.co.uk"],
    ['jürgen@example.com', null],
    ['jane@münchen.example', 'jane@xn--mnchen-3ya.example'],
    ['jane@例え.テスト', 'jane@xn--r8jz45g.xn--zckzah'],
    ['"jane doe"@example.com', null],
    ['jane@example', null],
    ['jane@[127.0.0.1]', null],
    ['jane@127.0.0.1', null],
    ['jane@-example.com', null],
    ['jane@example..com', null],
    ['jane@example.com.', null],
    ['.jane@example.com', null],
    ['ja..ne@example.com', null],
    ['jane@doe@example.com', null],
    ['jane@exam ple.com', null],
    ['jane@exa／mple.com', null],
    ['jane@example.com\r\nBcc: x@example.com', null],
    ['jane@\ud800.com', null],
    ['@example.com', null],
    ['jane@', null],
    ['', null],
    [`${'a'.repeat(65)}@example.com`, null],
    [`${'a'.repeat(64)}@example.com`, `${'a'.repeat(64)}@example.com`],
    [`jane@${'a'.repeat(64)}.com`, null],
    [
      `${'a'.repeat(62)}@${'abcdefgh.'.repeat(21)}de`,
      `${'a'.repeat(62)}@${'abcdefgh.'.repeat(21)}de`,
    ],
    [`${'a'.repeat(63)}@${'abcdefgh.'.repeat(21)}de`, null],
    [`jane@${'abcdefgh.'.repeat(28)}com`, null],
    ['jane@acme.-ß', null],
    ['jane@ä-。com', null],
    ['jane@ä-ö.com', 'jane@xn----zfa9c.com'],
  ])('%j is %j', (given, expected) => {
    expect(normaliseEmail(given)).toBe(expected);
  });

  it('stay the same when they are normalised again', () => {
    const checked = fc.property(
      fc.oneof(
        fc.emailAddress(),
        fc.string({ unit: 'binary' }),
        fc.string({ unit: fc.constantFrom('a', 'Ä', '@', '.', '-', '_', 'ß', '。') }),
      ),
      (given) => {
        const once = normaliseEmail(given);
        if (once !== null)
          expect([normaliseEmail(once), normaliseEmail(given.toUpperCase())?.length]).toEqual([
            once,
            expect.any(Number),
          ]);
      },
    );
    fc.assert(checked, { numRuns: 3_000 });
  });
});

describe('LinkedIn addresses', () => {
  it.each([
    [
      'https://www.linkedin.com/in/Jane-Doe/?utm_source=x#top',
      'https://www.linkedin.com/in/jane-doe',
    ],
    ['http://linkedin.com/in/jane///', 'https://linkedin.com/in/jane'],
    ['  DE.LinkedIn.com/in/jane ', 'https://de.linkedin.com/in/jane'],
    ['https://www.linkedin.com/in/jürgen', 'https://www.linkedin.com/in/j%c3%bcrgen'],
    ['https://www.linkedin.com/in/j%C3%BCrgen', 'https://www.linkedin.com/in/j%c3%bcrgen'],
    ['https://www.linkedin.com/in/jürgen%20x', 'https://www.linkedin.com/in/j%c3%bcrgen%20x'],
    ['https://www.linkedin.com/in/ACoAABxYz', 'https://www.linkedin.com/in/ACoAABxYz'],
    ['https://www.linkedin.com/in/imported-123', null],
    ['https://www.linkedin.com', null],
    ['https://www.linkedin.com/', null],
    ['https://linkedin.com.evil.example/in/jane', null],
    ['https://evil.example/linkedin.com/in/jane', null],
    ['https://notlinkedin.com/in/jane', null],
    ['ftp://linkedin.com/in/jane', null],
    ['https://jane@linkedin.com/in/x', null],
    ['https://linkedin.com/in/ja ne', null],
    ['https://linkedin.com/in/\ud800', null],
    ['', null],
  ])('%j is %j', (given, expected) => {
    expect(normaliseLinkedInUrl(given)).toBe(expected);
  });

  it('stay the same when they are normalised again', () => {
    const path = fc.string({ unit: 'binary' });
    const checked = fc.property(path, (given) => {
      const once = normaliseLinkedInUrl(`https://linkedin.com/in/${given}`);
      expect(once === null || normaliseLinkedInUrl(once) === once).toBe(true);
    });
    fc.assert(checked, { numRuns: 3_000 });
  });
});

describe('names on X', () => {
  it.each([
    ['Jane_Doe', 'jane_doe'],
    [' @JANE ', 'jane'],
    ['https://x.com/Jane?s=21', 'jane'],
    ['http://www.twitter.com/@Jane/', 'jane'],
    ['mobile.twitter.com/jane/status/123#top', 'jane'],
    ['X.com/Jane', 'jane'],
    ['_', '_'],
    ['abcdefghijklmno', 'abcdefghijklmno'],
    ['abcdefghijklmnop', null],
    ['44196397', '44196397'],
    ['1234567890123456789', '1234567890123456789'],
    ['12345678901234567890', null],
    ['https://x.com/i/user/44196397', '44196397'],
    ['0123', null],
    // A handle of digits alone would be read as another account's id.
    ['@44196397', null],
    ['x.com/44196397', null],
    ['x.com/i/user/jane', null],
    ['https://x.com/home', null],
    ['https://x.com/', null],
    ['https://x.com.evil.example/jane', null],
    ['https://evil.example/x.com/jane', null],
    ['jane doe', null],
    ['jane-doe', null],
    ['jäne', null],
    ['@@jane', null],
    ['x.com/jane\nx', null],
    ['\ud800', null],
    ['', null],
  ])('%j is %j', (given, expected) => {
    expect(normaliseXHandle(given)).toBe(expected);
  });

  it('stay the same when they are normalised again', () => {
    const unit = fc.constantFrom('a', 'Z', '_', '1', '@', '/', '.', ' ', 'ß', 'İ');
    const checked = fc.property(
      fc.oneof(
        fc.string({ unit }),
        fc.string({ unit }).map((path) => `x.com/${path}`),
      ),
      (given) => {
        const once = normaliseXHandle(given);
        expect(once === null || normaliseXHandle(once) === once).toBe(true);
      },
    );
    fc.assert(checked, { numRuns: 3_000 });
  });
});

it('a domain needs two labels', () => {
  expect(
    ['Example.COM', 'localhost', 'a_b.com', 'exam%ple.com', 'b@d.com'].map(normaliseDomain),
  ).toEqual(['example.com', null, null, null, null]);
});

it('a person has the identity of the channel, normalised', () => {
  const jane = {
    email: 'Jane@example.com',
    linkedin_url: 'linkedin.com/in/Jane/',
    x_handle: '@Jane',
  };
  expect(identityOf('email', jane)).toBe('jane@example.com');
  expect(identityOf('linkedin', jane)).toBe('https://linkedin.com/in/jane');
  expect(identityOf('x', jane)).toBe('jane');
  expect([
    identityOf('email', { email: null }),
    identityOf('email', { email: 'x' }),
    identityOf('pigeon', jane),
  ]).toEqual([null, null, null]);
});

it('200,000 identities are normalised within 1.5 seconds', () => {
  const start = performance.now();
  for (let index = 0; index < 100_000; index++)
    identityOf('email', { email: `Person.${index}@Example.com` });
  for (let index = 0; index < 100_000; index++)
    identityOf('linkedin', { linkedin_url: `https://www.linkedin.com/in/Person-${index}/?x=1` });
  expect(performance.now() - start).toBeLessThan(1_500);
});
