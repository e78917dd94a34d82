import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import type { Account, Fault, Outgoing, SendResult } from '../channel.ts';
import { type Client, nameText, Unanswered, UnipileError } from './client.ts';
import { faultOf, faultOfReading, isDoubtful, overloaded } from './fault.ts';
import { findTouch, pendingInvitation } from './find.ts';
import { type LinkedInPerson, resolvePerson } from './profile.ts';

/**
 * The means of sending. `settleMs`: the time LinkedIn is given to show a touch it may have taken.
 */
export type Sending = { client: Client; settleMs: number };
type Touch = {
  account: Account;
  message: Outgoing;
  personKey: string;
  /** By `performance.now()`: nothing more is said afterwards. */
  deadline: number;
  /** As a paid message, to a person who is not a connection. */
  inmail?: boolean;
};

const late: Fault = {
  kind: 'temporary',
  code: null,
  detail: 'The deadline passed before the message was handed over.',
};
const stranger: Fault = {
  kind: 'not_connected',
  code: null,
  detail: 'LinkedIn takes messages to connections only, and this person is none.',
};
const tooSoon: Fault = {
  kind: 'unreachable_person',
  code: 'already_invited_recently 422',
  detail:
    'LinkedIn takes no new invitation to this person for three weeks after one was withdrawn.',
};

/**
 * Hands one touch over. Nothing is said once `performance.now()` passes `deadline`. Never throws.
 */
export async function sendTouch(
  sending: Sending,
  account: Account,
  message: Outgoing,
  deadline: number,
): Promise<SendResult> {
  if (performance.now() >= deadline) return { ok: false, fault: late };
  let person: LinkedInPerson | Fault;
  try {
    person = await resolvePerson(sending.client, account, message);
  } catch (error) {
    return { ok: false, fault: await faultOfLookup(sending.client, account, error) };
  }
  if ('kind' in person) return { ok: false, fault: person };
  const { personKey, connected } = person;
  const refusal = await message.refuse?.(personKey);
  if (refusal) return { ok: false, fault: refusal };
  if (performance.now() >= deadline) return { ok: false, fault: late, personKey };
  const touch = { account, message, personKey, deadline };
  if (message.touch === 'connection_request')
    return connected ? alreadyConnected(personKey) : invite(sending, touch);
  const inmail = message.touch === 'inmail' && connected !== true;
  return connected === false && !inmail
    ? { ok: false, fault: stranger, personKey }
    : write(sending, { ...touch, inmail });
}

async function faultOfLookup(client: Client, account: Account, error: unknown): Promise<Fault> {
  const gone = await faultOfSeat(client, account, error);
  if (gone) return gone;
  const fault = faultOfReading(error);
  return isMissing(error) ? { ...fault, detail: 'There is no such profile on LinkedIn.' } : fault;
}

const isMissing = (error: unknown): boolean =>
  error instanceof UnipileError && error.status === 404;

/**
 * Unipile answers for a missing seat as for a missing person. Null when the seat is there, or
 * nothing was said to be missing.
 */
async function faultOfSeat(
  client: Client,
  account: Account,
  error: unknown,
): Promise<Fault | null> {
  if (!isMissing(error)) return null;
  const gone = await client
    .call('GET', `/accounts/${encodeURIComponent(account.providerAccountId ?? '')}`, {
      answer: z.unknown(),
    })
    .then(
      () => null,
      (cause: unknown) =>
        isMissing(cause) ? 'The account is not at Unipile any more: connect it again.' : null,
    );
  return gone ? { kind: 'credentials', code: faultOfReading(error).code, detail: gone } : null;
}

const alreadyConnected = (personKey: string): SendResult => ({
  ok: true,
  response: 'already a connection',
  alreadyConnected: true,
  personKey,
});

const invited = z.object({ invitation_id: nameText.nullish() });

async function invite(sending: Sending, touch: Touch): Promise<SendResult> {
  const { account, message, personKey } = touch;
  const { client } = sending;
  const json = {
    provider_id: personKey,
    account_id: account.providerAccountId,
    ...(message.text ? { message: message.text } : {}),
  };
  try {
    const { invitation_id: providerKey } = await client.call('POST', '/users/invite', {
      answer: invited,
      json,
    });
    return {
      ok: true,
      response: `invitation ${providerKey ?? 'sent'}`,
      providerKey: providerKey ?? null,
      personKey,
    };
  } catch (error) {
    if (error instanceof UnipileError && error.type === 'already_connected')
      return alreadyConnected(personKey);
    if (isDoubtful(error)) return settle(sending, touch, error);
    return { ok: false, fault: await faultOfInvitation(client, touch, error), personKey };
  }
}

/**
 * Unipile words two things alike: this person has an invitation, and no more invitations for now.
 * The list of those sent tells them apart.
 */
async function faultOfInvitation(
  client: Client,
  { account, personKey }: Touch,
  error: unknown,
): Promise<Fault> {
  const gone = await faultOfSeat(client, account, error);
  if (gone) return gone;
  const fault = faultOf(error);
  const type = error instanceof UnipileError ? error.type : '';
  if (fault.kind !== 'already_invited' && type !== 'cannot_resend_yet') return fault;
  try {
    const pending = await pendingInvitation(client, account, personKey);
    if (pending) return { ...fault, kind: 'already_invited' };
    return fault.kind === 'already_invited' ? tooSoon : fault;
  } catch (cause) {
    return faultOfReading(cause);
  }
}

const written = z.object({ chat_id: nameText.nullish(), message_id: nameText.nullish() });

async function write(sending: Sending, touch: Touch): Promise<SendResult> {
  const { message, personKey, inmail } = touch;
  const { client } = sending;
  try {
    const sent = await post(client, touch);
    const threadKey = sent.chat_id ?? message.threadKey ?? null;
    if (inmail && !sent.chat_id)
      return {
        ok: false,
        fault: { kind: 'refused', code: null, detail: 'LinkedIn did not take the InMail.' },
        personKey,
      };
    return {
      ok: true,
      response: `message ${sent.message_id ?? 'sent'}`,
      providerKey: sent.message_id ?? null,
      threadKey,
      personKey,
    };
  } catch (error) {
    // To a connection, which the person may have become since they were looked up, it goes as a
    // plain message.
    if (inmail && error instanceof UnipileError && error.type === 'not_allowed_inmail')
      return performance.now() < touch.deadline
        ? write(sending, { ...touch, inmail: false })
        : { ok: false, fault: late, personKey };
    if (isDoubtful(error)) return settle(sending, touch, error);
    return {
      ok: false,
      fault: (await faultOfSeat(client, touch.account, error)) ?? faultOf(error),
      personKey,
    };
  }
}

/** Into the conversation that is known; else LinkedIn finds or begins the one with this person. */
async function post(
  client: Client,
  { account, message, personKey, deadline, inmail }: Touch,
): Promise<z.output<typeof written>> {
  const { text, threadKey, subject } = message;
  if (threadKey && !inmail) {
    try {
      const path = `/chats/${encodeURIComponent(threadKey)}/messages`;
      return await client.call('POST', path, {
        answer: written,
        form: { text, account_id: account.providerAccountId ?? '' },
      });
    } catch (error) {
      if (!isMissing(error)) throw error;
      if (performance.now() >= deadline) throw new Unanswered('late', false, late.detail);
    }
  }
  const paid = inmail ? { subject, 'linkedin[api]': 'classic', 'linkedin[inmail]': 'true' } : {};
  const form = {
    account_id: account.providerAccountId ?? '',
    attendees_ids: personKey,
    text,
    ...paid,
  };
  return client.call('POST', '/chats', { answer: written, form });
}

/**
 * After a server error or silence of a call that changes something, LinkedIn is asked for the
 * effect. Without an answer, recovery asks later; an error without effect means that the sender
 * must slow down.
 */
async function settle(
  { client, settleMs }: Sending,
  { account, message, personKey }: Touch,
  error: unknown,
): Promise<SendResult> {
  if (!(error instanceof UnipileError)) return { ok: false, fault: faultOf(error), personKey };
  await wait(settleMs);
  const { key, to, touch, text, date, threadKey = null } = message;
  const found = await findTouch(client, account, {
    key,
    to,
    touch,
    text,
    reservedAt: date,
    providerKey: null,
    threadKey,
    personKey,
  });
  if (typeof found !== 'string')
    return { ok: true, response: 'found at LinkedIn after an error', ...found };
  if (found === 'absent') return { ok: false, fault: overloaded(error), personKey };
  return { ok: false, fault: { ...faultOf(error), kind: 'ambiguous' }, personKey };
}
