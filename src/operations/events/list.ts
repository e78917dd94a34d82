import { z } from 'zod';
import { lastEvent, readEvents } from '../../db/events.ts';
import { namesOfPeople } from '../../db/people/names.ts';
import { pageLimit } from '../../domain/page.ts';
import { type EventKind, eventKinds } from '../../domain/people/event.ts';
import { uuid } from '../../domain/text.ts';
import { defineOperation } from '../../operation.ts';
import { namedPersonOutput } from '../messages/list.ts';

/** Maximum number of events that one call reads, before the filter. */
const maxRead = 10_000;
const kinds = Object.keys(eventKinds) as [EventKind, ...EventKind[]];

const eventOutput = z.object({
  seq: z
    .int()
    .describe('Its number in the workspace: from 1, without gaps, in the order of the commits.'),
  kind: z.string(),
  at: z.iso.datetime(),
  actor: z.string().describe('engine, automation, `member:<id>` for a person, or `key:<id>`.'),
  campaign_id: z.uuid().nullable(),
  prospect_id: z.uuid().nullable(),
  person: namedPersonOutput.nullable().describe('The prospect, as they are now.'),
  sender_id: z.uuid().nullable(),
  data: z.record(z.string(), z.unknown()),
});

export const listEvents = defineOperation({
  name: 'event.list',
  route: 'GET /api/events',
  cli: 'event',
  summary: 'Read the events of the workspace',
  description:
    'The oldest first by default: give next_cursor back to read on, and later to read new ' +
    'events; none is missed or comes twice. A filtered page may be short, or empty, while ' +
    'has_more is true: each call reads 10,000 events at most. Start with cursor = last_seq to ' +
    'read only events from now on.',
  scope: 'read',
  input: z.object({
    kind: z.array(z.enum(kinds)).min(1).max(kinds.length).optional(),
    campaign_id: uuid.optional(),
    prospect_id: uuid.optional(),
    sort: z.enum(['oldest', 'newest']).default('oldest'),
    cursor: z
      .int()
      .min(0)
      .optional()
      .describe('Number of an event: the oldest after it, or the newest before it.'),
    limit: pageLimit(1000, 100),
  }),
  output: z.object({
    events: z.array(eventOutput),
    next_cursor: z.int(),
    has_more: z.boolean(),
    last_seq: z.int().describe("The number of the workspace's last event."),
  }),
  errors: [],
  list: { items: 'events', cursor: 'cursor', next: 'next_cursor', limit: 1000 },
  async run(
    { db, workspaceId },
    { kind, campaign_id: campaignId, prospect_id: prospectId, sort, cursor, limit },
  ) {
    const last = await lastEvent(db, workspaceId);
    const newest = sort === 'newest';
    const end = newest ? Math.min(cursor ?? last + 1, last + 1) : Math.min(cursor ?? 0, last);
    const [from, to] = newest
      ? [Math.max(end - maxRead, 1), end - 1]
      : [end + 1, Math.min(end + maxRead, last)];
    const { rows: found, more } = await readEvents(db, {
      workspaceId,
      from,
      to,
      kinds: kind,
      campaignId,
      prospectId,
      newest,
      limit,
    });
    const lastRead = newest ? from : to;
    const next = more ? found.at(-1)!.seq : lastRead;
    const prospectIds = found.map((event) => event.prospect_id);
    const people = await namesOfPeople(db, workspaceId, prospectIds);
    return {
      events: found.map(({ workspace_id: _workspace, at, ...event }) => ({
        ...event,
        person: people.get(event.prospect_id ?? '') ?? null,
        at: at.toISOString(),
      })),
      next_cursor: next,
      has_more: newest ? next > 1 : next < last,
      last_seq: last,
    };
  },
});
