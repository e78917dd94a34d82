import { z } from 'zod';
import { getCampaign } from '../../db/campaigns/campaigns.ts';
import { listColumns } from '../../db/campaigns/columns.ts';
import { findProspect, lockProspect } from '../../db/people/roster.ts';
import { wakeCampaign } from '../../db/sending/lanes.ts';
import { writeValues } from '../../db/sending/profiles.ts';
import { customFieldsLimit } from '../../domain/people/prospect-input.ts';
import { text, uuid } from '../../domain/text.ts';
import { AppError, type Problem } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { prospectOnWire, prospectOutput } from '../roster/wire.ts';

export const setColumnValues = defineOperation({
  name: 'campaign_lead.set_data',
  route: 'PATCH /api/campaigns/{id}/leads/{prospectId}/data',
  cli: 'campaign lead set-data',
  summary: "Set one person's values of the campaign's columns",
  description:
    'Also while the campaign runs, whatever its roster: the next touch has them. Other columns stay as they are, null takes a value away. Whoever is held ' +
    'for a missing variable is let go.',
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
  async run({ db, workspaceId, now }, { id, prospectId, data }) {
    const campaign = { workspaceId, campaignId: id };
    const { member_id, status } = await getCampaign(db, campaign);
    const row = await lockProspect(db, { ...campaign, prospectId });
    if (!row) throw new AppError('prospect.not_found');
    const known = new Set((await listColumns(db, campaign)).map((column) => column.id));
    const strange = Object.keys(data).filter((column) => !known.has(column));
    refuse(
      strange.map((column) => ({
        pointer: `/data/${column}`,
        code: 'column.not_found',
        message: `There is no column ${column}.`,
      })),
    );
    if (
      !(await writeValues(
        db,
        { workspaceId, prospectId },
        { values: data, max: customFieldsLimit, now },
      ))
    )
      refuse([
        {
          pointer: '/data',
          code: 'too_big',
          message: `Custom fields are at most ${customFieldsLimit} characters long as JSON.`,
        },
      ]);
    if (row.hold === 'missing_variable' && status === 'active')
      await wakeCampaign(db, { ...campaign, now });
    return {
      prospect: prospectOnWire((await findProspect(db, { ...campaign, prospectId }))!, member_id),
    };
  },
});

function refuse(problems: readonly Problem[]): void {
  const [first] = problems;
  if (first)
    throw new AppError('request.invalid', `${first.pointer.slice(1)}: ${first.message}`, {
      errors: problems,
    });
}
