import { expect, test } from 'vitest';
import type { Inbound } from './inbound.ts';
import { addressesConcerned, keysNamed } from './matching.ts';
import type { ReceivedFacts } from './received.ts';

const message = (facts: Partial<ReceivedFacts>, given: Partial<Inbound> = {}): Inbound => ({
  from: 'Ann@people.test',
  subject: null,
  text: 'Hi',
  receivedAt: new Date('2026-03-02T09:00:00Z'),
  headers: {},
  facts: { references: [], ...facts },
  ...given,
});
const failed = { action: 'failed', status: '5.1.1', diagnostic: null };

test('the returned message is named before those referred to, then one in the subject', () => {
  const delivery = { ...failed, recipient: null, originalKey: 'returned@x' };
  const complaint = { type: 'abuse', originalKey: 'complained@x' };
  const all = message({ delivery, complaint, references: ['b@x', '', 'a@x'] });
  const subject = 'unsubscribe <s@x>';
  expect(keysNamed({ ...all, subject })).toEqual([
    'returned@x',
    'complained@x',
    'b@x',
    'a@x',
    's@x',
  ]);
  expect(keysNamed(message({}, { subject: 'no @ key' }))).toEqual([]);
});

test('a mail concerns its author, then others in it; a report the one it is about', () => {
  const correspondents = ['bob@people.test', 'nobody'];
  expect(addressesConcerned(message({ correspondents }))).toEqual([
    'ann@people.test',
    'bob@people.test',
  ]);
  expect(addressesConcerned(message({}, { from: null }))).toEqual([]);
  const delivery = { ...failed, recipient: 'Cid@people.test', originalKey: null };
  expect(addressesConcerned(message({ delivery, correspondents }))).toEqual(['cid@people.test']);
});
