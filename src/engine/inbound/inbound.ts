import { completeIfDone, shareCampaigns } from '../../db/campaigns/campaigns.ts';
import { type Db, transact } from '../../db/database.ts';
import { appendEvents } from '../../db/events.ts';
import { lockOpenInbound, markApplied, type OpenInbound } from '../../db/inbound/inboxes.ts';
import {
  campaignsAwaiting,
  lockAwaiting,
  lockSenderInbound,
} from '../../db/inbound/invitations.ts';
import { type InboundTarget, targetByIdentity } from '../../db/inbound/targets.ts';
import { insertSuppressions } from '../../db/people/suppressions.ts';
import { holdUntil } from '../../db/sending/holds.ts';
import { noteReply } from '../../db/sending/marks.ts';
import { holdLikely } from '../../db/sending/sender-holds.ts';
import { normaliseEmail } from '../../domain/identity.ts';
import { type Classification, classifyFor } from '../../domain/inbound/inbound.ts';
import { likenessOf } from '../../domain/inbound/likely.ts';
import { normaliseSuppression, suppressionKinds } from '../../domain/people/suppression.ts';
import { dayMs } from '../../domain/time.ts';
import type { Services } from '../../operation.ts';
import { guardBounces } from '../campaigns/guard.ts';
import { type Stop, stopProspect } from '../sending/stop.ts';
import { markConnected } from './connections.ts';
import { isOurs, match, namesIn, noteInThread } from './matching.ts';

/** An automatic reply that names a later return date is not believed. */
const maxAbsenceMs = 60 * dayMs;

/**
 * Applies every received message of a sender that is not applied yet: match, classify, apply.
 * Each message takes one transaction with the prospect's row lock, so that a reply which commits
 * before a claim stops the send (design 4.6).
 */
export async function applyReceived(
  services: Services,
  inbox: { workspaceId: string; senderId: string },
): Promise<void> {
  const authorsStopped = new Set<string>();
  for (;;) {
    const now = services.clock.now();
    const applied = await transact(services.db, (db) =>
      applyNext(db, inbox, { authorsStopped, now }),
    );
    if (!applied) return;
    if (applied.authorOf) authorsStopped.add(applied.authorOf);
    for (const campaignId of new Set(applied.campaigns)) {
      const campaign = { workspaceId: inbox.workspaceId, campaignId, now };
      await completeIfDone(services.db, campaign);
      if (applied.kind === 'bounce') await guardBounces(services.db, campaign);
    }
  }
}

type AppliedMessage = {
  /** Campaigns that may be complete after it. */
  campaigns: string[];
  kind: Classification['kind'];
  /** Id of the message, if its author was stopped; its target is still to be applied. */
  authorOf: string | null;
};

/**
 * Applies the oldest message that is not applied yet, to its author or to its target. Null when
 * there is none. `authorsStopped`: ids of messages that were applied to their author before.
 */
async function applyNext(
  db: Db,
  inbox: { workspaceId: string; senderId: string },
  { authorsStopped, now }: { authorsStopped: ReadonlySet<string>; now: Date },
): Promise<AppliedMessage | null> {
  const message = await lockOpenInbound(db, inbox);
  if (!message) return null;
  // The provider's own name of a touch is known only once the touch is recorded, and that may be
  // happening right now: wait for it.
  if (message.event === 'connected' || message.threadKey || message.facts.identities)
    await lockSenderInbound(db, [inbox.senderId]);
  const { messageKey } = message.facts;
  if (messageKey && (await isOurs(db, { ...inbox, messageKey })))
    return ignoreOwn(db, message, now);
  const { target, thread } = await match(db, message);
  const verdict = classifyFor({ ...message, person: target }, message);
  const { kind, reason } = verdict;
  const author = authorsStopped.has(message.id)
    ? null
    : await findAuthor(db, { message, target, verdict });
  if (author) {
    await effects[kind](db, { message, target: author, verdict, now });
    return { campaigns: [author.campaignId], kind, authorOf: message.id };
  }
  const campaigns = kind === 'connected' ? await applyAcceptance(db, message, now) : [];
  const threadId = await noteInThread(db, { message, target, thread, kind, now });
  if (target) await effects[kind](db, { message, target, verdict, now });
  else if (!thread) await holdWriters(db, { message, kind, now });
  const { workspaceId } = inbox;
  await markApplied(db, { workspaceId, id: message.id, kind, reason, target, threadId, now });
  if (target) campaigns.push(target.campaignId);
  return { campaigns, kind, authorOf: null };
}

/** A provider may show a message of ours without saying that it is ours. */
async function ignoreOwn(db: Db, message: OpenInbound, now: Date): Promise<AppliedMessage> {
  const { workspaceId, id } = message;
  const reason = 'it is a message that we sent';
  const ofNobody = { target: null, threadId: null };
  await markApplied(db, { workspaceId, id, kind: 'other', reason, ...ofNobody, now });
  return { campaigns: [], kind: 'other', authorOf: null };
}

/** How long people that may have written an unmatched mail are held. */
const maxLikelyMs = dayMs;

/** Holds people that may have written a mail, because a mail after a reply cannot be taken back. */
async function holdWriters(
  db: Db,
  { message, kind, now }: { message: OpenInbound; kind: Classification['kind']; now: Date },
): Promise<void> {
  const likeness = kind === 'reply' || kind === 'unsubscribe' ? likenessOf(message) : null;
  if (likeness === null || message.threadKey) return;
  const until = new Date(message.receivedAt.getTime() + maxLikelyMs);
  if (until <= now) return;
  const { workspaceId, senderId, id: inboundId } = message;
  const detail = `${message.from ?? ''}: ${message.subject ?? ''}`.slice(0, 200);
  await holdLikely(db, { workspaceId, senderId, likeness, inboundId, detail, until, now });
}

/** Carries out the consequences of a message for its prospect. */
export const applyTo = (db: Db, effect: Effect): Promise<void> =>
  effects[effect.verdict.kind](db, effect);

/**
 * Moves on the prospects of all campaigns of the sender that wait for this acceptance.
 * Returns their campaigns.
 */
async function applyAcceptance(db: Db, message: OpenInbound, now: Date): Promise<string[]> {
  const { workspaceId, receivedAt: at } = message;
  // Locked against changes of their sequences: no prospect moves to a touch that is being removed.
  await shareCampaigns(db, workspaceId, await campaignsAwaiting(db, message));
  const people = await lockAwaiting(db, message, namesIn(message));
  return markConnected(db, { workspaceId, people, at, now });
}

type Matched = { message: OpenInbound; target: InboundTarget | null; verdict: Classification };

/**
 * The author of a reply, if that is another prospect of this sender than the target: a colleague
 * that got our mail forwarded. The author is stopped as well, in a transaction of their own before
 * the message is marked as applied, because one transaction holds the locks of one prospect only.
 */
async function findAuthor(
  db: Db,
  { message, target, verdict }: Matched,
): Promise<InboundTarget | null> {
  if (!target || (verdict.kind !== 'reply' && verdict.kind !== 'unsubscribe')) return null;
  const identity = normaliseEmail(message.from ?? '');
  if (!identity || identity === target.identity) return null;
  const author = await targetByIdentity(db, message, identity);
  return author?.prospectId === target.prospectId ? null : author;
}

type Effect = { message: OpenInbound; target: InboundTarget; verdict: Classification; now: Date };

/** Records a reply in a campaign that replies do not stop. Only the first one makes an event. */
async function recordReply(db: Db, { message, target, verdict, now }: Effect): Promise<void> {
  const { workspaceId, senderId } = message;
  const { prospectId, campaignId } = target;
  if (!(await noteReply(db, { workspaceId, prospectId, now }))) return;
  const event = {
    kind: 'prospect.replied' as const,
    campaignId,
    prospectId,
    senderId,
    data: { reason: verdict.reason, stopped: false },
  };
  await appendEvents(db, { workspaceId, at: now, actor: 'engine' }, [event]);
}

/** The effect of each kind of message on its prospect. */
const effects: Record<Classification['kind'], (db: Db, effect: Effect) => Promise<void>> = {
  async reply(db, effect) {
    const { target } = effect;
    if (target.stopOnReply === false) await recordReply(db, effect);
    else await stopProspect(db, { ...stopOf(effect), status: 'replied', kind: 'prospect.replied' });
  },
  async auto_reply(db, { message, target, verdict, now }) {
    const until = verdict.outOfOfficeUntil ? new Date(verdict.outOfOfficeUntil) : null;
    if (!until || until <= now || until.getTime() - now.getTime() > maxAbsenceMs) return;
    await holdUntil(db, {
      workspaceId: message.workspaceId,
      prospectId: target.prospectId,
      until,
      detail: verdict.reason,
      now,
    });
  },
  async bounce(db, effect) {
    const suppress = effect.verdict.bounce?.type === 'hard' ? suppressionOf(effect, 'bounced') : {};
    await stopProspect(db, {
      ...stopOf(effect),
      ...suppress,
      status: 'bounced',
      kind: 'prospect.bounced',
    });
  },
  complaint: (db, effect) => stopForGood(db, effect, 'complained'),
  unsubscribe: (db, effect) => stopForGood(db, effect, 'unsubscribed'),
  // Done for all prospects that wait for it, whether or not the message has a target
  // (`applyAcceptance`).
  async connected() {},
  async other() {},
};

async function stopForGood(db: Db, effect: Effect, reason: string): Promise<void> {
  await stopProspect(db, {
    ...stopOf(effect),
    ...suppressionOf(effect, reason),
    status: 'unsubscribed',
    kind: 'prospect.unsubscribed',
  });
  const { message, target, now } = effect;
  const kind = suppressionKinds.find((known) => known === target.channel);
  const value = kind && target.personKey ? normaliseSuppression(kind, target.personKey) : null;
  if (!kind || value === null || value === target.identity) return;
  // The lasting name is suppressed as well, because the person may be added again under it.
  await insertSuppressions(db, message.workspaceId, {
    items: [{ kind, value, reason }],
    campaignId: target.campaignId,
    at: now,
  });
}

/** Suppresses the identity of the prospect; kinds of suppressions are named like channels. */
function suppressionOf({ target }: Effect, reason: string): Pick<Stop, 'suppress'> {
  const kind = suppressionKinds.find((known) => known === target.channel);
  return kind ? { suppress: { kind, value: target.identity, reason } } : {};
}

function stopOf({ message, target, verdict, now }: Effect): Omit<Stop, 'status' | 'kind'> {
  const { workspaceId, senderId } = message;
  return {
    workspaceId,
    senderId,
    prospectId: target.prospectId,
    campaignId: target.campaignId,
    reason: verdict.reason,
    now,
  };
}
