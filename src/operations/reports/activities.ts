import { z } from 'zod';
import { readActivities } from '../../db/campaigns/activities.ts';
import { lastEvent } from '../../db/events.ts';
import { pageLimit } from '../../domain/page.ts';
import { text, uuid } from '../../domain/text.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';

/** Maximum number of events that one call reads, before the filter. */
const maxRead = 10_000;

/** The words about people, by the kind of event; the channel stands before it: `email_replied`. */
const words: Readonly<Record<string, string>> = {
  'message.sent': 'sent',
  'message.failed': 'failed',
  'prospect.replied': 'replied',
  'prospect.bounced': 'bounced',
  'prospect.unsubscribed': 'unsubscribed',
  'prospect.connected': 'connected',
  'prospect.timed_out': 'timed_out',
};

const activityOutput = z
  .object({
    id: z.uuid(),
    activity_type: z.string().describe('Channel and event: email_replied, linkedin_connected.'),
    channel: z.string(),
    metadata: z.record(z.string(), z.unknown()),
    prospect: z.object({
      id: z.uuid(),
      name: z.string().nullable(),
      email: z.string().nullable(),
      linkedin_url: z.string().nullable(),
      x_handle: z.string().nullable(),
    }),
    campaign: z.object({ id: z.uuid(), name: z.string(), type: z.string() }),
    created_at: z.iso.datetime(),
  })
  .meta({ id: 'Activity' });

/** An event's number as an id. */
const idOf = (seq: number) => `00000000-0000-8000-8000-${seq.toString(16).padStart(12, '0')}`;
const cursorPattern = /^\d{4}-\d\d-\d\dT[\d:.]+Z\|00000000-0000-8000-8000-([0-9a-f]{12})$/;

export const listActivities = defineOperation({
  name: 'activity.list',
  route: 'GET /api/activities',
  cli: 'activity',
  summary: 'List what happened to people, the newest first',
  description:
    'Sends, replies, bounces, acceptances. A page may be short while next_cursor is not null: ' +
    'each call reads 10,000 events at most. GET /api/events has every kind of event.',
  scope: 'read',
  input: z.object({
    campaign_id: uuid.optional(),
    cursor: text({ max: 100 }).optional().describe('`next_cursor` of the page before.'),
    limit: pageLimit(200, 50),
  }),
  output: z.object({
    activities: z.array(activityOutput),
    next_cursor: z.string().nullable().describe('Instant and id; null on the last page.'),
    has_more: z.boolean(),
  }),
  errors: [],
  async run({ db, workspaceId }, { campaign_id: campaignId = null, cursor, limit }) {
    const before = cursor === undefined ? null : cursorPattern.exec(cursor);
    if (cursor !== undefined && !before) {
      const message = 'Must be the next_cursor of a page before.';
      throw new AppError('request.invalid', `cursor: ${message}`, {
        errors: [{ pointer: '/cursor', code: 'invalid_format', message }],
      });
    }
    const to = before ? Number.parseInt(before[1]!, 16) - 1 : await lastEvent(db, workspaceId);
    const from = Math.max(1, to - maxRead + 1);
    const kinds = Object.keys(words);
    const rows = await readActivities(db, { workspaceId, campaignId, kinds, from, to, limit });
    const activities = rows.map((row) => ({
      id: idOf(row.seq),
      activity_type: `${row.campaign_type}_${words[row.kind]!}`,
      channel: row.campaign_type,
      metadata: row.data,
      prospect: {
        id: row.prospect_id,
        name: row.prospect_name,
        email: row.email,
        linkedin_url: row.linkedin_url,
        x_handle: row.x_handle,
      },
      campaign: { id: row.campaign_id, name: row.campaign_name, type: row.campaign_type },
      created_at: row.at.toISOString(),
    }));
    const last = rows.length === limit ? rows.at(-1)! : null;
    const next = last ? last.seq : from;
    const hasMore = next > 1;
    const at = (last ?? rows.at(-1))?.at ?? new Date(0);
    return {
      activities,
      next_cursor: hasMore ? `${at.toISOString()}|${idOf(next)}` : null,
      has_more: hasMore,
    };
  },
});
