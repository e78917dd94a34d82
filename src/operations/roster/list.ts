import { z } from 'zod';
import { getCampaign } from '../../db/campaigns/campaigns.ts';
import { countUnknown } from '../../db/campaigns/stats.ts';
import { countProspects, listProspects } from '../../db/people/roster.ts';
import type { ProspectRow } from '../../db/sending/profiles.ts';
import { maxPageDepth, offsetOf, pageEnds, pageLimit } from '../../domain/page.ts';
import { prospectStatuses } from '../../domain/people/prospect.ts';
import { holds } from '../../domain/sending/hold.ts';
import { waitingHolds } from '../../domain/sequence/invitation.ts';
import { text, uuid } from '../../domain/text.ts';
import { explainProspects } from '../../engine/forecast/explain-prospect.ts';
import type { Explanation } from '../../engine/forecast/explanation.ts';
import { forecastSize } from '../../engine/forecast/forecast-input.ts';
import { defineOperation } from '../../operation.ts';
import { isoOf } from '../explanations/wire.ts';
import { knownProspect, prospectOnWire } from './wire.ts';

const maxLimit = 200;
/** Open people up to which a list runs the forecast. */
const maxForecast = 2_000;
const count = z.int().min(0);

const instant = z.iso.datetime().nullable();

const listedProspect = knownProspect.extend({
  next_touch_at: instant.describe(
    'From when the next touch may go, as GET …/explain says (`opens_at`): its delay, hold, hours ' +
      'and limits. Never in the past. Null when something else must happen first.',
  ),
  because: z
    .string()
    .nullable()
    .describe('Why it waits: the code that GET …/explain gives. Null when the person has ended.'),
  expected_at: instant.describe(
    'When its turn comes: the forecast. Null when it does not, and where the campaign and those ' +
      `that share its senders have more than ${maxForecast} open people: ask GET …/explain.`,
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
    limit: pageLimit(maxLimit, 100),
    status: z.enum(prospectStatuses).optional(),
    q: text({ max: 320 }).optional().describe('Start of the address or profile URL.'),
    hold: z
      .enum(['any', ...holds])
      .optional()
      .describe('Only people who are held for this reason, or for any.'),
    hold_detail: text({ max: 320 })
      .optional()
      .describe('Part of what the hold is about: the missing variable, for example.'),
    unknown: z
      .boolean()
      .optional()
      .describe('Only people with a message of which nobody can tell whether it went out.'),
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
  list: { items: 'prospects', cursor: 'cursor', next: 'next_cursor', limit: maxLimit },
  async run({ db, workspaceId, now, warn }, input) {
    const campaign = await getCampaign(db, { workspaceId, campaignId: input.id });
    const { limit } = input;
    const filter = {
      workspaceId,
      campaignId: input.id,
      status: input.status,
      prefix: input.q?.trim().toLowerCase(),
      hold: input.hold,
      holdDetail: input.hold_detail,
      unknown: input.unknown,
      after: input.cursor,
    };
    const total = await countProspects(db, filter);
    const offset = offsetOf({ page: input.page, limit }, total);
    const { rows: shown, more } =
      offset === null
        ? { rows: [], more: false }
        : await listProspects(db, { ...filter, limit, offset });
    if (more && shown.length < limit) warn('limit', pageEnds(shown.length));
    const campaignId = input.id;
    const isForecast = (await forecastSize(db, { workspaceId, campaignId })) <= maxForecast;
    const request = { workspaceId, now, isForecast };
    const explained = await explainProspects(db, campaign, shown, request);
    const prospectIds = shown.map(({ id }) => id);
    const unknown = await countUnknown(db, { workspaceId, prospectIds });
    const prospects = shown.map((row, index) => ({
      ...prospectOnWire(row, campaign.member_id),
      unknown_touches: unknown.get(row.id) ?? 0,
      ...nextOnWire(row, explained[index]!),
    }));
    return {
      prospects,
      total,
      page: input.page,
      limit,
      next_cursor: more ? shown.at(-1)!.id : null,
    };
  },
});

function nextOnWire({ ended_at, hold }: ProspectRow, { binding, next }: Explanation) {
  // The end of a wait for a connection is the end of the sequence, unless the person accepts.
  const mayOpen = hold === null || !waitingHolds.includes(hold);
  return {
    next_touch_at: mayOpen ? isoOf(binding.opensAt) : null,
    because: ended_at ? null : binding.code,
    expected_at: isoOf(next?.expectedAt ?? null),
  };
}
