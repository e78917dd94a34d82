import type { Db } from '../../db/database.ts';
import { lockRoster, type RosterRow, reopenCampaign } from '../../db/people/roster.ts';
import type { CampaignId } from '../../db/scope.ts';
import { wakeCampaign } from '../../db/sending/lanes.ts';
import {
  type Intake,
  insertProspects,
  type PackedPeople,
} from '../../db/sending/roster-changes.ts';
import { AppError } from '../../errors.ts';

/**
 * Locks a roster that may change now: of a draft, an open one, or one fed by synced lists.
 * @throws campaign.not_found, campaign.roster_frozen
 */
export async function openRoster(db: Db, campaign: CampaignId): Promise<RosterRow> {
  const roster = await lockRoster(db, campaign);
  if (!roster) throw new AppError('campaign.not_found');
  if (
    roster.status === 'draft' ||
    ((roster.roster === 'open' || roster.live) && roster.status !== 'launching')
  )
    return roster;
  throw new AppError(
    'campaign.roster_frozen',
    `The campaign is ${roster.status}; its roster can only change while it is a draft.`,
  );
}

/**
 * Adds people to a roster that `openRoster` locked in this transaction. A running campaign plans
 * them at once, a completed one runs again. Returns how many were new.
 */
export async function addPeople(
  db: Db,
  roster: RosterRow,
  { intake, people }: { intake: Intake; people: PackedPeople },
): Promise<number> {
  const added = await insertProspects(db, intake, people);
  if (added === 0 || roster.status === 'draft') return added;
  if (roster.status === 'completed') await reopenCampaign(db, intake);
  await wakeCampaign(db, intake);
  return added;
}
