import { z } from 'zod';
import { getCampaign } from '../../db/campaigns/campaigns.ts';
import { lastEvent, readEvents } from '../../db/events.ts';
import { findProspect } from '../../db/people/roster.ts';
import { pageLimit } from '../../domain/page.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { eventOutput, eventsOnWire } from '../events/list.ts';
import { listMessages, messageOutput } from '../messages/list.ts';
import { personInput } from './person.ts';

export const showHistory = defineOperation({
  name: 'campaign_lead.history',
  route: 'GET /api/campaigns/{id}/leads/{prospectId}/history',
  cli: 'campaign lead history',
  summary: 'Show all that happened to a person of a campaign',
  description:
    'Events, the oldest first, read by an index however many others there are; `messages` are ' +
    "the person's messages in the order of the sequence and the replies, with the first page.",
  scope: 'read',
  input: z.object({
    ...personInput,
    cursor: z.int().min(0).default(0).describe('`next_cursor` of the page before.'),
    limit: pageLimit(1000, 200),
  }),
  output: z.object({
    prospect_id: z.uuid(),
    messages: z.array(messageOutput),
    events: z.array(eventOutput),
    next_cursor: z.int().nullable().describe('Null on the last page.'),
  }),
  errors: ['campaign.not_found', 'prospect.not_found'],
  async run(context, { id, prospectId, cursor, limit }) {
    const { db, workspaceId } = context;
    const person = { workspaceId, campaignId: id, prospectId };
    await getCampaign(db, person);
    if (!(await findProspect(db, person))) throw new AppError('prospect.not_found');
    const to = await lastEvent(db, workspaceId);
    const read = { workspaceId, from: cursor + 1, to, prospectId, newest: false, limit };
    const { rows, more } = await readEvents(db, read);
    const asked = { id, status: 'all' as const, prospect_id: prospectId, limit: 1000 };
    const messages = cursor === 0 ? (await listMessages.run(context, asked)).messages : [];
    return {
      prospect_id: prospectId,
      messages,
      events: await eventsOnWire(db, workspaceId, rows),
      next_cursor: more ? rows.at(-1)!.seq : null,
    };
  },
});
