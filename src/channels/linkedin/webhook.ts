import { z } from 'zod';
import type { Account, Health, Received } from '../channel.ts';
import { nameText } from './client.ts';
import { acceptanceIn } from './receive.ts';
import { instant, receivedConnection, receivedMessage } from './received.ts';
import { healthOf } from './seat.ts';

const flag = z.union([z.boolean(), z.number()]).nullish().transform(Boolean);
const attendee = z.object({ attendee_provider_id: nameText.nullish() });

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
});
const relation = z.object({
  event: z.literal('new_relation'),
  account_id: nameText,
  user_provider_id: nameText,
});
const status = z.object({ AccountStatus: z.object({ account_id: nameText, message: z.string() }) });

/** News of a seat that Unipile sends by itself. */
export type SeatEvent = {
  providerAccountId: string;
  health: Health | null;
  /** The messages and acceptances for the seat's sender; `now` dates those without a date. */
  read: (account: Account, now: Date) => Promise<Received[]>;
};

/** The news in the body of a webhook; null when it is none that matters here. */
export function readWebhook(body: unknown): SeatEvent | null {
  const told = status.safeParse(body).data?.AccountStatus;
  if (told)
    return {
      providerAccountId: told.account_id,
      health: healthOf(told.message),
      read: async () => [],
    };
  const made = relation.safeParse(body).data;
  if (made)
    return {
      providerAccountId: made.account_id,
      health: null,
      read: (account, now) => readRelation(account, made.user_provider_id, now),
    };
  const written = messaging.safeParse(body).data;
  if (!written || written.is_event) return null;
  return {
    providerAccountId: written.account_id,
    health: null,
    read: (account) => readMessage(account, written),
  };
}

async function readRelation(account: Account, personKey: string, now: Date): Promise<Received[]> {
  const invitations = (await account.invited?.([personKey])) ?? [];
  return invitations.map((invitation) => receivedConnection(invitation, now));
}

async function readMessage(
  account: Account,
  body: z.output<typeof messaging>,
): Promise<Received[]> {
  const from = body.sender?.attendee_provider_id ?? null;
  const own = body.is_sender || (from !== null && from === body.account_info?.user_id);
  const text = { text: body.message ?? '', subject: body.subject ?? null };
  const message = {
    id: body.message_id,
    threadKey: body.chat_id,
    ...text,
    at: new Date(body.timestamp),
    from,
    own,
    inmail: body.message_type === 'INMAIL',
  };
  if (!own) return [receivedMessage(message)].filter((one) => one !== null);
  const other = body.attendees?.find(
    ({ attendee_provider_id: id }) => id && id !== body.account_info?.user_id,
  )?.attendee_provider_id;
  return other && !body.is_group ? acceptanceIn(account, message, other) : [];
}
