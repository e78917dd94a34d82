import { z } from 'zod';
import { text } from '../../domain/text.ts';
import { AppError, type Problem } from '../../errors.ts';
import { getCampaign } from '../../operations/campaigns/get.ts';
import { listColumns } from '../../operations/columns/list.ts';
import { setColumnValues } from '../../operations/columns/set-values.ts';
import { dataInput } from '../../operations/leads/set-data.ts';
import { cancelProspect } from '../../operations/roster/cancel.ts';
import { enrolProspects } from '../../operations/roster/enrol.ts';
import { listRoster } from '../../operations/roster/list.ts';
import { rowsLimit } from '../../operations/rows.ts';
import { bodyId, idOf, pathId } from './ids.ts';
import { fieldOf, findTarget, identifiedBy, platformOf, targetOf, targetOutput } from './person.ts';
import { defineRoute, type OwnApi, pageInput, pageOf } from './route.ts';

const campaignId = { campaignId: pathId };
const platform = text({ max: 50 }).optional();
const name = text({ min: 1, max: 1000 });
const names = z.array(name).min(1).max(2000).optional();

const leadInput = z
  .strictObject({
    platformId: name.optional(),
    username: name.optional(),
    externalId: bodyId.optional(),
    platform,
    data: dataInput.default({}),
  })
  .refine(
    ({ platformId, username, externalId }) =>
      [platformId, username, externalId].filter(Boolean).length === 1,
    'Give one of platformId, username and externalId.',
  );
type Lead = z.output<typeof leadInput>;

const add = defineRoute({
  route: 'POST /campaigns/v2/{campaignId}/leads',
  summary: 'Add leads',
  scope: 'write',
  input: z.strictObject({
    ...campaignId,
    platform,
    platformIds: names,
    usernames: names,
    externalIds: names,
    leads: z.array(leadInput).min(1).max(2000).optional(),
  }),
  output: z.object({ added: z.int(), skipped: z.int(), failed: z.int() }),
  maxValues: 100_000,
  bodyLimit: rowsLimit,
  async run(
    api,
    {
      campaignId: id,
      platform: given,
      platformIds = [],
      usernames = [],
      externalIds = [],
      leads = [],
    },
  ) {
    const { campaign } = await api.call(getCampaign, { id });
    const people = [
      ...leads,
      ...platformIds.map((platformId) => ({ platformId })),
      ...usernames.map((username) => ({ username })),
    ];
    if (people.length + externalIds.length === 0)
      throw new AppError('request.invalid', 'Give platformIds, usernames, externalIds or leads.');
    await checkData(api, id, leads);
    const field = fieldOf(platformOf(campaign.type));
    for (const named of [given, ...leads.map((lead) => lead.platform)]) {
      if (named !== undefined && fieldOf(named) !== field)
        throw new AppError(
          'request.invalid',
          `platform: The people of this campaign are on ${platformOf(campaign.type)}.`,
        );
    }
    // Text that is no id fails as an unknown id does.
    const leadIds = externalIds.flatMap((externalId) => idOf(externalId) ?? []);
    const enrolments = [
      ...people.map((lead) => enrolmentOf(lead, field)),
      ...leadIds.map((lead_id) => ({ lead_id })),
    ];
    const unknown = externalIds.length - leadIds.length;
    if (enrolments.length === 0) return { added: 0, skipped: 0, failed: unknown };
    const { added, skipped, failed } = await api.call(enrolProspects, { id, people: enrolments });
    return { added, skipped, failed: failed + unknown };
  },
});

function enrolmentOf(
  { platformId, username, externalId, data }: Partial<Lead>,
  field: string,
): Record<string, unknown> {
  const values = Object.fromEntries(
    Object.entries(data ?? {}).filter(([, value]) => value !== null),
  );
  const own = Object.keys(values).length > 0 ? { custom_fields: values } : {};
  return {
    ...(externalId ? { lead_id: externalId } : { [field]: platformId ?? username }),
    ...own,
  };
}

/** @throws request.invalid naming every column that the campaign does not have */
async function checkData(api: OwnApi, id: string, leads: readonly Lead[]): Promise<void> {
  if (leads.every(({ data }) => Object.keys(data).length === 0)) return;
  const { columns } = await api.call(listColumns, { id });
  const known = new Set(columns.map((column) => column.id));
  const errors = leads.flatMap(({ data }, index) => {
    const unknown = Object.keys(data).filter((column) => !known.has(column));
    return unknown.map(
      (column): Problem => ({
        pointer: `/leads/${index}/data/${column}`,
        code: 'column.not_found',
        message: `There is no column ${column}.`,
      }),
    );
  });
  if (errors[0])
    throw new AppError('request.invalid', `${errors[0].pointer.slice(1)}: ${errors[0].message}`, {
      errors: errors.slice(0, 100),
    });
}

const list = defineRoute({
  route: 'GET /campaigns/v2/{campaignId}/leads',
  summary: 'List leads',
  scope: 'read',
  input: z.strictObject({ ...campaignId, ...pageInput }),
  output: pageOf(targetOutput),
  async run(api, { campaignId: id, cursor, limit }) {
    const { campaign } = await api.call(getCampaign, { id });
    const { prospects, next_cursor: nextCursor } = await api.call(listRoster, {
      id,
      cursor,
      limit,
    });
    return { data: prospects.map((prospect) => targetOf(prospect, campaign.type)), nextCursor };
  },
});

const identified = { ...campaignId, identifier: text({ max: 1000 }), by: identifiedBy, platform };

const update = defineRoute({
  route: 'PATCH /campaigns/v2/{campaignId}/leads/{identifier}',
  summary: 'Update lead',
  scope: 'write',
  input: z.strictObject({ ...identified, data: dataInput }),
  output: z.object({ prospect: targetOutput, data: z.record(z.string(), z.unknown()) }),
  async run(api, { campaignId: id, data, ...person }) {
    const { campaign } = await api.call(getCampaign, { id });
    const { id: prospectId } = await findTarget(api, id, person);
    const { prospect } = await api.call(setColumnValues, { id, prospectId, data });
    return { prospect: targetOf(prospect, campaign.type), data: prospect.custom_fields ?? {} };
  },
});

const cancel = defineRoute({
  route: 'POST /campaigns/v2/{campaignId}/leads/{identifier}/cancel',
  summary: 'Cancel lead',
  scope: 'write',
  input: z.strictObject(identified),
  output: z.object({ success: z.literal(true) }),
  async run(api, { campaignId: id, ...person }) {
    const { id: prospectId } = await findTarget(api, id, person);
    await api.call(cancelProspect, { id, prospectId });
    return { success: true as const };
  },
});

export const leadRoutes = [add, list, update, cancel];
