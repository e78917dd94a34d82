import type { Db } from '../../db/database.ts';
import { addCapUse, type CampaignCapUse, readCapUse } from '../../db/sending/contact-caps.ts';
import type { Reservation } from '../../db/sending/reserve.ts';
import { localDate } from '../../domain/hours/schedule.ts';
import { ContactCaps, capKeysOf, capKinds, isCapped } from '../../domain/sending/contact-caps.ts';
import type { ClaimCall } from './claim.ts';
import type { Facts } from './facts.ts';

/** What campaigns with caps have made of the domains and companies of the people who are called for, by campaign. */
export async function readCaps(
  db: Db,
  {
    workspaceId,
    calls,
    facts,
    now,
  }: { workspaceId: string; calls: readonly ClaimCall[]; facts: Facts; now: Date },
): Promise<Map<string, ContactCaps>> {
  const capped = [...facts.campaigns.values()].filter((campaign) => isCapped(campaign.capLimits));
  const own = capped.map((campaign) => {
    const day = localDate(campaign.schedule.timeZone, now.getTime());
    const people = calls.flatMap((call) =>
      call.campaignId === campaign.id ? call.lines.flatMap((line) => line.people) : [],
    );
    const keys = people.map(capKeysOf);
    return capKinds.flatMap((kind) => {
      if (campaign.capLimits[kind] === null) return [];
      return [...new Set(keys.flatMap((known) => known[kind] ?? []))].map((key) => ({
        campaignId: campaign.id,
        kind,
        key,
        day,
      }));
    });
  });
  const uses = Map.groupBy(await readCapUse(db, workspaceId, own.flat()), (use) => use.campaignId);
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

/** Keeps what was reserved and promised. The campaigns are locked: nobody has counted meanwhile. */
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
    const known = uses.get(name) ?? { ...use, n: 0, promised: 0, cap: null };
    const cap = use.n > 0 ? facts.campaigns.get(use.campaignId)!.capLimits[use.kind] : known.cap;
    uses.set(name, { ...known, n: known.n + use.n, promised: known.promised + use.promised, cap });
  };
  for (const { campaignId, capMark } of reservations)
    for (const kind of capKinds) {
      const key = capMark?.[kind];
      if (capMark && key !== undefined)
        add({ campaignId, kind, key, day: capMark.day, n: 1, promised: 0 });
    }
  for (const [campaignId, reach] of caps)
    for (const promise of reach.promises) add({ ...promise, campaignId });
  await addCapUse(db, workspaceId, [...uses.values()]);
}
