import { z } from 'zod';
import { existingProspects } from '../../db/people/roster.ts';
import { type NewProspect, packPeople } from '../../db/sending/roster-changes.ts';
import { isStorableJson, uuid } from '../../domain/text.ts';
import { type NamedLead, nameLeads } from '../../engine/people/named-leads.ts';
import { addPeople, openRoster } from '../../engine/people/roster.ts';
import { type Context, defineOperation } from '../../operation.ts';
import { countOutcomes, namedInput } from '../lists/enrol.ts';
import { readCopy } from './import-from-list.ts';

const customFields = z
  .record(z.string(), z.unknown())
  .refine(isStorableJson, 'Must hold well-formed Unicode without NUL characters only.')
  .optional()
  .describe('Of this person in this campaign, besides what the lead has.');

const maxNamed = 8000;
const item = z.strictObject({ ...namedInput, custom_fields: customFields });

export const enrolProspects = defineOperation({
  name: 'campaign_lead.enrol',
  route: 'POST /api/campaigns/{id}/leads/enrol',
  cli: 'campaign lead enrol',
  summary: 'Add people to a campaign by who they are',
  description:
    'Each is named by `lead_id`, or by address, LinkedIn profile or name on X; whoever is no lead of the workspace yet becomes one, and the campaign gets a ' +
    "copy. The answer says for each what became of it, in their order: nobody who cannot be added keeps the others out. Who lacks the channel's identity fails.",
  scope: 'write',
  input: z.object({ id: uuid.describe('Campaign'), people: z.array(item).min(1).max(maxNamed) }),
  output: z.object({
    added: z.int(),
    skipped: z.int().describe('They were in the campaign already, or stand twice in the call.'),
    failed: z.int(),
    results: z.array(
      z.object({
        index: z.int(),
        outcome: z.enum(['added', 'skipped', 'failed']),
        code: z.string().nullable(),
        message: z.string().nullable(),
        lead_id: z.uuid().nullable(),
        prospect_id: z.uuid().nullable().describe('Of those who were added.'),
      }),
    ),
  }),
  errors: ['campaign.not_found', 'campaign.roster_frozen'],
  async run(context, { id, people }) {
    const { db, workspaceId, now } = context;
    const campaign = { workspaceId, campaignId: id };
    const roster = await openRoster(db, campaign);
    const named = await nameLeads(context, people);
    const copies = named.map((one, index) =>
      copy(context, roster.type, { one, own: people[index]!.custom_fields }),
    );
    const able = copies.flatMap(({ person }) => person ?? []);
    const packed = packPeople(able, roster.local_hours);
    await addPeople(db, roster, {
      intake: { ...campaign, source: 'api', sourceRef: null, now },
      people: packed,
    });
    const there = await existingProspects(db, {
      ...campaign,
      ids: able.map((person) => person.id),
    });
    const results = copies.map(({ person, leadId, code, message }, index) => {
      const outcome = !person
        ? ('failed' as const)
        : there.has(person.id)
          ? ('added' as const)
          : ('skipped' as const);
      return {
        index,
        outcome,
        code,
        message,
        lead_id: leadId,
        prospect_id: outcome === 'added' ? person!.id : null,
      };
    });
    return { ...countOutcomes(results), results };
  },
});

type Copy = {
  person: NewProspect | null;
  leadId: string | null;
  code: string | null;
  message: string | null;
};

function copy(
  context: Context,
  channel: string,
  { one, own }: { one: NamedLead; own: Record<string, unknown> | undefined },
): Copy {
  if (!('lead' in one)) return { person: null, leadId: null, code: one.code, message: one.message };
  const { lead } = one;
  const { person, reason } = readCopy(channel, {
    ...lead,
    attributes: { ...lead.attributes, ...own },
  });
  if (!person) return { person: null, leadId: lead.id, code: 'invalid_identity', message: reason };
  return {
    person: { ...person, id: context.newId(), lead_id: lead.id },
    leadId: lead.id,
    code: null,
    message: null,
  };
}
