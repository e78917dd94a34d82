import { z } from 'zod';
import { listCampaignSenders } from '../../db/campaigns/campaign-senders.ts';
import { type CampaignRow, getCampaign } from '../../db/campaigns/campaigns.ts';
import { readNodes } from '../../db/campaigns/sequences.ts';
import type { Db } from '../../db/database.ts';
import { countProspects, listProspects } from '../../db/people/roster.ts';
import type { ProspectRow } from '../../db/sending/profiles.ts';
import { maxPageDepth, offsetOf } from '../../domain/page.ts';
import { prospectStatuses } from '../../domain/people/prospect.ts';
import { typeOf } from '../../domain/sequence/campaign.ts';
import { nextTouchOf, type TouchOutlook } from '../../domain/sequence/next-touch.ts';
import { touches } from '../../domain/sequence/sequence.ts';
import { text, uuid } from '../../domain/text.ts';
import { defineOperation } from '../../operation.ts';
import { prospectOnWire, prospectOutput } from './wire.ts';

const maxLimit = 200;
const count = z.int().min(0);

const listedProspect = prospectOutput.extend({
  next_touch_at: z.iso
    .datetime()
    .nullable()
    .describe(
      "The earliest instant that the person's own delay and hold allow; hours, limits and " +
        'people before them may make it later (GET …/explain has the expected time). Null when ' +
        'something else must happen first.',
    ),
  because: z
    .string()
    .nullable()
    .describe(
      'The reason why the next touch waits: a hold, campaign_…, sender_removed, ' +
        'sender_not_active, delay, queue (no sender has taken the person yet) or due.',
    ),
});

export const listRoster = defineOperation({
  name: 'campaign_lead.list',
  route: 'GET /api/campaigns/{id}/leads',
  cli: 'campaign lead',
  summary: 'List the prospects of a campaign',
  description:
    'In the order they were added. Pages go by number, as in Puffle, or by `cursor`, which ' +
    `stays fast at any depth. By number they go ${maxPageDepth} rows deep. \`limit\` is ` +
    `clamped to ${maxLimit}. \`total\` counts all matches, not only those of the page; ` +
    `with \`q\`, among the first ${maxPageDepth} by address.`,
  scope: 'read',
  input: z.object({
    id: uuid.describe('Campaign'),
    page: z.int().min(1).default(1).describe('1-indexed page number.'),
    limit: z.int().min(1).default(100).describe(`Page size, at most ${maxLimit} (clamped).`),
    status: z.enum(prospectStatuses).optional(),
    q: text({ max: 320 }).optional().describe('Start of the address or profile URL.'),
    cursor: uuid
      .optional()
      .describe('`next_cursor` of the page before; `page` then counts from there.'),
  }),
  output: z.object({
    prospects: z.array(listedProspect),
    total: count,
    page: z.int(),
    limit: z.int(),
    next_cursor: z.uuid().nullable().describe('Null on the last page.'),
  }),
  errors: ['campaign.not_found'],
  async run({ db, workspaceId, now }, input) {
    const campaign = await getCampaign(db, { workspaceId, campaignId: input.id });
    const limit = Math.min(input.limit, maxLimit);
    const filter = {
      workspaceId,
      campaignId: input.id,
      status: input.status,
      prefix: input.q?.trim().toLowerCase(),
      after: input.cursor,
    };
    const total = await countProspects(db, filter);
    const offset = offsetOf({ page: input.page, limit }, total);
    const rows =
      offset !== null ? await listProspects(db, { ...filter, limit: limit + 1, offset }) : [];
    const shown = rows.slice(0, limit);
    const outlook = await readOutlook(db, campaign);
    const prospects = shown.map((row) => ({
      ...prospectOnWire(row, campaign.member_id),
      ...nextOnWire(row, outlook, now),
    }));
    return {
      prospects,
      total,
      page: input.page,
      limit,
      next_cursor: rows.length > limit ? shown.at(-1)!.id : null,
    };
  },
});

async function readOutlook(db: Db, row: CampaignRow): Promise<TouchOutlook> {
  const senders = await listCampaignSenders(db, {
    workspaceId: row.workspace_id,
    campaignIds: [row.id],
    removed: true,
  });
  const ready = typeOf(row).readySenders;
  const idle = senders.filter(({ removed_at, status }) => removed_at || !ready.includes(status));
  const resting: TouchOutlook['resting'] = new Map([
    ...idle.map(
      ({ id, removed_at }) => [id, removed_at ? 'sender_removed' : 'sender_not_active'] as const,
    ),
    // The key '' is the pool: without a sender that can send, no sender takes people from it.
    ...(idle.length === senders.length ? [['', 'sender_not_active'] as const] : []),
  ]);
  return {
    status: row.status,
    launchedAt: row.launched_at,
    pauses: row.pauses,
    touches: touches(await readNodes(db, row)),
    resting,
  };
}

function nextOnWire(
  row: ProspectRow,
  outlook: TouchOutlook,
  now: Date,
): { next_touch_at: string | null; because: string | null } {
  const {
    ended_at: endedAt,
    hold,
    hold_until: holdUntil,
    sender_id: senderId,
    node_id: nodeId,
    anchor_at: anchorAt,
  } = row;
  const { at, because } = nextTouchOf(
    { endedAt, hold, holdUntil, senderId, nodeId, anchorAt },
    outlook,
    now.getTime(),
  );
  return { next_touch_at: at === null ? null : new Date(at).toISOString(), because };
}
