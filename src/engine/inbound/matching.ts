import type { Db } from '../../db/database.ts';
import type { OpenInbound } from '../../db/inbound/inboxes.ts';
import {
  type InboundTarget,
  isOwnMessage,
  targetByIdentity,
  targetByMessage,
  targetByNames,
  targetByThread,
  targetOf,
} from '../../db/inbound/targets.ts';
import { lockProspect } from '../../db/people/roster.ts';
import { stopScheduled } from '../../db/threads/hand-messages.ts';
import {
  findThreadOf,
  isWrittenByHand,
  noteReceived,
  type ThreadRow,
} from '../../db/threads/threads.ts';
import { identityForms, normaliseEmail } from '../../domain/identity.ts';
import { type Classification, classify } from '../../domain/inbound/inbound.ts';
import { addressesConcerned, keysNamed } from '../../domain/inbound/matching.ts';
import { messageIdFromKey } from '../../domain/sequence/message.ts';
import { dayMs } from '../../domain/time.ts';
import { threadIdOf } from '../../ids.ts';

/**
 * How long after a mail a report may come that does not say to which mail it belongs. A server
 * tries for four to five days (RFC 5321 4.5.4.1); a later one may be of anybody's making.
 */
const maxReportMs = 5 * dayMs;

/** The prospect and the conversation that a received message belongs to. */
export type Match = { target: InboundTarget | null; thread: ThreadRow | null };

/**
 * The prospect a message belongs to, else its conversation: it may answer a message that was
 * written by hand, to somebody of a campaign or of none.
 */
export async function match(db: Db, message: OpenInbound): Promise<Match> {
  const { workspaceId, senderId } = message;
  const messageIds = keysNamed(message).flatMap((key) => messageIdFromKey(key) ?? []);
  const target = await matchTouch(db, message, messageIds);
  if (target || message.event === 'connected') return { target, thread: null };
  const identity = normaliseEmail(message.from ?? '') ?? message.from;
  const thread = await findThreadOf(db, { workspaceId, senderId, messageIds, identity });
  const { campaign_id: campaignId, prospect_id: prospectId } = thread ?? {};
  if (!campaignId || !prospectId) return { target: null, thread };
  const known = await targetOf(db, { workspaceId, campaignId, prospectId });
  return { target: known && { ...known, writerId: thread!.sender_id }, thread };
}

type Noting = Match & { message: OpenInbound; kind: Classification['kind']; now: Date };

/**
 * Notes a message in its conversation. The person is locked before it, because the recording of
 * touches takes these locks in that order. Returns its id; null when it belongs to none.
 */
export async function noteInThread(
  db: Db,
  { message, target, thread, kind, now }: Noting,
): Promise<string | null> {
  if (message.event === 'connected' || !(target ?? thread)) return null;
  const { workspaceId, id: inboundId } = message;
  const senderId = target ? (target.writerId ?? message.senderId) : thread!.sender_id;
  const identity = target?.identity ?? thread!.identity;
  if (target) await lockProspect(db, { ...target, workspaceId });
  const threadId = threadIdOf(senderId, identity);
  const heard = { workspaceId, threadId, inboundId, senderId, identity, kind, target };
  const noted = await noteReceived(db, heard);
  if (kind === 'reply' && noted) await stopScheduled(db, { workspaceId, threadId: noted, now });
  return noted;
}

/**
 * The prospect a message belongs to, among those this sender wrote to: by the message ids it refers
 * to, else by its conversation, else by the person it reports on or comes from, else by a further
 * author, the Reply-To or a person in Cc, because an assistant may answer for them.
 */
async function matchTouch(
  db: Db,
  message: OpenInbound,
  ids: readonly string[],
): Promise<InboundTarget | null> {
  const byId = await targetByMessage(db, message, ids);
  if (byId) return byId;
  const byThread = message.threadKey ? await targetByThread(db, message, message.threadKey) : null;
  if (byThread) return byThread;
  const isReport = classify(message).kind === 'bounce';
  const addresses = addressesConcerned(message);
  for (const address of addresses) {
    const target = await targetByIdentity(db, message, address);
    if (target && (!isReport || isTimely(message, target))) return target;
  }
  return addresses.length > 0 ? null : targetByNames(db, message, namesIn(message));
}

function isTimely({ receivedAt }: OpenInbound, { wroteAt }: InboundTarget): boolean {
  return wroteAt !== undefined && receivedAt.getTime() - wroteAt.getTime() <= maxReportMs;
}

/** All names by which campaigns may know the author of a message. */
export function namesIn({ from, facts }: OpenInbound): string[] {
  return [from, ...(facts.identities ?? [])].flatMap((name) => (name ? identityForms(name) : []));
}

/** Whether a received message is one that the sender sent, by the provider's name of it. */
export async function isOurs(
  db: Db,
  own: { workspaceId: string; senderId: string; messageKey: string },
): Promise<boolean> {
  return (await isOwnMessage(db, own, own.messageKey)) || isWrittenByHand(db, own);
}
