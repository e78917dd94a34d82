import { z } from 'zod';
import type { Account, Health, Received } from '../channel.ts';
import { nameText } from './client.ts';
import { profileUrl } from './profile.ts';
import { acceptanceIn } from './receive.ts';
import { flag, instant, receivedConnection, receivedMessage, wordsOf } from './received.ts';
import { healthOf, isKnownStatus } from './seat.ts';

const attendee = z.object({
  attendee_provider_id: nameText.nullish(),
  attendee_public_identifier: nameText.nullish().catch(null),
});

const messaging = z.object({
  event: z.literal('message_received'),
  account_id: nameText,
  chat_id: nameText,
  message_id: nameText,
  message: z.string().nullish(),
  subject: z.string().nullish(),
  timestamp: instant,
  account_info: z.object({ user_id: z.string().nullish() }).nullish(),
  sender: attendee.nullish(),
  attendees: z.array(attendee).nullish(),
  is_sender: flag,
  is_event: flag,
  is_group: flag,
  message_type: z.string().nullish(),
  attachments: z.array(z.unknown()).nullish().catch(null),
});
const relation = z.object({
  event: z.literal('new_relation'),
  account_id: nameText,
  user_provider_id: nameText,
});
const status = z.object({ AccountStatus: z.object({ account_id: nameText, message: z.string() }) });

/** An event of a seat, sent by a webhook. */
export type SeatEvent = {
  providerAccountId: string;
  health: Health | null;
  /** Its meaning is not known: the account is to be looked at. */
  isUnclear?: boolean;
  /** The messages and acceptances in it. `now` is the date of those that have none. */
  read: (account: Account, now: Date) => Promise<Received[]>;
};

/** The event in the body of a webhook of version 1; null when it does not concern us. */
export function readWebhook(body: unknown): SeatEvent | null {
  const changed = status.safeParse(body).data?.AccountStatus;
  if (changed)
    return {
      providerAccountId: changed.account_id,
      health: isKnownStatus(changed.message) ? healthOf(changed.message) : null,
      isUnclear: !isKnownStatus(changed.message),
      read: async () => [],
    };
  const connected = relation.safeParse(body).data;
  if (connected)
    return {
      providerAccountId: connected.account_id,
      health: null,
      read: (account, now) => readRelation(account, connected.user_provider_id, now),
    };
  const message = messaging.safeParse(body).data;
  if (!message || message.is_event) return null;
  return {
    providerAccountId: message.account_id,
    health: null,
    read: (account) => readMessage(account, message),
  };
}

/** The acceptances that a new connection shows. */
export async function readRelation(
  account: Account,
  personKey: string,
  now: Date,
): Promise<Received[]> {
  const invitations = (await account.invited?.([personKey])) ?? [];
  return invitations.map((invitation) => receivedConnection(invitation, now));
}

async function readMessage(
  account: Account,
  body: z.output<typeof messaging>,
): Promise<Received[]> {
  const from = body.sender?.attendee_provider_id ?? null;
  const own = body.is_sender || (from !== null && from === body.account_info?.user_id);
  const { message: text, message_type: kind, attachments } = body;
  const words = { text: wordsOf({ text, kind, attachments }), subject: body.subject ?? null };
  const message = {
    id: body.message_id,
    threadKey: body.chat_id,
    ...words,
    at: new Date(body.timestamp),
    from,
    own,
    inmail: body.message_type === 'INMAIL',
  };
  const slug = body.sender?.attendee_public_identifier;
  if (!own && body.is_group) return [];
  if (!own)
    return [receivedMessage(message, slug ? [profileUrl(slug)] : [])].filter((one) => one !== null);
  const other = body.attendees?.find(
    ({ attendee_provider_id: id }) => id && id !== body.account_info?.user_id,
  )?.attendee_provider_id;
  return other && !body.is_group ? acceptanceIn(account, message, other) : [];
}
