import { describe, expect, it } from 'vitest';
import { AppError } from '../errors.ts';
import { readJsonBody, refuseBadText } from './json-body.ts';

const read = (text: string) => readJsonBody(Buffer.from(text));
const refusalOf = (run: () => unknown): AppError => {
  try {
    run();
  } catch (error) {
    if (error instanceof AppError) return error;
  }
  throw new Error('it was not refused');
};

describe('a JSON body', () => {
  it.each(['', ' \n', '\uFEFF{}'])('%j is an empty object', (text) => {
    expect(read(text)).toEqual({});
  });

  it('keeps its values, with escaped quotes and colons in strings too', () => {
    const body = { 'a:"b"': ['{"x":1}', '\\', '\\"', ':'], n: { m: 1.5, l: [[], {}], k: null } };
    expect(read(JSON.stringify(body, null, 2))).toEqual(body);
  });

  it.each(['[]', '1', '"x"', 'null', 'true'])('%s is refused, because it is no object', (text) => {
    expect(refusalOf(() => read(text)).code).toBe('request.malformed');
  });

  it.each(['{', '{"a":1,}', "{'a':1}", '{"a":NaN}', '{"a":"\u0000"}', 'name=x'])(
    '%j is refused, because it is no JSON',
    (text) => {
      expect(refusalOf(() => read(text))).toMatchObject({ code: 'request.malformed', status: 400 });
    },
  );

  it('in another encoding than UTF-8 is refused', () => {
    expect(refusalOf(() => readJsonBody(Buffer.from('{"a":"\xe4"}', 'latin1'))).message).toContain(
      'UTF-8',
    );
  });

  it.each(['{"a":1,"a":2}', '{"a":{"b":1,"b":1}}', '{"l":[{"a":1,"\\u0061":2}]}'])(
    '%s is refused, because it repeats a name',
    (text) => {
      expect(refusalOf(() => read(text)).message).toContain('repeats a name');
    },
  );

  it('cannot change a prototype', () => {
    expect(refusalOf(() => read('{"__proto__":{"admin":true}}')).code).toBe('request.malformed');
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  it('with more values than its route takes is refused before it is built', () => {
    const listOf = (items: number) => `{"a":[${'0,'.repeat(items - 1)}0]}`;
    expect(read(listOf(19_000))).toHaveProperty('a');
    for (const text of [
      listOf(21_000),
      `{"a":[${'{},'.repeat(11_000)}1]}`,
      `{${Array.from({ length: 21_000 }, (_, at) => `"k${at}":0`).join(',')}}`,
      `{"a":${'0,'.repeat(1_000_000)}`,
    ])
      expect(refusalOf(() => read(text))).toMatchObject({
        code: 'request.too_large',
        message: expect.stringContaining('20000 values'),
      });
    expect(readJsonBody(Buffer.from(listOf(21_000)), 30_000)).toHaveProperty('a');
    expect(refusalOf(() => readJsonBody(Buffer.from(listOf(31_000)), 30_000)).status).toBe(413);
  });

  it('may hold the signs of JSON in its texts, as many as there are', () => {
    expect(read(JSON.stringify({ a: '[{,:'.repeat(30_000) }))).toHaveProperty('a');
  });

  it('nests at most 64 levels', () => {
    const nested = (depth: number) => `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`;
    expect(read(nested(64))).toHaveProperty('a');
    expect(refusalOf(() => read(nested(65))).message).toContain('64');
    expect(refusalOf(() => read(`{"a":${'['.repeat(1_000_000)}`)).message).toContain('64');
  });

  it('with a NUL or a lone surrogate is refused with its pointer', () => {
    expect(refusalOf(() => read('{"a":{"b":["x","\\u0000"]}}')).errors).toMatchObject([
      { pointer: '/a/b/1', code: 'bad_text' },
    ]);
    expect(refusalOf(() => read('{"a":"\\ud800"}')).errors).toMatchObject([{ pointer: '/a' }]);
    expect(refusalOf(() => read('{"a\\u0000":1}')).errors).toHaveLength(1);
  });

  it('may contain an escaped backslash before u0000, and surrogate pairs', () => {
    expect(read('{"a":"\\\\u0000","b":"\\ud83d\\ude00"}')).toEqual({ a: '\\u0000', b: '😀' });
  });
});

describe('text of a query', () => {
  it('with a NUL is refused with its pointer', () => {
    expect(refusalOf(() => refuseBadText({ q: 'a\0' })).errors).toMatchObject([{ pointer: '/q' }]);
    expect(refuseBadText({ q: 'fine' })).toBeUndefined();
  });
});
