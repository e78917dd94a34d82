import { expect, it } from 'vitest';
import { type AssessedLead, decide, type RuleAction } from './rule.ts';

const fed: AssessedLead = {
  leadId: 'l',
  lists: '{a}',
  outOfScope: null,
  state: 'in',
  knownLists: '{a}',
  prospectId: 'p',
  there: true,
  takenBy: null,
  ruled: false,
};
const unknown = { ...fed, state: null, knownLists: null, prospectId: null, there: false };
const unlisted = { ...fed, outOfScope: 'unlisted' as const, lists: null };

const table: [string, RuleAction, AssessedLead][] = [
  ['a lead in the same lists', 'none', fed],
  ['a lead in other lists', 'relist', { ...fed, lists: '{a,b}' }],
  ['a lead that left every list', 'remove', unlisted],
  ['a lead that is excluded', 'remove', { ...fed, outOfScope: 'excluded' }],
  ['a lead in lists that are unlinked', 'unlink', { ...unlisted, knownLists: '{x,gone}' }],
  [
    'an excluded lead in a list that is unlinked',
    'remove',
    { ...fed, outOfScope: 'excluded', knownLists: '{gone}' },
  ],
  ['a lead that was unlinked', 'none', { ...unlisted, state: 'unlinked', knownLists: '{}' }],
  [
    'an unlinked lead that is in a list again',
    'relist',
    { ...fed, state: 'unlinked', knownLists: '{}' },
  ],
  [
    'a contacted lead that left and is in a list again',
    'relist',
    { ...fed, state: 'left', knownLists: '{}' },
  ],
  [
    'a removed lead that is in a list again',
    'reopen',
    { ...fed, state: 'removed', knownLists: '{}' },
  ],
  ['a removed lead in no list', 'none', { ...unlisted, state: 'removed', knownLists: '{}' }],
  ['a lead taken off the roster by hand', 'none', { ...fed, there: false }],
  [
    'a lead taken off the roster by hand that left the lists',
    'forget',
    { ...unlisted, there: false },
  ],
  ['a new lead whose identity was added by hand', 'none', { ...unknown, takenBy: 'p' }],
  [
    'a new lead whose identity the rules brought before',
    'adopt',
    { ...unknown, takenBy: 'p', ruled: true },
  ],
  ['a new lead that is out of scope', 'none', { ...unknown, outOfScope: 'no_identity' }],
];

it.each(table)('%s: %s', (_name, deed, lead) => {
  expect(decide(lead, ['gone'])).toBe(deed);
});
