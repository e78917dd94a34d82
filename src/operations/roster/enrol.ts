import { z } from 'zod';
import { existingProspects } from '../../db/people/roster.ts';
import { type NewProspect, packPeople } from '../../db/sending/roster-changes.ts';
import { isStorableJson, uuid } from '../../domain/text.ts';
import { type NamedLead, nameLeads } from '../../engine/people/named-leads.ts';
import { addPeople, openRoster } from '../../engine/people/roster.ts';
import { type Context, defineOperation } from '../../operation.ts';
import { countOutcomes, namedInput } from '../lists/enrol.ts';
import { requireSendAfterLaunch } from '../require-send.ts';
import { rowsLimit } from '../rows.ts';
import { readCopy } from './import-from-list.ts';

const customFields = z
  .record(z.string(), z.unknown())
  .refine(isStorableJson, 'Must hold well-formed Unicode without NUL characters only.')
  .optional()
  .describe('Of this person in this campaign, besides the attributes of the lead.');

const maxNamed = 8000;
const item = z.strictObject({ ...namedInput, custom_fields: customFields });

export const enrolProspects = defineOperation({
  name: 'campaign_lead.enrol',
  route: 'POST /api/campaigns/{id}/leads/enrol',
  cli: 'campaign lead enrol',
  summary: 'Add people to a campaign by lead or identity',
  description:
    'Each person is named by `lead_id`, or by address, LinkedIn profile or name on X. A ' +
    'person who is not yet a lead of the workspace becomes one, and the campaign gets a copy. ' +
    'The answer has the outcome of each, in the order of the call: one that fails does not ' +
    "keep the others out. A person without the channel's identity fails.",
  scope: 'write',
  input: z.object({ id: uuid.describe('Campaign'), people: z.array(item).min(1).max(maxNamed) }),
  output: z.object({
    added: z.int(),
    skipped: z.int().describe('In the campaign already, or twice in the call.'),
    failed: z.int(),
    results: z.array(
      z.object({
        index: z.int(),
        outcome: z.enum(['added', 'skipped', 'failed']),
        code: z.string().nullable(),
        message: z.string().nullable(),
        lead_id: z.uuid().nullable(),
        prospect_id: z.uuid().nullable().describe('For added people only.'),
      }),
    ),
  }),
  errors: ['campaign.not_found', 'campaign.roster_frozen'],
  maxValues: 100_000,
  bodyLimit: rowsLimit,
  async run(context, { id, people }) {
    const { db, workspaceId, now } = context;
    const campaign = { workspaceId, campaignId: id };
    const roster = await openRoster(db, campaign);
    requireSendAfterLaunch(context, roster);
    const named = await nameLeads(context, people);
    const copies = named.map((lead, index) =>
      copyLead(context, roster.type, { named: lead, customFields: people[index]!.custom_fields }),
    );
    const valid = copies.flatMap(({ person }) => person ?? []);
    await addPeople(db, roster, {
      intake: { ...campaign, source: 'api', sourceRef: null, now },
      people: packPeople(valid, { local: roster.local_hours }),
    });
    const added = await existingProspects(db, {
      ...campaign,
      ids: valid.map((person) => person.id),
    });
    const results = copies.map((copy, index) => ({ index, ...resultOf(copy, added) }));
    return { ...countOutcomes(results), results };
  },
});

/** A lead as a prospect; when it cannot be one, `code` and `message` say why. */
type LeadCopy = {
  person: NewProspect | null;
  leadId: string | null;
  code: string | null;
  message: string | null;
};

function copyLead(
  context: Context,
  channel: string,
  { named, customFields }: { named: NamedLead; customFields: Record<string, unknown> | undefined },
): LeadCopy {
  if (!('lead' in named))
    return { person: null, leadId: null, code: named.code, message: named.message };
  const { lead } = named;
  const { person, reason } = readCopy(channel, {
    ...lead,
    attributes: { ...lead.attributes, ...customFields },
  });
  if (!person) return { person: null, leadId: lead.id, code: 'invalid_identity', message: reason };
  return {
    person: { ...person, id: context.newId(), lead_id: lead.id },
    leadId: lead.id,
    code: null,
    message: null,
  };
}

/** The outcome for one person; `added` has the ids of the prospects that are new. */
function resultOf({ person, leadId, code, message }: LeadCopy, added: ReadonlySet<string>) {
  const about = { code, message, lead_id: leadId };
  if (!person) return { outcome: 'failed' as const, ...about, prospect_id: null };
  if (!added.has(person.id)) return { outcome: 'skipped' as const, ...about, prospect_id: null };
  return { outcome: 'added' as const, ...about, prospect_id: person.id };
}
