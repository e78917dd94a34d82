import { z } from 'zod';
import type { Db } from '../../db/database.ts';
import { type EventRow, lastEvent, readEvents } from '../../db/events.ts';
import { namesOfPeople } from '../../db/people/names.ts';
import { pageLimit } from '../../domain/page.ts';
import { type EventKind, eventKinds } from '../../domain/people/event.ts';
import { uuid } from '../../domain/text.ts';
import { defineOperation } from '../../operation.ts';
import { namedPersonOutput } from '../messages/list.ts';
import { invalidRequest } from '../refusals.ts';

/** Maximum number of events that one call reads, before the filter. */
const maxRead = 10_000;
/** The state of a stream whose caller has all events. */
const upToDate = 'up to date';
const kinds = Object.keys(eventKinds) as [EventKind, ...EventKind[]];

export const eventOutput = z.object({
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
    'has_more is true: each call reads 10,000 events at most, but all of one person. Start with ' +
    'cursor = last_seq to read only events from now on. Followed (Accept: text/event-stream), it ' +
    'goes on by itself: each answer has the events after the one before.',
  scope: 'read',
  input: z.object({
    kind: z.array(z.enum(kinds)).min(1).max(kinds.length).optional(),
    campaign_id: uuid.optional(),
    prospect_id: uuid.optional(),
    sender_id: uuid.optional(),
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
  follow: {
    async look({ db, workspaceId }, { cursor = 0, sort }) {
      if (sort === 'newest') throw notFollowed();
      const last = await lastEvent(db, workspaceId);
      return cursor >= last ? upToDate : String(cursor);
    },
    isOver: () => false,
    progress: ({ events, last_seq }) => `${events.length} events, the last of all is ${last_seq}`,
    next: ({ next_cursor, has_more }) => ({
      input: { cursor: next_cursor },
      state: has_more ? null : upToDate,
    }),
  },
  list: { items: 'events', cursor: 'cursor', next: 'next_cursor', limit: 1000 },
  async run(
    { db, workspaceId },
    {
      kind,
      campaign_id: campaignId,
      prospect_id: prospectId,
      sender_id: senderId,
      sort,
      cursor,
      limit,
    },
  ) {
    const last = await lastEvent(db, workspaceId);
    const newest = sort === 'newest';
    const end = newest ? Math.min(cursor ?? last + 1, last + 1) : Math.min(cursor ?? 0, last);
    // Those of one person are found by an index, so that all of them are read.
    const span = prospectId ? last : maxRead;
    const [from, to] = newest
      ? [Math.max(end - span, 1), end - 1]
      : [end + 1, Math.min(end + span, last)];
    const { rows: found, more } = await readEvents(db, {
      workspaceId,
      from,
      to,
      kinds: kind,
      campaignId,
      prospectId,
      senderId,
      newest,
      limit,
    });
    const lastRead = newest ? from : to;
    const next = more ? found.at(-1)!.seq : lastRead;
    return {
      events: await eventsOnWire(db, workspaceId, found),
      next_cursor: next,
      has_more: newest ? next > 1 : next < last,
      last_seq: last,
    };
  },
});

/** The events as the wire shows them, with the people's names in one read. */
export async function eventsOnWire(
  db: Db,
  workspaceId: string,
  rows: readonly EventRow[],
): Promise<z.input<typeof eventOutput>[]> {
  const prospectIds = rows.map((event) => event.prospect_id);
  const people = await namesOfPeople(db, workspaceId, prospectIds);
  return rows.map(({ workspace_id: _workspace, at, ...event }) => ({
    ...event,
    person: people.get(event.prospect_id ?? '') ?? null,
    at: at.toISOString(),
  }));
}

function notFollowed() {
  const message = 'A stream begins at the cursor and goes on: leave sort out.';
  return invalidRequest([{ pointer: '/sort', code: 'not_here', message }]);
}
