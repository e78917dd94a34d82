import type { Db } from '../../db/database.ts';
import { markApplied } from '../../db/inbound/inboxes.ts';
import { targetOf } from '../../db/inbound/targets.ts';
import { lockUnmatched, noteLooked } from '../../db/inbound/unmatched.ts';
import { wakeSender } from '../../db/sending/lanes.ts';
import { releaseLikely } from '../../db/sending/sender-holds.ts';
import { classifyFor } from '../../domain/inbound/inbound.ts';
import { AppError } from '../../errors.ts';
import { applyTo } from './inbound.ts';
import { noteInThread } from './matching.ts';

type Look = { workspaceId: string; id: string; now: Date };

/**
 * Takes a mail that matched nobody for one of this person, with all that follows from it. People
 * that were held because they may have written it go on. Call it in a transaction.
 * @throws mail.not_found, prospect.not_found
 */
export async function attachMail(
  db: Db,
  look: Look & { campaignId: string; prospectId: string },
): Promise<{ kind: string }> {
  const { workspaceId, id, campaignId, prospectId, now } = look;
  const message = await lockUnmatched(db, look);
  if (!message) throw new AppError('mail.not_found');
  const target = await targetOf(db, { workspaceId, campaignId, prospectId });
  if (!target) throw new AppError('prospect.not_found');
  const verdict = classifyFor({ sent: false, own: [], person: target }, message);
  const { kind, reason } = verdict;
  const threadId = await noteInThread(db, { message, target, thread: null, kind, now });
  await applyTo(db, { message, target, verdict, now });
  const byHand = { reason: `${reason}, by hand`, target, threadId };
  await markApplied(db, { workspaceId, id, kind, ...byHand, now });
  await letGo(db, look);
  return { kind };
}

/** Says of a mail that it is of nobody here: those it held go on. @throws mail.not_found */
export async function dismissMail(db: Db, look: Look): Promise<void> {
  if (!(await lockUnmatched(db, look))) throw new AppError('mail.not_found');
  await letGo(db, look);
}

async function letGo(db: Db, look: Look): Promise<void> {
  await noteLooked(db, look);
  const { workspaceId, now } = look;
  for (const senderId of await releaseLikely(db, look))
    await wakeSender(db, { workspaceId, senderId, now });
}
