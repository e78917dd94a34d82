import { storable } from '../../domain/text.ts';
import type { Received } from '../channel.ts';
import { plain } from './words.ts';

type Message = {
  id: string;
  text: string;
  sender_id: string;
  dm_conversation_id?: string | undefined;
  created_at: Date;
};

/** A direct message as it is stored, whether it was read or X told of it. */
export function receivedOf(
  { id, text, sender_id, dm_conversation_id, created_at }: Message,
  username: string | undefined,
): Received {
  const handle = username?.toLowerCase();
  return {
    sourceKey: `x/${id}`,
    key: id,
    threadKey: dm_conversation_id ?? null,
    from: handle ?? sender_id,
    subject: null,
    text: storable(plain(text)),
    receivedAt: created_at,
    headers: {},
    facts: { references: [], identities: [sender_id, ...(handle ? [handle] : [])] },
  };
}

/** True for a conversation of these two alone: its id is made of theirs. */
export function isOneToOne(conversation: string, [a, b]: readonly [string, string]): boolean {
  const ids = conversation.split(/[-:]/);
  return ids.length === 2 && ids.includes(a) && ids.includes(b);
}
