import { expect, it } from 'vitest';
import { type Assessed, type Deed, decide } from './rule.ts';

const fed: Assessed = {
  leadId: 'l',
  lists: '{a}',
  why: null,
  state: 'in',
  knownLists: '{a}',
  prospectId: 'p',
  there: true,
  takenBy: null,
  ruled: false,
};
const unknown = { ...fed, state: null, knownLists: null, prospectId: null, there: false };
const unlisted = { ...fed, why: 'unlisted' as const, lists: null };

const table: [string, Assessed, Deed][] = [
  ['a lead that is fed as before', fed, 'none'],
  ['one in other lists', { ...fed, lists: '{a,b}' }, 'relist'],
  ['one that left every list', unlisted, 'remove'],
  ['one that is excluded', { ...fed, why: 'excluded' }, 'remove'],
  ['one whose only list is being unlinked', { ...unlisted, knownLists: '{x,gone}' }, 'unlink'],
  [
    'one in such a list that is excluded too',
    { ...fed, why: 'excluded', knownLists: '{gone}' },
    'remove',
  ],
  ['one that was unlinked', { ...unlisted, state: 'unlinked', knownLists: '{}' }, 'none'],
  [
    'one that was unlinked and is fed again',
    { ...fed, state: 'unlinked', knownLists: '{}' },
    'relist',
  ],
  [
    'one that left after it was written to, and is back',
    { ...fed, state: 'left', knownLists: '{}' },
    'relist',
  ],
  ['one that was removed, and is back', { ...fed, state: 'removed', knownLists: '{}' }, 'reopen'],
  [
    'one that was removed, and stays out',
    { ...unlisted, state: 'removed', knownLists: '{}' },
    'none',
  ],
  ['one taken off the roster by hand', { ...fed, there: false }, 'none'],
  ['one taken off by hand that has left the lists', { ...unlisted, there: false }, 'forget'],
  ['one whose identity was added by hand', { ...unknown, takenBy: 'p' }, 'none'],
  [
    'one whose identity rules brought as another lead',
    { ...unknown, takenBy: 'p', ruled: true },
    'adopt',
  ],
  ['one that is out of scope and never was in', { ...unknown, why: 'no_identity' }, 'none'],
];

it.each(table)('%s', (_name, lead, deed) => {
  expect(decide(lead, ['gone'])).toBe(deed);
});
