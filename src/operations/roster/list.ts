import { z } from 'zod';
import { type CampaignRow, getCampaign } from '../../db/campaigns/campaigns.ts';
import { countUnknown } from '../../db/campaigns/stats.ts';
import { countProspects, maxNamesRead, type RosterPage } from '../../db/people/roster.ts';
import { maxPageDepth, offsetOf, pageEnds, pageLimit } from '../../domain/page.ts';
import { prospectStatuses } from '../../domain/people/prospect.ts';
import { holds } from '../../domain/sending/hold.ts';
import { text, uuid } from '../../domain/text.ts';
import {
  type ExplainedPerson,
  explainByNextTouch,
  explainPage,
  findBecause,
  nextTouchAt,
} from '../../engine/forecast/explained-roster.ts';
import { forecastSize } from '../../engine/forecast/forecast-input.ts';
import { type Context, defineOperation } from '../../operation.ts';
import { bindingOnWire, bindingOutput, isoOf } from '../explanations/wire.ts';
import { invalidRequest } from '../refusals.ts';
import { placeInput } from './place.ts';
import { knownProspect, prospectOnWire } from './wire.ts';

const maxLimit = 200;
/** Open people up to which a list runs the forecast. */
const maxForecast = 2_000;
/** People up to which a list is put in the order of their next touches. */
const maxSorted = 2_000;
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
  why: bindingOutput
    .nullish()
    .describe('With include=why: the binding of GET …/explain. Null when the person has ended.'),
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
    `with \`q\`, among the first ${maxPageDepth} by address. \`name\` looks at ${maxNamesRead} ` +
    'people a call, and counts among the first of them, and `because` at 5000: a page may be ' +
    'short, go on by `cursor`.',
  scope: 'read',
  input: z.object({
    id: uuid.describe('Campaign'),
    page: z.int().min(1).default(1).describe('1-indexed page number.'),
    limit: pageLimit(maxLimit, 100),
    status: z.enum(prospectStatuses).optional(),
    q: text({ max: 320 }).optional().describe('Start of the address or profile URL.'),
    name: text({ max: 320 }).optional().describe('Part of the name or company.'),
    node_id: placeInput(
      'Only people who stand before this touch; none: in the pool or at the end.',
    ),
    sender_id: placeInput('Only people of this sender; none: of no sender yet.'),
    because: text({ max: 64 })
      .optional()
      .describe('Only people who wait for this: a code as in `because` of the answer.'),
    sort: z
      .enum(['added', 'next_touch_at'])
      .default('added')
      .describe(
        `next_touch_at: the first to come first, by \`page\`; for at most ${maxSorted} people, ` +
          'so narrow the others down.',
      ),
    include: z
      .array(z.enum(['why']))
      .max(1)
      .default([])
      .describe('Parts to show besides.'),
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
    total: count.nullable().describe('Null with `because`: nobody is counted by it.'),
    page: z.int(),
    limit: z.int(),
    next_cursor: z.uuid().nullable().describe('Null on the last page.'),
  }),
  errors: ['campaign.not_found'],
  list: { items: 'prospects', cursor: 'cursor', next: 'next_cursor', limit: maxLimit },
  async run(context, input) {
    const { db, workspaceId } = context;
    const campaign = await getCampaign(db, { workspaceId, campaignId: input.id });
    const read = await readPage(context, campaign, input);
    const prospectIds = read.people.map(({ row }) => row.id);
    const unknown = await countUnknown(db, { workspaceId, prospectIds });
    const withWhy = input.include.includes('why');
    return {
      prospects: read.people.map((person) => ({
        ...prospectOnWire(person.row, campaign.member_id),
        unknown_touches: unknown.get(person.row.id) ?? 0,
        ...nextOnWire(person),
        ...(withWhy ? { why: whyOnWire(person) } : {}),
      })),
      total: read.total,
      page: input.page,
      limit: input.limit,
      next_cursor: read.next,
    };
  },
});

type Input = z.output<typeof listRoster.input>;
type Read = { people: ExplainedPerson[]; total: number | null; next: string | null };

async function readPage(
  { db, workspaceId, now, warn }: Context,
  campaign: CampaignRow,
  input: Input,
): Promise<Read> {
  const { page, limit } = input;
  const filter = filterOf(input, workspaceId);
  const isForecast = (await forecastSize(db, { workspaceId, campaignId: input.id })) <= maxForecast;
  const request = { workspaceId, now, isForecast };
  const nobody = { people: [], next: null, isCut: false };
  if (input.because !== undefined && input.sort === 'added') {
    const message = 'With because, go on by cursor, or take sort=next_touch_at.';
    if (page > 1) throw invalidRequest([{ pointer: '/page', code: 'not_here', message }]);
    const asked = { ...request, because: input.because };
    return { ...(await findBecause(db, campaign, filter, asked)), total: null };
  }
  const total = await countProspects(db, filter);
  if (input.sort === 'next_touch_at') {
    if (total > maxSorted) throw tooManyToSort(total);
    const sorted = await explainByNextTouch(db, campaign, filter, request);
    const wanted = sorted.filter((person) => isWanted(person, input.because));
    const people = wanted.slice((page - 1) * limit, page * limit);
    return { people, total: wanted.length, next: null };
  }
  const offset = offsetOf({ page, limit }, total);
  const read =
    offset === null ? nobody : await explainPage(db, campaign, { ...filter, offset }, request);
  if (read.isCut) warn('limit', pageEnds(read.people.length));
  return { ...read, total };
}

const isWanted = ({ row, explanation }: ExplainedPerson, because: string | undefined) =>
  because === undefined || (!row.ended_at && explanation.binding.code === because);

function tooManyToSort(total: number) {
  const message =
    `sort=next_touch_at takes at most ${maxSorted} people, and ${total} match: ` +
    'narrow them down by status, node_id, sender_id, hold or q.';
  return invalidRequest([{ pointer: '/sort', code: 'too_many', message }]);
}

function filterOf(input: Input, workspaceId: string): RosterPage {
  return {
    workspaceId,
    campaignId: input.id,
    status: input.status,
    prefix: input.q?.trim().toLowerCase(),
    name: input.name?.trim().toLowerCase(),
    nodeId: input.node_id,
    senderId: input.sender_id,
    hold: input.hold,
    holdDetail: input.hold_detail,
    unknown: input.unknown,
    after: input.cursor,
    offset: 0,
    limit: input.limit,
  };
}

function nextOnWire(person: ExplainedPerson) {
  const { row, explanation } = person;
  return {
    next_touch_at: isoOf(nextTouchAt(person)),
    because: row.ended_at ? null : explanation.binding.code,
    expected_at: isoOf(explanation.next?.expectedAt ?? null),
  };
}

const whyOnWire = ({ row, explanation }: ExplainedPerson) =>
  row.ended_at ? null : bindingOnWire(explanation.binding);
