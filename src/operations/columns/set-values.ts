import { z } from 'zod';
import { getCampaign } from '../../db/campaigns/campaigns.ts';
import { listColumns } from '../../db/campaigns/columns.ts';
import { findProspect, lockProspect } from '../../db/people/roster.ts';
import { wakeCampaign } from '../../db/sending/lanes.ts';
import { writeValues } from '../../db/sending/profiles.ts';
import { customFieldsLimit } from '../../domain/people/prospect-input.ts';
import { text, uuid } from '../../domain/text.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { invalidRequest, refuseProblems } from '../refusals.ts';
import { requireSendAfterLaunch } from '../require-send.ts';
import { prospectOnWire, prospectOutput } from '../roster/wire.ts';

export const setColumnValues = defineOperation({
  name: 'campaign_lead.set_data',
  route: 'PATCH /api/campaigns/{id}/leads/{prospectId}/data',
  cli: 'campaign lead set-data',
  summary: "Set one person's values of the campaign's columns",
  description:
    'Also while the campaign runs, and with a frozen roster: the next touch uses them. Other ' +
    'columns keep their values, null removes one. A person held for a missing variable goes ' +
    'on.',
  scope: 'write',
  input: z.object({
    id: uuid.describe('Campaign'),
    prospectId: uuid,
    data: z
      .record(
        text({ max: 100 }),
        z.union([text({ max: 10_000 }), z.number(), z.boolean()]).nullable(),
      )
      .describe('Column id, value.'),
  }),
  output: z.object({ prospect: prospectOutput }),
  errors: ['campaign.not_found', 'prospect.not_found'],
  async run(context, { id, prospectId, data }) {
    const { db, workspaceId, now } = context;
    const campaign = { workspaceId, campaignId: id };
    const { member_id, status } = await getCampaign(db, campaign);
    requireSendAfterLaunch(context, { status });
    const row = await lockProspect(db, { ...campaign, prospectId });
    if (!row) throw new AppError('prospect.not_found');
    const known = new Set((await listColumns(db, campaign)).map((column) => column.id));
    const unknown = Object.keys(data).filter((column) => !known.has(column));
    refuseProblems(
      unknown.map((column) => ({
        pointer: `/data/${column}`,
        code: 'column.not_found',
        message: `There is no column ${column}.`,
      })),
    );
    const values = { values: data, max: customFieldsLimit, now };
    if (!(await writeValues(db, { workspaceId, prospectId }, values))) {
      const message = `Custom fields are at most ${customFieldsLimit} characters long as JSON.`;
      throw invalidRequest([{ pointer: '/data', code: 'too_big', message }]);
    }
    if (row.hold === 'missing_variable' && status === 'active')
      await wakeCampaign(db, { ...campaign, now });
    return {
      prospect: prospectOnWire((await findProspect(db, { ...campaign, prospectId }))!, member_id),
    };
  },
});
