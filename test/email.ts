import type { Account, Outgoing } from '../src/channels/channel.ts';
import type { Inbound } from '../src/domain/inbound.ts';

/** A mailbox at these servers of this machine. */
export function mailboxAt(ports: { smtp: number; imap?: number | undefined }, password = 'x'): Account {
  const at = (port: number) => ({ host: '127.0.0.1', port, tls: 'none' });
  return {
    id: 'a1',
    emailAddress: 'ann@sender.test',
    providerAccountId: null,
    isPremium: false,
    displayName: 'Ann',
    firstName: null,
    lastName: null,
    connection: { smtp: at(ports.smtp), imap: ports.imap ? at(ports.imap) : null, username: 'ann@sender.test' },
    secrets: { password },
  };
}

/** A mail that is to go out. */
export const outgoingMail = (more: Partial<Outgoing> = {}): Outgoing => ({
  key: 'm1@sender.test',
  to: 'bob@people.test',
  toName: null,
  touch: 'email',
  subject: 'Hello',
  text: 'Hi',
  html: null,
  date: new Date('2026-11-20T10:00:00Z'),
  thread: [],
  unsubscribeUrl: null,
  pixelUrl: null,
  ...more,
});

/** A mail that came in, in answer to one of ours. */
export const receivedMail = (more: Partial<Inbound> = {}): Inbound => ({
  from: 'bob@people.test',
  subject: 'Re: Quick question',
  text: '',
  receivedAt: new Date('2026-11-20T10:00:00Z'),
  headers: {},
  facts: { references: ['m1@sender.test'] },
  ...more,
});

/** That it begins a thread of its own. */
export const fresh = { facts: { references: [] } };
