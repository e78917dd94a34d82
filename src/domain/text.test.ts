import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  emailAddress,
  headerText,
  isStorableJson,
  normaliseTimeZone,
  text,
  timeZone,
  uuid,
} from './text.ts';

const refusal = (schema: z.ZodType, value: unknown) =>
  schema
    .safeParse(value)
    .error?.issues.map((issue) => issue.message)
    .join(' ') ?? null;

describe('text', () => {
  it.each([
    ['a\u0000b', 'NUL'],
    ['\ud800', 'lone surrogate'],
    ['x\udc00y', 'lone surrogate'],
    ['', 'Must not be empty.'],
    ['a'.repeat(11), '<=10'],
    [7, 'expected string'],
    [null, 'expected string'],
  ])('refuses %j', (value, reason) => {
    expect(refusal(text({ min: 1, max: 10 }), value)).toContain(reason);
  });

  it('keeps everything else, line breaks and emoji included', () => {
    expect(text().parse(' Grüße\r\n🦊 ')).toBe(' Grüße\r\n🦊 ');
  });

  it('for a header must be one line', () => {
    expect(refusal(headerText(), 'Hello\r\nBcc: all@example.com')).toContain('no CR or LF');
    expect(refusal(headerText(), 'a\nb')).toContain('no CR or LF');
    expect(headerText().parse('100 % größer')).toBe('100 % größer');
  });

  it('is checked inside JSON, keys included', () => {
    expect(isStorableJson({ a: [1, null, { b: 'fine' }] })).toBe(true);
    expect(isStorableJson({ a: [{ b: '\u0000' }] })).toBe(false);
    expect(isStorableJson({ 'k\udfff': 1 })).toBe(false);
  });
});

describe('email addresses', () => {
  it('are normalised', () => {
    expect(emailAddress().parse(' Jane.Doe+x@BÜCHER.Example ')).toBe(
      'jane.doe+x@xn--bcher-kva.example',
    );
  });

  it('are refused with an example', () => {
    expect(refusal(emailAddress(), 'jane')).toContain('jane@example.com');
  });
});

describe('time zones', () => {
  it('are normalised to their usual spelling, links stay links', () => {
    expect(timeZone().parse('europe/berlin')).toBe('Europe/Berlin');
    expect(normaliseTimeZone('asia/calcutta')).toBe('Asia/Calcutta');
  });

  it.each(['', '+02:00', 'Mars/Olympus', 'Europe/Berlin\u0000', 'Europe/Berlin '])(
    'refuse %j',
    (name) => {
      expect(refusal(timeZone(), name)).toContain('Europe/Berlin');
    },
  );
});

describe('ids', () => {
  it.each([
    '00000000-0000-0000-0000-000000000000',
    'ffffffff-ffff-ffff-ffff-ffffffffffff',
    '019a0000-0000-7000-8000-000000000000',
  ])('accept %s', (id) => {
    expect(uuid.parse(id)).toBe(id);
  });

  it('are normalised to lower case, and refuse unknown versions', () => {
    expect(uuid.parse('3C90C3CC-0D44-4B50-8888-8DD25736052A')).toBe(
      '3c90c3cc-0d44-4b50-8888-8dd25736052a',
    );
    expect(refusal(uuid, '3c90c3cc-0d44-9b50-8888-8dd25736052a')).not.toBeNull();
  });
});

it('every text schema has a JSON Schema for input and output', () => {
  const shape = z.object({
    a: text({ max: 10 }),
    b: headerText(),
    c: emailAddress(),
    d: timeZone(),
    e: uuid,
  });
  for (const io of ['input', 'output'] as const) {
    expect(z.toJSONSchema(shape, { io }).properties).toMatchObject({
      a: { type: 'string', maxLength: 10 },
      c: { type: 'string' },
      e: { format: 'uuid' },
    });
  }
});
