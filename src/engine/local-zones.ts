import type { CampaignId } from '../db/campaigns.ts';
import type { Db } from '../db/database.ts';
import { clearZones, readUnzoned, writeZones } from '../db/local-zones.ts';
import { localZoneOf } from '../domain/local-zone.ts';

const together = 5_000;

/** Finds the zones of everybody on a draft's roster, or forgets them. The caller has locked the campaign, so nobody is added meanwhile. */
export async function settleZones(db: Db, campaign: CampaignId, local: boolean): Promise<void> {
  if (!local) return clearZones(db, campaign);
  for (let after: string | null = null; ; ) {
    const people = await readUnzoned(db, { ...campaign, after, limit: together });
    const known = people.flatMap((person) => {
      const found = localZoneOf(person);
      return found ? [{ id: person.id, ...found }] : [];
    });
    await writeZones(db, campaign, known);
    if (people.length < together) return;
    after = people.at(-1)!.id;
  }
}
