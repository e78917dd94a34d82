import { completeIfDone, shareCampaigns } from '../../db/campaigns/campaigns.ts';
import { type Db, transact } from '../../db/database.ts';
import { appendEvents } from '../../db/events.ts';
import {
  type InboundTarget,
  lockOpenInbound,
  markApplied,
  type OpenInbound,
  targetByIdentity,
  targetByMessage,
  targetByNames,
  targetByThread,
} from '../../db/inbound/inboxes.ts';
import {
  campaignsAwaiting,
  lockAwaiting,
  lockSenderInbound,
} from '../../db/inbound/invitations.ts';
import { insertSuppressions } from '../../db/people/suppressions.ts';
import { holdUntil } from '../../db/sending/holds.ts';
import { noteReply } from '../../db/sending/marks.ts';
import { namesOf, normaliseEmail } from '../../domain/identity.ts';
import { type Classification, classifyFor } from '../../domain/inbound/inbound.ts';
import { normaliseSuppression, suppressionKinds } from '../../domain/people/suppression.ts';
import { messageIdFromKey } from '../../domain/sequence/message.ts';
import { dayMs } from '../../domain/time.ts';
import type { Services } from '../../operation.ts';
import { guardBounces } from '../campaigns/guard.ts';
import { type Stop, stopProspect } from '../sending/stop.ts';
import { connect } from './invitations.ts';

const maxAbsenceMs = 60 * dayMs;

/**
 * Makes something of every received message of a sender that nothing was made of yet: match, classify, apply, each in one
 * transaction with the person's row lock, so that a reply which commits before a claim stops it (design 4.6).
 */
export async function applyReceived(
  services: Services,
  inbox: { workspaceId: string; senderId: string },
): Promise<void> {
  const heard = new Set<string>();
  for (;;) {
    const now = services.clock.now();
    const applied = await transact(services.db, async (db) => {
      const message = await lockOpenInbound(db, inbox);
      if (!message) return null;
      // What the provider names differently may be about a touch that is being recorded right now: that is waited for.
      if (message.event === 'connected' || message.threadKey || message.facts.identities)
        await lockSenderInbound(db, [inbox.senderId]);
      const target = await match(db, message);
      const verdict = classifyFor({ ...message, person: target }, message);
      const author = heard.has(message.id)
        ? null
        : await authorOf(db, { message, target, verdict });
      if (author) {
        await effects[verdict.kind](db, { message, target: author, verdict, now });
        return { campaigns: [author.campaignId], kind: verdict.kind, author: message.id };
      }
      const campaigns = verdict.kind === 'connected' ? await connectAll(db, message, now) : [];
      if (target) await effects[verdict.kind](db, { message, target, verdict, now });
      await markApplied(db, {
        workspaceId: inbox.workspaceId,
        id: message.id,
        kind: verdict.kind,
        reason: verdict.reason,
        target,
        now,
      });
      return {
        campaigns: [...campaigns, ...(target ? [target.campaignId] : [])],
        kind: verdict.kind,
        author: null,
      };
    });
    if (!applied) return;
    if (applied.author) heard.add(applied.author);
    for (const campaignId of new Set(applied.campaigns)) {
      const campaign = { workspaceId: inbox.workspaceId, campaignId, now };
      await completeIfDone(services.db, campaign);
      if (applied.kind === 'bounce') await guardBounces(services.db, campaign);
    }
  }
}

/** Everybody of the sender's campaigns who waits for just this goes on. Returns their campaigns. */
async function connectAll(db: Db, message: OpenInbound, now: Date): Promise<string[]> {
  // Nobody goes on to a touch that is being taken away.
  await shareCampaigns(db, message.workspaceId, await campaignsAwaiting(db, message));
  const people = await lockAwaiting(db, message, namesIn(message));
  return connect(db, { workspaceId: message.workspaceId, people, at: message.receivedAt, now });
}

/** All that the one a message is from may be known as. */
function namesIn({ from, facts }: OpenInbound): string[] {
  return [from, ...(facts.identities ?? [])].flatMap((name) => (name ? namesOf(name) : []));
}

/** By the ids the message refers to, else by its conversation, else by whom it is about or from, among the people this sender wrote to. */
async function match(db: Db, message: OpenInbound): Promise<InboundTarget | null> {
  const { delivery, complaint, references } = message.facts;
  const keys = [delivery?.originalKey, complaint?.originalKey, ...references];
  const ids = keys.flatMap((key) => (key && messageIdFromKey(key)) || []);
  const byId = await targetByMessage(db, message, ids);
  if (byId) return byId;
  const byThread = message.threadKey ? await targetByThread(db, message, message.threadKey) : null;
  if (byThread) return byThread;
  const identity = normaliseEmail(delivery?.recipient ?? message.from ?? '');
  return identity
    ? targetByIdentity(db, message, identity)
    : targetByNames(db, message, namesIn(message));
}

type Heard = { message: OpenInbound; target: InboundTarget | null; verdict: Classification };

/**
 * Who wrote a reply, where it is another of the people this sender wrote to: a colleague to whom somebody passed our mail. They are stopped as well, in a
 * transaction of their own and before the message counts as applied: the locks of one person come after each other.
 */
async function authorOf(
  db: Db,
  { message, target, verdict }: Heard,
): Promise<InboundTarget | null> {
  if (!target || (verdict.kind !== 'reply' && verdict.kind !== 'unsubscribe')) return null;
  const identity = normaliseEmail(message.from ?? '');
  if (!identity || identity === target.identity) return null;
  const author = await targetByIdentity(db, message, identity);
  return author?.prospectId === target.prospectId ? null : author;
}

type Effect = { message: OpenInbound; target: InboundTarget; verdict: Classification; now: Date };

/** A reply that stops nobody: noted and told once. */
async function noteFirst(db: Db, { message, target, verdict, now }: Effect): Promise<void> {
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

/** What each kind of message does to the person it concerns. */
const effects: Record<Classification['kind'], (db: Db, effect: Effect) => Promise<void>> = {
  async reply(db, effect) {
    const { target } = effect;
    if (target.stopOnReply === false) await noteFirst(db, effect);
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
  // Whoever waited for it goes on without being the one the message is kept with (`connectAll`).
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
  // The same person may come again under the name that lasts.
  await insertSuppressions(db, message.workspaceId, {
    items: [{ kind, value, reason }],
    campaignId: target.campaignId,
    at: now,
  });
}

/** The person under the name by which the campaign's channel knows them: kinds of suppressions are called like channels. */
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
