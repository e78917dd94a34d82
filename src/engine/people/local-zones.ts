import type { Db } from '../../db/database.ts';
import { readUnzoned, readUnzonedOf, type UnzonedPerson } from '../../db/people/local-zones.ts';
import type { CampaignId } from '../../db/scope.ts';
import { clearZones, writeZones } from '../../db/sending/profiles.ts';
import { localZoneOf } from '../../domain/hours/local-zone.ts';

const batchSize = 5_000;

/**
 * Writes the zones of all people on a draft's roster, or clears them without `localHours`. The
 * caller has locked the campaign, so that nobody is added meanwhile.
 */
export async function settleZones(
  db: Db,
  campaign: CampaignId,
  { localHours }: { localHours: boolean },
): Promise<void> {
  if (!localHours) return clearZones(db, campaign);
  for (let after: string | null = null; ; ) {
    const people = await readUnzoned(db, { ...campaign, after, limit: batchSize });
    await writeZones(db, campaign, zonesOf(people));
    if (people.length < batchSize) return;
    after = people.at(-1)!.id;
  }
}

/** Writes the zones of people that were just added. */
export async function settleNewZones(
  db: Db,
  campaign: CampaignId,
  ids: readonly string[],
): Promise<void> {
  await writeZones(db, campaign, zonesOf(await readUnzonedOf(db, campaign, ids)));
}

function zonesOf(people: readonly UnzonedPerson[]) {
  return people.flatMap((person) => {
    const found = localZoneOf(person);
    return found ? [{ id: person.id, ...found }] : [];
  });
}
