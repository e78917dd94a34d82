import { z } from 'zod';
import { storable } from '../../domain/text.ts';
import type { Invited, Received } from '../channel.ts';
import { nameText } from './client.ts';
import { profileUrl } from './profile.ts';

const maxTextLength = 100_000;
/** An instant in any form that Date.parse reads. */
export const instant = z
  .string()
  .refine((text) => !Number.isNaN(Date.parse(text)), 'Must be an instant.');
export const flag = z.union([z.boolean(), z.number()]).nullish().transform(Boolean);

/** A message in a list of Unipile's API, in the shape of version 1. */
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
  attachments: z.array(z.unknown()).nullish().catch(null),
});

export type ListedMessage = z.output<typeof messageSchema>;

/** True for a message of the seat. The author counts too, because Unipile does not flag all. */
export const isOwnRow = (
  { is_sender, sender_id }: Pick<ListedMessage, 'is_sender' | 'sender_id'>,
  ownerKey: string | null,
): boolean => is_sender || (ownerKey !== null && sender_id === ownerKey);

/** A message from a list of the API or from a webhook. */
export type Message = {
  id: string;
  threadKey: string;
  text: string;
  subject: string | null;
  at: Date;
  /** The provider identity of the author. */
  from: string | null;
  /** Written by the seat: sent by us, or typed by its owner in LinkedIn. */
  own: boolean;
  inmail: boolean;
};

/** An attachment of a message; a voice note is one too. */
const attachmentSchema = z.object({
  type: z.string(),
  voice_note: flag.catch(false),
  file_name: z.string().nullish().catch(null),
});
/** Answers to an InMail that may come without a word. */
const answersToInmail: Record<string, string> = {
  INMAIL_ACCEPT: '[accepted the InMail]',
  INMAIL_DECLINE: '[declined the InMail]',
};
const attachmentNames: Record<string, string> = { img: 'image', audio: 'voice message' };

/** A message's words, and its attachments by their kinds, so that no answer is blank. */
export function wordsOf(message: {
  text: string | null | undefined;
  kind: string | null | undefined;
  attachments: readonly unknown[] | null | undefined;
}): string {
  const kinds = (message.attachments ?? []).flatMap((one) => {
    const attachment = attachmentSchema.safeParse(one).data;
    if (!attachment) return ['[attachment]'];
    const { type, voice_note, file_name } = attachment;
    const known = Object.hasOwn(attachmentNames, type) ? attachmentNames[type] : type;
    const name = voice_note ? 'voice message' : known;
    return [file_name ? `[${name}: ${file_name}]` : `[${name}]`];
  });
  const { text, kind } = message;
  const answer = kind && Object.hasOwn(answersToInmail, kind) ? [answersToInmail[kind]!] : [];
  return [...(text?.trim() ? [text] : []), ...answer, ...kinds].join('\n');
}

/** The message in a row; null for a system row (a person joined) and for a deleted message. */
export function toMessage(row: ListedMessage): Message | null {
  if (row.is_event || row.hidden || row.deleted) return null;
  const { id, chat_id: threadKey, sender_id, is_sender: own, message_type } = row;
  const words = wordsOf({ text: row.text, kind: message_type, attachments: row.attachments });
  const text = { text: words, subject: row.subject ?? null };
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

/**
 * The message as received by the seat; null when the seat wrote it. `known`: other names of its
 * author, because people have another id in each inbox.
 */
export function receivedMessage(
  { id, threadKey, text, subject, at, from, own }: Message,
  known: readonly string[] = [],
): Received | null {
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
    facts: { references: [], identities: [from, ...known], messageKey: id },
  };
}

/** The acceptance of an invitation. Its key is the same for every way in which we learn of it. */
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

/** A text without its differences in white space, because LinkedIn trims texts and line ends. */
export const plain = (text: string): string => text.replace(/\s+/g, ' ').trim();

/**
 * Whether a seat's own message is the note of an invitation. When a person accepts, LinkedIn begins
 * the conversation with the note.
 */
export function isNoteOf(message: Message, invitation: Invited): boolean {
  return (
    message.own &&
    !message.inmail &&
    plain(invitation.text) !== '' &&
    plain(message.text) === plain(invitation.text)
  );
}
