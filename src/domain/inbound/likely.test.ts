import { expect, test } from 'vitest';
import type { Inbound } from './inbound.ts';
import { likenessOf } from './likely.ts';

const mail = (from: string | null, subject: string | null, name = ''): Inbound => ({
  from,
  subject,
  text: '',
  receivedAt: new Date('2026-03-02T09:00:00Z'),
  headers: from ? { from: `${name} <${from}>` } : {},
  facts: { references: [] },
});
const none = { domain: null, name: null, subject: null };

test.each<[string, Inbound, object | null]>([
  ['the domain of a company', mail('kim@Acme.test', null), { domain: 'acme.test' }],
  ['no domain that anybody has', mail('kim@gmail.com', null), null],
  ['a full name', mail('kim@gmail.com', null, 'Kim Doe'), { name: 'kim doe' }],
  ['a full name in quotes', mail('kim@gmail.com', null, '"Kim Doe"'), { name: 'kim doe' }],
  ['no name of one word', mail('kim@gmail.com', null, 'Kim'), null],
  ['a subject that is answered', mail('a@gmx.de', 'RE: Hello Pat'), { subject: 'hello pat' }],
  ['a subject under many', mail('a@gmx.de', 'AW: Re[2]: WG： Hello'), { subject: 'hello' }],
  ['a subject of four letters', mail('a@gmx.de', 'Re: Hell'), { subject: 'hell' }],
  ['no subject of three', mail('a@gmx.de', 'Re: Hel '), null],
  ['no subject of its own', mail('a@gmx.de', ' Hello Pat'), null],
  ['a domain beside a name', mail('k@a.test', '', 'K D'), { domain: 'a.test', name: 'k d' }],
  ['nothing of nobody', mail(null, null), null],
])('a mail shares %s', (_what, message, likeness) => {
  expect(likenessOf(message)).toEqual(likeness && { ...none, ...likeness });
});
