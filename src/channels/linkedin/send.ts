import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import type { Account, Fault, Outgoing, SendResult } from '../channel.ts';
import { type Client, isNotFound, NoAnswerError, nameText, UnipileError } from './client.ts';
import { faultOf, faultOfReading, isDoubtful, overloadFault } from './fault.ts';
import { findTouch, pendingInvitation } from './find.ts';
import { type LinkedInPerson, resolvePerson } from './profile.ts';

/** `settleMs`: how long LinkedIn gets to show a touch that it may have taken. */
export type SendServices = { client: Client; settleMs: number };
type Touch = {
  account: Account;
  message: Outgoing;
  personKey: string;
  /** By `performance.now()`. After it no request begins. */
  deadline: number;
  /** A paid message, to a person outside the seat's connections. */
  inmail?: boolean;
};

const late: Fault = {
  kind: 'temporary',
  code: null,
  detail: 'The deadline passed before the message was handed over.',
};
const notConnected: Fault = {
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

/** Hands one touch over. No request begins after `deadline` (`performance.now()`). Never throws. */
export async function sendTouch(
  services: SendServices,
  account: Account,
  message: Outgoing,
  deadline: number,
): Promise<SendResult> {
  if (performance.now() >= deadline) return { ok: false, fault: late };
  let person: LinkedInPerson | Fault;
  try {
    person = await resolvePerson(services.client, account, message);
  } catch (error) {
    return { ok: false, fault: await faultOfLookup(services.client, account, error) };
  }
  if ('kind' in person) return { ok: false, fault: person };
  const { personKey, connected } = person;
  const refusal = await message.refuse?.(personKey);
  if (refusal) return { ok: false, fault: refusal };
  if (performance.now() >= deadline) return { ok: false, fault: late, personKey };
  const touch = { account, message, personKey, deadline };
  if (message.touch === 'connection_request')
    return connected ? alreadyConnected(personKey) : invite(services, touch);
  const inmail = message.touch === 'inmail' && connected !== true;
  return connected === false && !inmail
    ? { ok: false, fault: notConnected, personKey }
    : write(services, { ...touch, inmail });
}

async function faultOfLookup(client: Client, account: Account, error: unknown): Promise<Fault> {
  const gone = await faultOfSeat(client, account, error);
  if (gone) return gone;
  const fault = faultOfReading(error);
  return isNotFound(error) ? { ...fault, detail: 'There is no such profile on LinkedIn.' } : fault;
}

/**
 * The fault of a missing seat, null when the seat is there. Unipile answers 404 for a missing seat
 * and for a missing person alike, so after a 404 we look for the seat.
 */
async function faultOfSeat(
  client: Client,
  account: Account,
  error: unknown,
): Promise<Fault | null> {
  if (!isNotFound(error)) return null;
  const gone = await client
    .call('GET', `/accounts/${encodeURIComponent(account.providerAccountId ?? '')}`, {
      answer: z.unknown(),
    })
    .then(
      () => null,
      (cause: unknown) =>
        isNotFound(cause) ? 'The account is not at Unipile any more: connect it again.' : null,
    );
  return gone ? { kind: 'credentials', code: faultOfReading(error).code, detail: gone } : null;
}

const alreadyConnected = (personKey: string): SendResult => ({
  ok: true,
  response: 'already a connection',
  alreadyConnected: true,
  personKey,
});

const inviteAnswer = z.object({ invitation_id: nameText.nullish() });

async function invite(services: SendServices, touch: Touch): Promise<SendResult> {
  const { account, message, personKey } = touch;
  const { client } = services;
  const json = {
    provider_id: personKey,
    account_id: account.providerAccountId,
    ...(message.text ? { message: message.text } : {}),
  };
  try {
    const { invitation_id: providerKey } = await client.call('POST', '/users/invite', {
      answer: inviteAnswer,
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
    if (isDoubtful(error)) return settle(services, touch, error);
    return { ok: false, fault: await faultOfInvitation(client, touch, error), personKey };
  }
}

/**
 * Unipile gives the same refusal when the person has a pending invitation and when the seat may not
 * invite for now. The list of pending invitations tells the two apart.
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

const messageAnswer = z.object({ chat_id: nameText.nullish(), message_id: nameText.nullish() });

async function write(services: SendServices, touch: Touch): Promise<SendResult> {
  const { message, personKey, inmail } = touch;
  const { client } = services;
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
    // The person may have become a connection since the lookup: then it goes as a plain message.
    if (inmail && error instanceof UnipileError && error.type === 'not_allowed_inmail')
      return performance.now() < touch.deadline
        ? write(services, { ...touch, inmail: false })
        : { ok: false, fault: late, personKey };
    if (isDoubtful(error)) return settle(services, touch, error);
    return {
      ok: false,
      fault: (await faultOfSeat(client, touch.account, error)) ?? faultOf(error),
      personKey,
    };
  }
}

/** Writes to the known conversation; else LinkedIn finds or begins the one with this person. */
async function post(
  client: Client,
  { account, message, personKey, deadline, inmail }: Touch,
): Promise<z.output<typeof messageAnswer>> {
  const { text, threadKey, subject } = message;
  if (threadKey && !inmail) {
    try {
      const path = `/chats/${encodeURIComponent(threadKey)}/messages`;
      return await client.call('POST', path, {
        answer: messageAnswer,
        form: { text, account_id: account.providerAccountId ?? '' },
      });
    } catch (error) {
      if (!isNotFound(error)) throw error;
      if (performance.now() >= deadline)
        throw new NoAnswerError(late.detail, { code: 'late', maybeReceived: false });
    }
  }
  const paid = inmail ? { subject, 'linkedin[api]': 'classic', 'linkedin[inmail]': 'true' } : {};
  const form = {
    account_id: account.providerAccountId ?? '',
    attendees_ids: personKey,
    text,
    ...paid,
  };
  return client.call('POST', '/chats', { answer: messageAnswer, form });
}

/**
 * The result of a touch after an answer that leaves its effect open. After a server error we look
 * for the touch: without an effect, the sender slows down. After silence the touch is ambiguous,
 * and recovery looks for it later.
 */
async function settle(
  { client, settleMs }: SendServices,
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
  if (found === 'absent') return { ok: false, fault: overloadFault(error), personKey };
  return { ok: false, fault: { ...faultOf(error), kind: 'ambiguous' }, personKey };
}
