import { describe, expect, test } from 'vitest';
import { fresh, receivedMail } from '../../../test/fixtures/mails.ts';
import { classifyFor, type Inbound } from './inbound.ts';

const bob = 'bob@people.test';
const person = { identity: bob, copies: 'Copy@people.test, other@people.test' };
const classifyOf = (message: Partial<Inbound>, of: typeof person | null = person) =>
  classifyFor({ sent: false, own: [], person: of }, receivedMail(message)).kind;

const failedTo = (recipients: string): Partial<Inbound> => ({
  ...fresh,
  from: 'mailer-daemon@mx.test',
  subject: 'Mail delivery failed',
  headers: { 'x-failed-recipients': recipients },
  text: '550 No such user here',
});
const reportOn = (recipient: string | null): Partial<Inbound> => ({
  facts: {
    references: [],
    delivery: { recipient, action: 'failed', status: '5.1.1', diagnostic: null, originalKey: null },
  },
});
const absence = (from: string): Partial<Inbound> => ({
  from,
  subject: 'Automatic reply: Quick question',
  headers: { 'auto-submitted': 'auto-replied' },
});

describe('a report about an address in copy', () => {
  test.each([
    ['a copy', 'other', failedTo('copy@people.test')],
    ['both copies', 'other', failedTo('copy@people.test, other@people.test')],
    ['the person and a copy', 'bounce', failedTo(`${bob}, copy@people.test`)],
    ['a copy and the person', 'bounce', failedTo(`copy@people.test,${bob}`)],
    ['a copy and a stranger', 'bounce', failedTo('copy@people.test, else@people.test')],
    ['a copy, by delivery status', 'other', reportOn('copy@people.test')],
    ['the person, by delivery status', 'bounce', reportOn(bob)],
    ['nobody, by delivery status', 'bounce', reportOn(null)],
  ])('that names %s: %s', (_name, kind, message) => {
    expect(classifyOf(message)).toBe(kind);
  });

  test('says nothing of a person without copies, nor where nobody is known', () => {
    expect(classifyOf(failedTo('copy@people.test'), { identity: bob, copies: '' })).toBe('bounce');
    expect(classifyOf(failedTo('copy@people.test'), null)).toBe('bounce');
  });

  test('is about the person where the copy went to the same address', () => {
    expect(classifyOf(failedTo(bob), { identity: bob, copies: bob })).toBe('bounce');
  });
});

test('the automatic reply of a copy is not the absence of the person', () => {
  expect(classifyOf(absence('copy@people.test'))).toBe('other');
  expect(classifyOf(absence(bob))).toBe('auto_reply');
});

test('the reply of a copy is a reply', () => {
  expect(classifyOf({ from: 'copy@people.test', text: 'Bob has left, talk to me.' })).toBe('reply');
});

describe('a mail from the address of the sender', () => {
  const ann = 'ann@sender.test';
  const kindOf = (
    message: Partial<Inbound>,
    more: { address?: string; writer?: string; identity?: string } = {},
  ) =>
    classifyFor(
      {
        sent: false,
        own: [],
        address: more.address ?? ann,
        person: { identity: more.identity ?? bob, writer: more.writer ?? null },
      },
      receivedMail({ text: 'Hello', ...message }),
    ).kind;

  test.each([
    ['to the person is its own', { from: ann, headers: { to: `Bob <${bob}>` } }, {}, 'other'],
    [
      'to the person, from the one that wrote to it, is its own',
      { from: 'else@sender.test', headers: { to: bob } },
      { writer: 'else@sender.test' },
      'other',
    ],
    ['to somebody else is a reply', { from: ann, headers: { to: ann } }, {}, 'reply'],
    ['without a To is a reply', { from: ann, headers: {} }, {}, 'reply'],
    [
      'that tries the campaign on itself is a reply',
      { from: ann, headers: { to: ann } },
      { identity: ann },
      'reply',
    ],
    ['of a person to itself is a reply', { from: bob, headers: { to: bob } }, {}, 'reply'],
  ])('%s', (_name, message, more, kind) => {
    expect(kindOf(message, more)).toBe(kind);
  });
});

test.each([
  ['the person', 'pat@people.test', 'hard'],
  ['the person by an inner name', 'pat@mail.people.test', 'hard'],
  ['an address elsewhere that the mail was forwarded to', 'pat@elsewhere.test', 'soft'],
])('a bounce about %s is %s', (_about, recipient, type) => {
  const delivery = {
    recipient,
    action: 'failed',
    status: '5.1.1',
    diagnostic: '550 5.1.1 User unknown',
    originalKey: 'm1@sender.test',
  };
  const message = receivedMail({ facts: { references: [], delivery } });
  const person = { identity: 'pat@people.test' };
  expect(classifyFor({ sent: false, own: [], person }, message).bounce?.type).toBe(type);
});
