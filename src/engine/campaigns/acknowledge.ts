import { insertAcknowledgement, isAcknowledged } from '../../db/accounts/acknowledgements.ts';
import type { Db } from '../../db/database.ts';
import { appendEvents } from '../../db/events.ts';
import { typeOf } from '../../domain/sequence/campaign.ts';

type Place = { workspaceId: string; type: string };

/** Whether the rules of a type of sender are acknowledged in the workspace, or it has none. */
export async function hasAcknowledged(db: Db, { workspaceId, type }: Place): Promise<boolean> {
  const { rules } = typeOf({ type });
  return rules === '' || isAcknowledged(db, { workspaceId, rules });
}

/**
 * Keeps that somebody acknowledges the rules of a type of sender, and tells it as an event the
 * first time. Call it last in the transaction.
 */
export async function acknowledge(
  db: Db,
  { workspaceId, type, ...act }: Place & { memberId: string; actor: string; now: Date },
): Promise<void> {
  const { rules, warning } = typeOf({ type });
  const { memberId, actor, now: at } = act;
  if (rules === '' || !(await insertAcknowledgement(db, { workspaceId, rules, memberId, at })))
    return;
  const data = { rules, words: warning, member_id: memberId };
  await appendEvents(db, { workspaceId, at, actor }, [{ kind: 'rules.acknowledged', data }]);
}
