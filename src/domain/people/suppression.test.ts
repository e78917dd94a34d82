import { expect, it } from 'vitest';
import { normaliseSuppression, suppressionKeys } from './suppression.ts';

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
