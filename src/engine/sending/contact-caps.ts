import type { Db } from '../../db/database.ts';
import { addCapUse, type CampaignCapUse, readCapUse } from '../../db/sending/contact-caps.ts';
import type { Reservation } from '../../db/sending/reserve.ts';
import { localDate } from '../../domain/hours/schedule.ts';
import { ContactCaps, capKeysOf, capKinds, isCapped } from '../../domain/sending/contact-caps.ts';
import type { LaneClaim } from './claim.ts';
import type { Facts } from './facts.ts';

/** The caps of campaigns that have any, with their use so far by the keys of claimed prospects. */
export async function readCaps(
  db: Db,
  {
    workspaceId,
    claims,
    facts,
    now,
  }: { workspaceId: string; claims: readonly LaneClaim[]; facts: Facts; now: Date },
): Promise<Map<string, ContactCaps>> {
  const capped = [...facts.campaigns.values()].filter((campaign) => isCapped(campaign.capLimits));
  const keysByCampaign = capped.map((campaign) => {
    const day = localDate(campaign.schedule.timeZone, now.getTime());
    const people = claims.flatMap((claim) =>
      claim.campaignId === campaign.id ? claim.queues.flatMap((queue) => queue.people) : [],
    );
    const keys = people.map(capKeysOf);
    return capKinds.flatMap((kind) => {
      if (campaign.capLimits[kind] === null) return [];
      return [...new Set(keys.flatMap((own) => own[kind] ?? []))].map((key) => ({
        campaignId: campaign.id,
        kind,
        key,
        day,
      }));
    });
  });
  const rows = await readCapUse(db, workspaceId, keysByCampaign.flat());
  const uses = Map.groupBy(rows, (use) => use.campaignId);
  return new Map(
    capped.map(({ id, capLimits, schedule }) => [
      id,
      new ContactCaps(capLimits, schedule.timeZone, {
        uses: uses.get(id) ?? [],
        now: now.getTime(),
      }),
    ]),
  );
}

/**
 * Stores the use that the reservations made of the caps, and the places promised to held prospects.
 * Nobody else has counted meanwhile, because the campaigns are locked.
 */
export async function keepCaps(
  db: Db,
  {
    workspaceId,
    caps,
    reservations,
    facts,
  }: {
    workspaceId: string;
    caps: ReadonlyMap<string, ContactCaps>;
    reservations: readonly Reservation[];
    facts: Facts;
  },
): Promise<void> {
  if (caps.size === 0) return;
  const uses = new Map<string, CampaignCapUse & { cap: number | null }>();
  const add = (use: CampaignCapUse) => {
    const name = `${use.campaignId} ${use.kind} ${use.day} ${use.key}`;
    const sum = uses.get(name) ?? { ...use, n: 0, promised: 0, cap: null };
    const cap = use.n > 0 ? facts.campaigns.get(use.campaignId)!.capLimits[use.kind] : sum.cap;
    uses.set(name, { ...sum, n: sum.n + use.n, promised: sum.promised + use.promised, cap });
  };
  for (const { campaignId, capMark } of reservations)
    for (const kind of capKinds) {
      const key = capMark?.[kind];
      if (capMark && key !== undefined)
        add({ campaignId, kind, key, day: capMark.day, n: 1, promised: 0 });
    }
  for (const [campaignId, { promises }] of caps)
    for (const promise of promises) add({ ...promise, campaignId });
  await addCapUse(db, workspaceId, [...uses.values()]);
}
