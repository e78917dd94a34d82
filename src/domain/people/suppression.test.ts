import { describe, expect, it } from 'vitest';
import { guessSuppression, normaliseSuppression, suppressionKeys } from './suppression.ts';

it.each([
  ['email', ' Jane@Example.com', 'jane@example.com'],
  ['email', 'example.com', null],
  ['domain', '@Example.com ', 'example.com'],
  ['domain', 'bücher.example', 'xn--bcher-kva.example'],
  ['domain', 'com', null],
  ['linkedin', 'linkedin.com/in/Jane/', 'https://www.linkedin.com/in/jane'],
  ['linkedin', 'jane', null],
  ['x', 'https://x.com/Jane', 'jane'],
  ['x', 'jane doe', null],
] as const)('the %s %j is stored as %j', (kind, given, kept) => {
  expect(normaliseSuppression(kind, given)).toBe(kept);
});

it('a person is suppressed by the address, its domain and those above, and the profiles', () => {
  expect(
    suppressionKeys({
      email: 'Jane@mail.example.co.uk',
      linkedin_url: 'linkedin.com/in/jane',
      x_handle: '@Jane',
    }),
  ).toEqual([
    { kind: 'email', value: 'jane@mail.example.co.uk' },
    { kind: 'domain', value: 'mail.example.co.uk' },
    { kind: 'domain', value: 'example.co.uk' },
    { kind: 'domain', value: 'co.uk' },
    { kind: 'linkedin', value: 'https://www.linkedin.com/in/jane' },
    { kind: 'x', value: 'jane' },
  ]);
  expect(suppressionKeys({ email: null })).toEqual([]);
});

describe('a row of a list asks to suppress', () => {
  it.each<readonly [string[], string | null]>([
    [['Ann', 'ann@shut.test', 'acme.com'], 'email ann@shut.test'],
    [['shut.example'], 'domain shut.example'],
    [['', 'shut.example', ' '], 'domain shut.example'],
    [['Ann', 'acme.com'], null],
    [['https://www.linkedin.com/in/cid/'], 'linkedin https://www.linkedin.com/in/cid'],
    [['https://x.com/dee'], 'x dee'],
    [['@dee'], 'x dee'],
    [['dee'], null],
    [[''], null],
  ])('%j: %s', (cells, expected) => {
    const found = guessSuppression(cells);
    expect(found && `${found.kind} ${found.value}`).toBe(expected);
  });

  it('only what the caller asks for, when they do', () => {
    expect(guessSuppression(['ann@shut.test', 'dee'], 'x')).toEqual({ kind: 'x', value: 'dee' });
    expect(guessSuppression(['ann@shut.test'], 'domain')).toBeNull();
  });
});
