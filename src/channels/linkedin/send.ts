import { z } from 'zod';
import type { Account, Fault, Outgoing, SendResult } from '../channel.ts';
import { type Client, isNotFound, NoAnswerError, nameText, UnipileError } from './client.ts';
import { faultOf, faultOfReading } from './fault.ts';
import { pendingInvitation } from './find.ts';
import { type LinkedInPerson, resolvePerson } from './profile.ts';

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
/** Unipile documents that the ids of a 201 can be null. */
const nameless: Fault = {
  kind: 'ambiguous',
  code: null,
  detail: 'Unipile says that it is sent, and names no message.',
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
  client: Client,
  account: Account,
  message: Outgoing,
  deadline: number,
): Promise<SendResult> {
  if (performance.now() >= deadline) return { ok: false, fault: late };
  let person: LinkedInPerson | Fault;
  try {
    person = await resolvePerson(client, account, message);
  } catch (error) {
    return { ok: false, fault: await faultOfLookup(client, account, error) };
  }
  if ('kind' in person) return { ok: false, fault: person };
  const { personKey, connected } = person;
  const refusal = await message.refuse?.(personKey);
  if (refusal) return { ok: false, fault: refusal };
  if (performance.now() >= deadline) return { ok: false, fault: late, personKey };
  const touch = { account, message, personKey, deadline };
  if (message.touch === 'connection_request')
    return connected ? alreadyConnected(personKey) : invite(client, touch);
  const inmail = message.touch === 'inmail' && connected !== true;
  return connected === false && !inmail
    ? { ok: false, fault: notConnected, personKey }
    : write(client, { ...touch, inmail });
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

async function invite(client: Client, touch: Touch): Promise<SendResult> {
  const { account, message, personKey } = touch;
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
    if (!providerKey) return { ok: false, fault: nameless, personKey };
    return { ok: true, response: `invitation ${providerKey}`, providerKey, personKey };
  } catch (error) {
    if (error instanceof UnipileError && error.type === 'already_connected')
      return alreadyConnected(personKey);
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

async function write(client: Client, touch: Touch): Promise<SendResult> {
  const { message, personKey, inmail } = touch;
  try {
    const sent = await post(client, touch);
    if (!sent.chat_id && !sent.message_id) return { ok: false, fault: nameless, personKey };
    const threadKey = sent.chat_id ?? (inmail ? null : message.threadKey) ?? null;
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
        ? write(client, { ...touch, inmail: false })
        : { ok: false, fault: late, personKey };
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
