import { z } from 'zod';
import { type CampaignRow, getCampaign } from '../../db/campaigns/campaigns.ts';
import { countUnknown } from '../../db/campaigns/stats.ts';
import type { Db } from '../../db/database.ts';
import { listLeads } from '../../db/people/lead-search.ts';
import { findByIdentity, findProspect } from '../../db/people/roster.ts';
import type { ProspectRow } from '../../db/sending/profiles.ts';
import { identityFields, identityOf } from '../../domain/identity.ts';
import { text, uuid } from '../../domain/text.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { knownProspect, prospectOnWire } from './wire.ts';

export const findOneProspect = defineOperation({
  name: 'campaign_lead.find',
  route: 'GET /api/campaigns/{id}/leads/find',
  cli: 'campaign lead find',
  summary: 'Find one person of a campaign',
  description:
    "By its own id, by the lead it is a copy of, or by the identity of the campaign's " +
    'channel. Give one of the three.',
  scope: 'read',
  input: z.object({
    id: uuid.describe('Campaign'),
    prospect_id: uuid.optional(),
    lead_id: uuid.optional(),
    identity: text({ min: 1, max: 1000 })
      .optional()
      .describe('Address, profile URL or name on X, in any spelling.'),
  }),
  output: z.object({ prospect: knownProspect }),
  errors: ['campaign.not_found', 'prospect.not_found'],
  async run({ db, workspaceId }, { id, prospect_id: prospectId, lead_id: leadId, identity }) {
    if ([prospectId, leadId, identity].filter(Boolean).length !== 1) {
      throw new AppError('request.invalid', 'Give one of prospect_id, lead_id and identity.');
    }
    const campaign = await getCampaign(db, { workspaceId, campaignId: id });
    const row = await find(db, campaign, { prospectId, leadId, identity });
    if (!row) throw new AppError('prospect.not_found');
    const unknown = await countUnknown(db, { workspaceId, prospectIds: [row.id] });
    const unknown_touches = unknown.get(row.id) ?? 0;
    return { prospect: { ...prospectOnWire(row, campaign.member_id), unknown_touches } };
  },
});

type ProspectQuery = Partial<Record<'prospectId' | 'leadId' | 'identity', string | undefined>>;

/** The prospect with this id, or with the identity given or of the lead. */
async function find(
  db: Db,
  campaign: CampaignRow,
  { prospectId, leadId, identity }: ProspectQuery,
): Promise<ProspectRow | null> {
  const place = { workspaceId: campaign.workspace_id, campaignId: campaign.id };
  if (prospectId) return findProspect(db, { ...place, prospectId });
  const normalised = identity
    ? identityFields[campaign.type]?.normalise(identity)
    : leadId && (await identityOfLead(db, campaign, leadId));
  return normalised ? findByIdentity(db, { ...place, identity: normalised }) : null;
}

async function identityOfLead(
  db: Db,
  campaign: CampaignRow,
  leadId: string,
): Promise<string | null> {
  const [lead] = await listLeads(db, {
    workspaceId: campaign.workspace_id,
    listId: null,
    ids: [leadId],
    limit: 1,
  });
  return lead ? identityOf(campaign.type, lead) : null;
}
