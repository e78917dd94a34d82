import { describe, expect, it } from 'vitest';
import { everyOperation } from '../../operations/index.gen.ts';
import { withKnownWords } from './aliases.ts';
import type { Candidate } from './kinds.ts';
import { matches } from './names.ts';

describe('a word for a thing', () => {
  const candidate = (id: string, ...names: string[]): Candidate => ({ id, names, label: '' });
  const [spring, second, twin] = [
    candidate('01a22c83-baa6-7453-947d-7cbfd6d57cc0', 'Spring'),
    candidate('01a22c83-c00b-70e5-a2d5-efbd3e6aaefe', 'Spring, second wave', 'ann@acme.test'),
    candidate('01a22c83-c00b-70e5-a2d5-efbd00000001', 'cafe'),
  ];
  it.each([
    ['Spring', [spring]],
    [' spring ', [spring]],
    ['Spr', [spring, second]],
    ['spring, s', [second]],
    ['ANN@acme.test', [second]],
    ['d6d57cc0', [spring]],
    ['01a22c83-c00b', [second, twin]],
    ['cafe', [twin]],
    ['nobody', []],
    ['%', []],
  ])('"%s" is the whole name, else a part of the id, else a beginning', (word, meant) =>
    expect(matches(word, [spring, second, twin])).toEqual(meant),
  );
});

it.each([
  ['campaign list', 'campaign'],
  ['campaigns ls --status active', 'campaign --status active'],
  ['campaign get --id list', 'campaign --id list'],
  ['campaigns people list', 'campaign lead'],
  ['campaign messages --id list', 'campaign generate-message list --id list'],
  ['campaign messages list', 'campaign generate-message list'],
  ['account', 'sender'],
  ['accounts list', 'account list'],
  ['account delete --id x', 'account delete --id x'],
  ['account check --id x', 'email account check --id x'],
  ['mailboxes', 'email account'],
  ['events', 'event'],
  ['inbox --view unread', 'thread --view unread'],
  ['reply', 'reply'],
  ['reply --id x --body-text y', 'thread message send --id x --body-text y'],
  ['lead list', 'lead'],
  ['list', 'list'],
  ['lists list', 'list'],
  ['campaign creat list', 'campaign creat list'],
  ['campaign launch list', 'campaign launch list'],
])('"%s" is read as "%s"', (typed, read) => {
  expect(withKnownWords(typed.split(' '), everyOperation).join(' ')).toBe(read);
});
