import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSameText, plain } from './words.ts';

it('plain undoes one level of escapes', () => {
  expect(plain('a &lt; b &amp;&amp; c &gt; d &amp;lt; &quot;')).toBe('a < b && c > d &lt; &quot;');
});

describe('isSameText', () => {
  it.each([
    ['see example.com.', 'see https://t.co/abc123.'],
    ['(https://example.com/a?b=c)', '(https://t.co/abc)'],
    ['https://müller.example/ä und mehr', 'https://t.co/abc und mehr'],
    ['http://10.0.0.1:8080/x', 'http://t.co/x'],
    ['mail me at a@b.example', 'mail me at a@b.example'],
    ['R&D &amp; more', 'R&amp;D &amp;amp; more'],
    ['R&D &amp; more', 'R&D &amp; more'],
    ['  a\n\n b\t', 'a b'],
    ['Zoe\u0308 👩‍💻', 'Zoë 👩💻'],
  ])('accepts %j shown as %j', (sent, shown) => {
    expect(isSameText(sent, shown)).toBe(true);
  });

  it.each([
    ['Hi Jane', 'Hi Joe'],
    ['Hi Jane', 'Hi Jane and Joe'],
    ['Hi Jane', ''],
  ])('refuses %j shown as %j', (sent, shown) => {
    expect(isSameText(sent, shown)).toBe(false);
  });

  it('accepts any text after escaping and with its links shortened', () => {
    const unit = fc.constantFrom(
      'a',
      'B',
      ' ',
      '\n',
      '.',
      ':',
      '&',
      '<',
      ';',
      'amp;',
      'https://x.example/y',
      'ö',
      '\ufe0f',
      '👍',
    );
    const escapeText = (text: string) =>
      text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
    const checked = fc.property(fc.string({ unit, maxLength: 40 }), (text) => {
      expect(isSameText(text, escapeText(text))).toBe(true);
      expect(
        isSameText(
          text,
          escapeText(text.trim().replaceAll('https://x.example/y', 'https://t.co/1')),
        ),
      ).toBe(true);
    });
    fc.assert(checked, { numRuns: 2_000 });
  });
});
