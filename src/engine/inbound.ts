import { completeIfDone } from '../db/campaigns.ts';
import { type Db, transact } from '../db/database.ts';
import {
  holdUntil,
  type InboundTarget,
  lockOpenInbound,
  markApplied,
  noteReply,
  type OpenInbound,
  targetByIdentity,
  targetByMessage,
} from '../db/inboxes.ts';
import { type Classification, classify } from '../domain/inbound.ts';
import { normaliseEmail } from '../domain/lead-identity.ts';
import { messageIdFromKey } from '../domain/message.ts';
import type { Parts } from '../operation.ts';
import { guardBounces } from './guard.ts';
import { type Stop, stopProspect } from './stop.ts';

const longestAbsenceMs = 60 * 86_400_000;

/**
 * Makes something of every received message of a sender that nothing was made of yet: match, classify, apply, each in one
 * transaction with the person's row lock, so that a reply which commits before a claim stops it (design 4.6).
 */
export async function applyReceived(parts: Parts, inbox: { workspaceId: string; senderId: string }): Promise<void> {
  for (;;) {
    const now = parts.clock.now();
    const applied = await transact(parts.db, async (db) => {
      const message = await lockOpenInbound(db, inbox);
      if (!message) return null;
      const target = await match(db, message);
      const verdict = classify(message);
      if (target) await effects[verdict.kind](db, { message, target, verdict, now });
      await markApplied(db, { workspaceId: inbox.workspaceId, id: message.id, kind: verdict.kind, reason: verdict.reason, target, now });
      return { target, kind: verdict.kind };
    });
    if (!applied) return;
    if (!applied.target) continue;
    const campaign = { workspaceId: inbox.workspaceId, campaignId: applied.target.campaignId, now };
    await completeIfDone(parts.db, campaign);
    if (applied.kind === 'bounce') await guardBounces(parts.db, campaign);
  }
}

/** By the ids the message refers to, else by whom it is about or from, among the people this sender wrote to. */
async function match(db: Db, message: OpenInbound): Promise<InboundTarget | null> {
  const { delivery, complaint, references } = message.facts;
  const keys = [delivery?.originalKey, complaint?.originalKey, ...references];
  const ids = keys.flatMap((key) => (key && messageIdFromKey(key)) || []);
  const byId = await targetByMessage(db, message, ids);
  if (byId) return byId;
  const identity = normaliseEmail(delivery?.recipient ?? message.from ?? '');
  return identity ? targetByIdentity(db, message, identity) : null;
}

type Effect = { message: OpenInbound; target: InboundTarget; verdict: Classification; now: Date };

/** What each kind of message does to the person it concerns. */
const effects: Record<Classification['kind'], (db: Db, effect: Effect) => Promise<void>> = {
  async reply(db, effect) {
    const { target, now } = effect;
    if (target.stopOnReply === false) await noteReply(db, { workspaceId: effect.message.workspaceId, prospectId: target.prospectId, now });
    else await stopProspect(db, { ...stopOf(effect), status: 'replied', kind: 'prospect.replied' });
  },
  async auto_reply(db, { message, target, verdict, now }) {
    const until = verdict.outOfOfficeUntil ? new Date(verdict.outOfOfficeUntil) : null;
    if (!until || until <= now || until.getTime() - now.getTime() > longestAbsenceMs) return;
    await holdUntil(db, { workspaceId: message.workspaceId, prospectId: target.prospectId, until, detail: verdict.reason, now });
  },
  async bounce(db, effect) {
    const { target, verdict } = effect;
    const suppress = verdict.bounce?.type === 'hard' && target.email ? { suppress: { email: target.email, reason: 'bounced' } } : {};
    await stopProspect(db, { ...stopOf(effect), ...suppress, status: 'bounced', kind: 'prospect.bounced' });
  },
  complaint: (db, effect) => stopForGood(db, effect, 'complained'),
  unsubscribe: (db, effect) => stopForGood(db, effect, 'unsubscribed'),
  async other() {},
};

async function stopForGood(db: Db, effect: Effect, reason: string): Promise<void> {
  const { email } = effect.target;
  const suppress = email ? { suppress: { email, reason } } : {};
  await stopProspect(db, { ...stopOf(effect), ...suppress, status: 'unsubscribed', kind: 'prospect.unsubscribed' });
}

function stopOf({ message, target, verdict, now }: Effect): Omit<Stop, 'status' | 'kind'> {
  const { workspaceId, senderId } = message;
  return { workspaceId, senderId, prospectId: target.prospectId, campaignId: target.campaignId, reason: verdict.reason, now };
}
