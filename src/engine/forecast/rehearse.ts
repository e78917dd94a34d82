import { insertSender } from '../../db/accounts/senders.ts';
import { insertCampaignSender, listRehearsedSenders } from '../../db/campaigns/campaign-senders.ts';
import { type CampaignRow, insertCampaign } from '../../db/campaigns/campaigns.ts';
import { listProspects } from '../../db/people/roster.ts';
import type { ProspectRow } from '../../db/sending/profiles.ts';
import { insertProspects, type NewProspect, packPeople } from '../../db/sending/roster-changes.ts';
import { drawScript, type Habits, withScript } from '../../domain/forecast/habits.ts';
import { profileFields, readRosterPerson } from '../../domain/people/prospect-input.ts';
import type { Context } from '../../operation.ts';
import { copiedSettings, copyContent } from '../campaigns/copy.ts';
import { createRest } from '../rest.ts';

const batchSize = 1_000;

/** The field of the address by which a campaign's channel reaches people. */
const addressFields: Record<string, 'email' | 'linkedin_url' | 'x_handle'> = {
  email: 'email',
  linkedin: 'linkedin_url',
  x: 'x_handle',
};

export type Rehearsal = {
  workspaceId: string;
  memberId: string;
  /** People of the roster, the first ones. */
  people: number;
  habits: Habits;
  seed: string;
};

/**
 * Copies a campaign into a sandbox as a draft: settings, texts, simulated senders with the limits
 * of its own, and people whose addresses script what they do. Returns the copy's id and its people.
 */
export async function copyIntoSandbox(
  context: Context,
  source: CampaignRow,
  { workspaceId, memberId, ...drawn }: Rehearsal,
): Promise<{ campaignId: string; people: number }> {
  const { db, newId, now } = context;
  const copy = await insertCampaign(db, {
    ...copiedSettings(source),
    workspace_id: workspaceId,
    id: newId(),
    member_id: memberId,
    type: source.type,
    name: source.name,
    status: 'draft',
    created_at: now,
    updated_at: now,
  });
  await copyContent(context, source, copy!);
  const campaign = { workspaceId, campaignId: copy!.id };
  for (const { campaign_daily_limit, position, ...sender } of await listRehearsedSenders(db, {
    workspaceId: source.workspace_id,
    campaignId: source.id,
  })) {
    const row = await insertSender(db, {
      ...sender,
      ramp_up: sender.ramp_up && JSON.stringify(sender.ramp_up),
      workspace_id: workspaceId,
      id: newId(),
      member_id: memberId,
      status: 'active',
      connection: '{}',
      created_at: now,
      updated_at: now,
    });
    await insertCampaignSender(db, campaign, {
      senderId: row!.id,
      position,
      dailyLimit: campaign_daily_limit,
    });
  }
  return {
    campaignId: copy!.id,
    people: await copyPeople(context, source, { campaign, ...drawn }),
  };
}

type Copying = Pick<Rehearsal, 'people' | 'habits' | 'seed'> & {
  campaign: { workspaceId: string; campaignId: string };
};

async function copyPeople(
  { db, newId, now }: Context,
  source: CampaignRow,
  { campaign, people: wanted, habits, seed }: Copying,
): Promise<number> {
  const rest = createRest();
  let added = 0;
  let left = wanted;
  for (let after: string | undefined; left > 0; ) {
    const { rows, next } = await listProspects(db, {
      workspaceId: source.workspace_id,
      campaignId: source.id,
      after,
      offset: 0,
      limit: Math.min(batchSize, left),
    });
    const invited = source.type === 'linkedin';
    const people = rows.flatMap((row): NewProspect[] => {
      const words = drawScript(habits, { seed, person: row.id, invited });
      const person = scripted(source.type, row, words);
      return person ? [{ ...person, id: newId() }] : [];
    });
    const intake = { ...campaign, source: 'api', sourceRef: null, now };
    added += await insertProspects(db, intake, packPeople(people, { local: source.local_hours }));
    left -= rows.length;
    if (next === null) return added;
    after = next;
    await rest();
  }
  return added;
}

/** The person as one that does what the words say; null where the address cannot hold them. */
function scripted(type: string, row: ProspectRow, words: readonly string[]) {
  const field = addressFields[type]!;
  const profile = Object.fromEntries(profileFields.map((name) => [name, row[name]]));
  const given = {
    ...profile,
    custom_fields: row.custom_fields,
    [field]: withScript(row[field] ?? row.identity, words),
  };
  return readRosterPerson(type, given, () => {});
}
