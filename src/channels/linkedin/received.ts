import { z } from 'zod';
import { storable } from '../../domain/text.ts';
import type { Invited, Received } from '../channel.ts';
import { nameText } from './client.ts';
import { profileUrl } from './profile.ts';

const maxTextLength = 100_000;
/** An instant in any of the ways that can be read. */
export const instant = z
  .string()
  .refine((text) => !Number.isNaN(Date.parse(text)), 'Must be an instant.');
const flag = z.union([z.boolean(), z.number()]).nullish().transform(Boolean);

/** A message as the API lists it. */
export const messageSchema = z.object({
  id: nameText,
  chat_id: nameText,
  text: z.string().nullish(),
  subject: z.string().nullish(),
  timestamp: instant,
  sender_id: nameText.nullish(),
  is_sender: flag,
  is_event: flag,
  hidden: flag,
  deleted: flag,
  message_type: z.string().nullish(),
});

/** A message, from the API's list or from a webhook. */
export type Message = {
  id: string;
  threadKey: string;
  text: string;
  subject: string | null;
  at: Date;
  /** The provider's name of the author. */
  from: string | null;
  /** The seat's owner wrote it, here or in LinkedIn itself. */
  own: boolean;
  inmail: boolean;
};

/**
 * The message in a row of the list; null for system rows (a person joined) and deleted messages.
 */
export function toMessage(row: z.output<typeof messageSchema>): Message | null {
  if (row.is_event || row.hidden || row.deleted) return null;
  const { id, chat_id: threadKey, sender_id, is_sender: own, message_type } = row;
  const text = { text: row.text ?? '', subject: row.subject ?? null };
  return {
    id,
    threadKey,
    ...text,
    at: new Date(row.timestamp),
    from: sender_id ?? null,
    own,
    inmail: message_type === 'INMAIL',
  };
}

/** A message of another person to the seat; null for the seat's own messages. */
export function receivedMessage({
  id,
  threadKey,
  text,
  subject,
  at,
  from,
  own,
}: Message): Received | null {
  if (own || from === null) return null;
  return {
    sourceKey: `message/${id}`,
    key: null,
    threadKey,
    from: profileUrl(from),
    subject: subject && storable(subject).slice(0, 1000),
    text: storable(text).slice(0, maxTextLength),
    receivedAt: at,
    headers: {},
    facts: { references: [], identities: [from] },
  };
}

/** That somebody took an invitation: one for each invitation, by whatever way it is heard of. */
export function receivedConnection({ personKey, key }: Invited, at: Date): Received {
  return {
    event: 'connected',
    sourceKey: `connected/${personKey}/${key}`,
    key: null,
    from: profileUrl(personKey),
    subject: null,
    text: '',
    receivedAt: at,
    headers: {},
    facts: { references: [], identities: [personKey] },
  };
}

const plain = (text: string): string => text.replace(/\s+/g, ' ').trim();

/**
 * Whether a seat's own message is the note of an invitation: LinkedIn begins the conversation with
 * it once the person has accepted.
 */
export function isNoteOf(message: Message, invitation: Invited): boolean {
  return (
    message.own &&
    !message.inmail &&
    plain(invitation.text) !== '' &&
    plain(message.text) === plain(invitation.text)
  );
}
