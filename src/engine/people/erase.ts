import { completeIfDone } from '../../db/campaigns/campaigns.ts';
import type { Db } from '../../db/database.ts';
import { appendEvents } from '../../db/events.ts';
import {
  blankProspects,
  blankReceived,
  deleteConversations,
  forgetPerson,
  identitiesOfPerson,
  lockPerson,
} from '../../db/people/erasures.ts';
import { moveProspects } from '../../db/sending/moves.ts';
import type { SuppressionKey } from '../../domain/people/suppression.ts';
import { AppError } from '../../errors.ts';
import { endMove } from '../sending/stop.ts';

export type Erasure = {
  identities: number;
  campaigns: number;
  leads: number;
  received: number;
};

/**
 * Erases a person in the whole workspace, in the caller's transaction: open ways through sequences
 * end, and all facts of the person go from rosters, leads, messages, threads, received mail
 * and events.
 * The rows that the ledger needs stay, without it; hashes of the identities suppress the person for
 * good. @throws prospect.in_hand while a message is on its way
 */
export async function erasePerson(
  db: Db,
  {
    workspaceId,
    keys: given,
    now,
    actor,
  }: { workspaceId: string; keys: readonly SuppressionKey[]; now: Date; actor: string },
): Promise<Erasure> {
  const keys = await identitiesOfPerson(db, { workspaceId, keys: given });
  const known = await lockPerson(db, { workspaceId, keys });
  if (known.some(({ inHand }) => inHand)) throw new AppError('prospect.in_hand');
  if (!(await deleteConversations(db, { workspaceId, keys })))
    throw new AppError('prospect.in_hand');
  const campaigns = [...new Set(known.map(({ campaignId }) => campaignId))].sort();
  const ids = known.map(({ id }) => id);
  const ends = known.flatMap(({ id, isOpen }) =>
    isOpen ? endMove(id, 'cancelled', { reason: 'erased', at: now }) : [],
  );
  await moveProspects(db, { workspaceId, moves: ends });
  if (ids.length > 0) await blankProspects(db, workspaceId, { ids, now });
  const received = await blankReceived(db, { workspaceId, keys, ids });
  const leads = await forgetPerson(db, { workspaceId, keys, now });
  for (const campaignId of campaigns) await completeIfDone(db, { workspaceId, campaignId, now });
  await appendEvents(db, { workspaceId, at: now, actor }, [
    { kind: 'person.erased', data: { campaigns: campaigns.length } },
  ]);
  return { identities: keys.length, campaigns: campaigns.length, leads, received };
}
