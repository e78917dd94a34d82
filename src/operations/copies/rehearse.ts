import { z } from 'zod';
import { getCampaign } from '../../db/campaigns/campaigns.ts';
import { usualHabits } from '../../domain/forecast/habits.ts';
import { text, uuid } from '../../domain/text.ts';
import { copyIntoSandbox } from '../../engine/forecast/rehearse.ts';
import { defineOperation } from '../../operation.ts';
import { openWorkspace } from '../workspaces/open.ts';
import { workspaceOutput } from '../workspaces/wire.ts';

const share = z.number().min(0).max(1);
const days = z.number().gt(0).max(365);
const timed = (usual: { share: number; within_days: number }) =>
  z.strictObject({ share, within_days: days.default(usual.within_days) }).default(usual);

const habitsInput = z
  .strictObject({
    reply: timed(usualHabits.reply),
    unsubscribe: timed(usualHabits.unsubscribe),
    bounce: z.strictObject({ share }).default(usualHabits.bounce),
    out_of_office: z
      .strictObject({
        share,
        days: z.int().min(1).max(365).default(usualHabits.out_of_office.days),
      })
      .default(usualHabits.out_of_office),
    accept: timed(usualHabits.accept).describe('LinkedIn: the other invitations never are.'),
  })
  .refine(
    ({ reply, unsubscribe, bounce, out_of_office: absence }) =>
      reply.share + unsubscribe.share + bounce.share + absence.share <= 1,
    'Shares of answers add up to more than 1.',
  );

export const rehearseCampaign = defineOperation({
  name: 'campaign.rehearse',
  route: 'POST /api/campaigns/{id}/rehearse',
  cli: 'campaign rehearse',
  summary: 'Copy a campaign into a sandbox, with people who have habits',
  description:
    'A new sandbox with the settings, texts and columns of the campaign, simulated senders with ' +
    'the limits of its own, and the first of its people, all before their first touch. What ' +
    'they do is drawn from `habits` and `seed`. The campaign here stays as it is. With the key ' +
    'that is answered, and shown only once, launch the copy and advance the clock there. ' +
    'Suppressions, lead rules and other campaigns are not taken over.',
  scope: 'admin',
  input: z.object({
    id: uuid.describe('Campaign'),
    people: z.int().min(1).max(10_000).default(1_000).describe('People of the copy at most.'),
    habits: habitsInput
      .prefault({})
      .describe('Shares of the people who do each, from 0 to 1, and within how many days.'),
    seed: text({ min: 1, max: 100 }).default('1').describe('Another one draws other people.'),
    clock: z.iso
      .datetime({ offset: true })
      .optional()
      .describe("Start of the sandbox's clock; now by default."),
  }),
  output: z.object({
    workspace: workspaceOutput,
    key: z.string().describe('Of the sandbox. Send it as Authorization: Bearer <key>.'),
    campaign_id: z.uuid().describe('The copy, a draft of the sandbox.'),
    people: z.int().describe('People of the copy.'),
  }),
  status: 201,
  errors: ['campaign.not_found'],
  secret: true,
  async run(context, { id, clock, ...drawn }) {
    const { db, workspaceId } = context;
    const source = await getCampaign(db, { workspaceId, campaignId: id });
    const name = source.name.slice(0, 200);
    const made = await openWorkspace(context, { name, mode: 'sandbox', clock });
    const place = { workspaceId: made.workspaceId, memberId: made.memberId };
    const { campaignId, people } = await copyIntoSandbox(context, source, { ...place, ...drawn });
    return { workspace: made.workspace, key: made.key, campaign_id: campaignId, people };
  },
});
