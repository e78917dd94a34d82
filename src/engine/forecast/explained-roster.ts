import type { CampaignRow } from '../../db/campaigns/campaigns.ts';
import type { Db } from '../../db/database.ts';
import { listProspects, type RosterPage } from '../../db/people/roster.ts';
import type { ProspectRow } from '../../db/sending/profiles.ts';
import { waitingHolds } from '../../domain/sequence/invitation.ts';
import { explainProspects } from './explain-prospect.ts';
import type { ExplainRequest, Explanation } from './explanation.ts';

export type ExplainedPerson = { row: ProspectRow; explanation: Explanation };

/** `next`: the id after which to go on, null at the end. */
export type ExplainedPage = { people: ExplainedPerson[]; next: string | null; isCut: boolean };

type Request = ExplainRequest & { isForecast: boolean };

/** People whose reason is told at a time, and at most in one call, to find those of one reason. */
const batchSize = 1_000;
const maxExplained = 5_000;

/**
 * From when the next touch may go (epoch ms); null when something else must happen first. The end
 * of a wait for a connection is the end of the sequence, unless the person accepts.
 */
export function nextTouchAt({ row, explanation }: ExplainedPerson): number | null {
  const mayOpen = row.hold === null || !waitingHolds.includes(row.hold);
  return mayOpen ? explanation.binding.opensAt : null;
}

/** A page of people, each with the reason for the wait. */
export async function explainPage(
  db: Db,
  campaign: CampaignRow,
  page: RosterPage,
  request: Request,
): Promise<ExplainedPage> {
  const { rows, more, next } = await listProspects(db, page);
  const explanations = await explainProspects(db, campaign, rows, request);
  const people = rows.map((row, index) => ({ row, explanation: explanations[index]! }));
  return { people, next, isCut: more && rows.length < page.limit };
}

/**
 * People who have not ended and wait for one reason, in the order they were added: a page ends
 * early when it has explained `maxExplained` people without finding enough.
 */
export async function findBecause(
  db: Db,
  campaign: CampaignRow,
  page: RosterPage,
  { because, ...request }: Request & { because: string },
): Promise<ExplainedPage> {
  const found: ExplainedPerson[] = [];
  let after = page.after;
  for (let explained = 0; explained < maxExplained; ) {
    const batch = await explainPage(
      db,
      campaign,
      { ...page, after, offset: 0, limit: batchSize },
      request,
    );
    for (const person of batch.people) {
      if (person.row.ended_at || person.explanation.binding.code !== because) continue;
      if (found.length === page.limit)
        return { people: found, next: found.at(-1)!.row.id, isCut: false };
      found.push(person);
    }
    if (batch.next === null) return { people: found, next: null, isCut: false };
    after = batch.next;
    explained += batch.people.length;
  }
  return { people: found, next: after!, isCut: false };
}

/** All people of a filter that matches few, by the instant of their next touch, the first first. */
export async function explainByNextTouch(
  db: Db,
  campaign: CampaignRow,
  filter: RosterPage,
  request: Request,
): Promise<ExplainedPerson[]> {
  const people: ExplainedPerson[] = [];
  let after: string | undefined;
  do {
    const batch = await explainPage(
      db,
      campaign,
      { ...filter, after, offset: 0, limit: batchSize },
      request,
    );
    people.push(...batch.people);
    after = batch.next ?? undefined;
  } while (after);
  const at = (person: ExplainedPerson) => nextTouchAt(person) ?? Infinity;
  return people.sort((a, b) => at(a) - at(b) || (a.row.id < b.row.id ? -1 : 1));
}
