import { z } from 'zod';
import { type NewProspect, packPeople } from '../../db/sending/roster-changes.ts';
import { mildFaults, readRosterPerson } from '../../domain/people/prospect-input.ts';
import { uuid } from '../../domain/text.ts';
import { addPeople, openRoster } from '../../engine/people/roster.ts';
import { createRest } from '../../engine/rest.ts';
import type { Problem } from '../../errors.ts';
import { type Context, defineOperation } from '../../operation.ts';
import { refuseProblems } from '../refusals.ts';
import { requireSendAfterLaunch } from '../require-send.ts';
import { rowsLimit } from '../rows.ts';
import { personSchema } from './wire.ts';

const maxProblems = 100;
const maxIgnoredFields = 20;

export const addProspects = defineOperation({
  name: 'campaign_lead.add',
  route: 'POST /api/campaigns/{id}/leads',
  cli: 'campaign lead add',
  summary: 'Add 1 to 1,000 people to a campaign',
  description:
    "Every person needs the campaign's identity: `email` for email campaigns, `linkedin_url` " +
    'for LinkedIn ones, `x_handle` for X ones. One person without it makes the whole call ' +
    'fail, with the index in the error. Identities of other channels are kept when they are ' +
    'valid. Within the call and the roster people are told apart by the normalised identity: ' +
    'addresses in lower case, LinkedIn URLs without query and trailing slash, X handles ' +
    'without @. A person already in the roster counts as a duplicate. Suppressed people may ' +
    'be added: they are skipped when their turn comes, with the reason. Outside draft this ' +
    'needs `"roster": "open"`; a running campaign then takes them on at once, and a completed ' +
    'one becomes active again. With `partial` the people who can be added are, and the answer ' +
    'counts the others as `invalid` and names their faults.',
  scope: 'write',
  input: z.object({
    id: uuid.describe('Campaign'),
    prospects: z.array(z.unknown().meta(personSchema)).min(1).max(1000),
    partial: z
      .boolean()
      .default(false)
      .describe('Take the good ones, and name the others in `errors`, in place of a 400.'),
  }),
  output: z.object({
    imported: z.int(),
    duplicates: z.int(),
    invalid: z.int().optional().describe('With partial: people who were left out.'),
    errors: z
      .array(z.object({ index: z.int(), field: z.string(), code: z.string(), message: z.string() }))
      .optional()
      .describe('With partial: their faults, up to a hundred.'),
  }),
  errors: ['campaign.not_found', 'campaign.roster_frozen'],
  // A thousand people with a hundred fields each.
  maxValues: 100_000,
  bodyLimit: rowsLimit,
  async run(context, { id, prospects, partial }) {
    const campaign = { workspaceId: context.workspaceId, campaignId: id };
    const roster = await openRoster(context.db, campaign);
    requireSendAfterLaunch(context, roster);
    const { people, errors } = await readPeople(context, roster.type, prospects);
    if (!partial) refuseProblems(errors.map(problemOf));
    const imported = await addPeople(context.db, roster, {
      intake: { ...campaign, source: 'api', sourceRef: null, now: context.now },
      people: packPeople(people, { local: roster.local_hours }),
    });
    const left = partial ? { invalid: prospects.length - people.length, errors } : {};
    return { imported, duplicates: people.length - imported, ...left };
  },
});

type Fault = { index: number; field: string; code: string; message: string };

const problemOf = ({ index, field, code, message }: Fault): Problem => ({
  pointer: `/prospects/${index}${field && `/${field}`}`,
  code,
  message,
});

/**
 * The people that can be added, and the faults of the others. Warns of cells left out. Other work
 * runs meanwhile.
 */
async function readPeople(
  context: Context,
  channel: string,
  given: readonly unknown[],
): Promise<{ people: NewProspect[]; errors: Fault[] }> {
  const rest = createRest();
  const errors: Fault[] = [];
  const ignored = new Map<string, string>();
  const people: NewProspect[] = [];
  for (let index = 0; index < given.length; index += 1) {
    const person = readRosterPerson(channel, given[index], (field, code, message) => {
      if (code === 'ignored' || code === 'renamed') {
        if (ignored.size < maxIgnoredFields) ignored.set(field, message);
      } else if (mildFaults.has(code)) ignored.set(`prospects/${index}/${field}`, message);
      else if (errors.length < maxProblems) errors.push({ index, field, code, message });
    });
    if (person) people.push(Object.assign(person, { id: context.newId() }));
    await rest();
  }
  for (const [field, message] of ignored)
    context.warn(field.includes('/') ? field : `prospects/*/${field}`, message);
  return { people, errors };
}
