import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  emailsIn,
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
    ['jane@example.com.', 'jane@example.com'],
    ["'jane@example.com", 'jane@example.com'],
    ['‘jane@example.com’', 'jane@example.com'],
    ['= jane@example.com', 'jane@example.com'],
    ['- jane@example.com;', 'jane@example.com'],
    ['**jane@example.com**', 'jane@example.com'],
    ['+jane@example.com', '+jane@example.com'],
    ["o'hara@example.com", "o'hara@example.com"],
    ['o’hara@example.com', "o'hara@example.com"],
    ['\u200bjane@exam\u00adple.com\u2060', 'jane@example.com'],
    ['MAILTO:jane@example.com?subject=Hi', 'jane@example.com'],
    ['<jane@example.com>', 'jane@example.com'],
    ['"jane@example.com" <jane@example.com>', 'jane@example.com'],
    ['joe@example.com; Jane <jane@example.com>', null],
    ['"Doe, Jane" <jane@example.com>', 'jane@example.com'],
    ['[Jane](mailto:jane@example.com)', 'jane@example.com'],
    ['jane@example.com (work)', 'jane@example.com'],
    ['jane@www.example.com', 'jane@www.example.com'],
    ['jane@example.com, joe@example.com', null],
    ['Jane jane@example.com', null],
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
  it.each<readonly [string, string | null]>([
    ...[
      'https://www.linkedin.com/in/Jane-Doe/?utm_source=x#top',
      'http://linkedin.com/in/jane-doe///',
      '  DE.LinkedIn.com/in/jane-doe ',
      '/in/jane-doe',
      "'https://www.linkedin.com/in/jane-doe",
      '<https://www.linkedin.com/in/jane-doe>,',
      'https://m.linkedin.com//in/jane%2Ddoe/de-de',
      'https://www.linkedin.com/mwlite/in/jane-doe&trk=x',
      'https://www.linkedin.com/in/jane-doe/overlay/contact-info/',
      'https://www.linkedin.com/in/jane\u200b-doe',
    ].map((given) => [given, 'https://www.linkedin.com/in/jane-doe'] as const),
    ...['jürgen', 'j%C3%BCrgen', 'j%c3%bcrgen', 'ju\u0308rgen', 'JÜRGEN'].map(
      (slug) => [`linkedin.com/in/${slug}`, 'https://www.linkedin.com/in/j%c3%bcrgen'] as const,
    ),
    ['https://www.linkedin.com/in/jürgen%20x', 'https://www.linkedin.com/in/j%c3%bcrgen%20x'],
    ['https://linkedin.com/IN/ACoAABxYz', 'https://www.linkedin.com/in/ACoAABxYz'],
    ...[
      'https://www.linkedin.com/in/ACwAAAbCdEfGhIj',
      'https://www.linkedin.com/sales/lead/ACwAAAbCdEfGhIj,NAME_SEARCH,aBc1',
      'https://www.linkedin.com/sales/people/ACwAAAbCdEfGhIj,NAME_SEARCH,aBc1?x=1',
      'https://www.linkedin.com/talent/profile/ACwAAAbCdEfGhIj',
      'urn:li:fsd_profile:ACwAAAbCdEfGhIj',
    ].map((given) => [given, 'https://www.linkedin.com/in/ACwAAAbCdEfGhIj'] as const),
    ['https://www.linkedin.com/in/acowan-1', 'https://www.linkedin.com/in/acowan-1'],
    ...[
      'https://www.linkedin.com/company/acme',
      'https://www.linkedin.com/sales/company/1',
      'https://www.linkedin.com/pub/jane-doe/1/2/3',
      'https://www.linkedin.com/profile/view?id=1',
      'https://www.linkedin.com/feed/',
      'https://www.linkedin.com/in/',
      'https://www.linkedin.com/in/imported-123',
      'https://www.linkedin.com/in/%zz',
      'https://www.linkedin.com',
      'https://www.linkedin.com/',
      'https://linkedin.com.evil.example/in/jane',
      'https://evil.example/linkedin.com/in/jane',
      'https://notlinkedin.com/in/jane',
      'ftp://linkedin.com/in/jane',
      'https://jane@linkedin.com/in/x',
      'https://linkedin.com/in/ja ne',
      'https://linkedin.com/in/\ud800',
      'jane-doe',
      '',
    ].map((given) => [given, null] as const),
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

it.each<readonly [string, string | null]>([
  ['Example.COM', 'example.com'],
  ...[
    'www.acme.example',
    'https://www.acme.example/x?y#z',
    'acme.example:443',
    '*.acme.example',
    '@acme.example',
    '.acme.example.',
    '"acme.example",',
    'ac\u200bme.example',
  ].map((given) => [given, 'acme.example'] as const),
  ['http://münchen.example', 'xn--mnchen-3ya.example'],
  ['www.com', 'www.com'],
  ...['localhost', 'a_b.com', 'exam%ple.com', 'jane@acme.example', ''].map(
    (given) => [given, null] as const,
  ),
  ['b@d.com', null],
])('the domain %j is %j', (given, expected) => {
  expect(normaliseDomain(given)).toBe(expected);
});

it.each([
  ['a@x.de; b@x.de', ['a@x.de', 'b@x.de']],
  ['a@x.de / A@X.de', ['a@x.de']],
  ['Ann <a@x.de>, Bob <b@x.de>', ['a@x.de', 'b@x.de']],
  ['a@x.de ::: b@x.org', ['a@x.de', 'b@x.org']],
  ['call Ann: a@x.de', ['a@x.de']],
  ['mailto:a@x.de', ['a@x.de']],
  ['n/a', []],
  ['a@b@c.de', []],
])('the addresses in %j are %j', (given, expected) => {
  expect(emailsIn(given)).toEqual(expected);
});

it('a person has the identity of the channel, normalised', () => {
  const jane = {
    email: 'Jane@example.com',
    linkedin_url: 'linkedin.com/in/Jane/',
    x_handle: '@Jane',
  };
  expect(identityOf('email', jane)).toBe('jane@example.com');
  expect(identityOf('linkedin', jane)).toBe('https://www.linkedin.com/in/jane');
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
