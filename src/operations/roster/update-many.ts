import { z } from 'zod';
import { getCampaign } from '../../db/campaigns/campaigns.ts';
import { transact } from '../../db/database.ts';
import { countProspects, listProspects, type RosterPage } from '../../db/people/roster.ts';
import { prospectStatuses } from '../../domain/people/prospect.ts';
import { holds } from '../../domain/sending/hold.ts';
import { text, uuid } from '../../domain/text.ts';
import {
  type ProspectAction,
  pauseByHand,
  resumeByHand,
  stopByHand,
} from '../../engine/people/prospect-actions.ts';
import { createRest } from '../../engine/rest.ts';
import { AppError } from '../../errors.ts';
import { type Context, defineOperation, requireScope } from '../../operation.ts';
import { invalidRequest } from '../refusals.ts';
import { placeInput } from './place.ts';

/** People of one call; the next one goes on. */
const maxPeople = 1_000;
const actions = ['pause', 'resume', 'stop'] as const;
const makesDue = 'the people may be written to sooner';

const input = z.object({
  id: uuid.describe('Campaign'),
  action: z.enum(actions).describe('stop ends the sequence of each, as POST …/cancel does.'),
  filter: z
    .strictObject({
      status: z.enum(prospectStatuses).optional(),
      q: text({ max: 320 }).optional().describe('Start of the address or profile URL.'),
      name: text({ max: 320 }).optional().describe('Part of the name or company.'),
      node_id: placeInput('The touch they stand before; none: in the pool or at the end.'),
      sender_id: placeInput('Their sender; none: of no sender yet.'),
      hold: z.enum(['any', ...holds]).optional(),
      all: z.literal(true).optional().describe('Everybody, where nothing else is named.'),
    })
    .describe('As in GET …/leads.'),
  until: z.iso.datetime({ offset: true }).optional().describe('Of a pause; until resumed without.'),
  cursor: uuid.optional().describe('`next_cursor` of the call before.'),
  dry_run: z.boolean().default(false).describe('Only count.'),
});

export const updateManyProspects = defineOperation({
  name: 'campaign_lead.update_many',
  route: 'POST /api/campaigns/{id}/leads/update',
  cli: 'campaign lead update-many',
  summary: 'Pause, resume or stop people of a campaign by a filter',
  description:
    'With `dry_run` it counts those that match and changes nothing. Each is changed as by the ' +
    `action for one person, ${maxPeople} in a call: go on with \`next_cursor\`. People who have ` +
    'ended stay as they are. Resuming, and a pause with an end, need a key with `send`.',
  scope: 'write',
  input,
  output: z.object({
    matched: z.int().describe('All that the filter names, those who have ended too.'),
    changed: z.int(),
    refused: z.int().describe('People who had ended.'),
    next_cursor: z.uuid().nullable().describe('Null when nobody is left.'),
  }),
  errors: ['campaign.not_found'],
  transaction: false,
  continueWith: ({ next_cursor, changed }) =>
    next_cursor ? { input: { cursor: next_cursor }, progress: `${changed} more changed` } : null,
  async run(context, given) {
    const { db, workspaceId, now, actor } = context;
    const { id: campaignId, action, until, dry_run: isDry, filter } = given;
    await getCampaign(db, { workspaceId, campaignId });
    if (Object.keys(filter).length === 0) {
      const message = 'Name people by the filter, or all: true.';
      throw invalidRequest([{ pointer: '/filter', code: 'required', message }]);
    }
    if (action === 'resume' || until !== undefined) requireScope(context, 'send', makesDue);
    const page = pageOf(context, given);
    const matched = await countProspects(db, page);
    if (isDry) return { matched, changed: 0, refused: 0, next_cursor: null };
    const { rows, next } = await listProspects(db, page);
    const rest = createRest();
    let changed = 0;
    for (const { id: prospectId } of rows) {
      const act = { workspaceId, campaignId, prospectId, now, actor };
      if (await applies(context, act, { action, until })) changed += 1;
      await rest();
    }
    return { matched, changed, refused: rows.length - changed, next_cursor: next };
  },
});

type Input = z.output<typeof input>;

function pageOf({ workspaceId }: Context, { id, filter, cursor }: Input): RosterPage {
  return {
    workspaceId,
    campaignId: id,
    status: filter.status,
    prefix: filter.q?.trim().toLowerCase(),
    name: filter.name?.trim().toLowerCase(),
    nodeId: filter.node_id,
    senderId: filter.sender_id,
    hold: filter.hold,
    after: cursor,
    offset: 0,
    limit: maxPeople,
  };
}

/** Changes one person; false for one that has ended, or is gone. */
async function applies(
  { db }: Context,
  act: ProspectAction,
  { action, until }: Pick<Input, 'action' | 'until'>,
): Promise<boolean> {
  try {
    if (action === 'pause')
      await transact(db, (one) => pauseByHand(one, act, until ? new Date(until) : null));
    else if (action === 'resume') await transact(db, (one) => resumeByHand(one, act));
    else await stopByHand(db, act, 'cancelled');
    return true;
  } catch (error) {
    const isOver =
      error instanceof AppError && ['prospect.ended', 'prospect.not_found'].includes(error.code);
    if (isOver) return false;
    throw error;
  }
}
