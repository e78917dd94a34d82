import { sql } from 'kysely';
import type { CapMark } from '../../domain/sending/contact-caps.ts';
import type { Db } from '../database.ts';

export type Reservation = {
  messageId: string;
  campaignId: string;
  prospectId: string;
  nodeId: string;
  senderId: string;
  touch: string;
  subject: string;
  text: string;
  html: string | null;
  channelKey: string;
  at: Date;
  /** It carries a note, which counts against the note quota. */
  noted: boolean;
  /** The day, domain and company that it counts for, when the campaign has caps. */
  capMark?: CapMark;
};

export type Reserving = {
  workspaceId: string;
  deadlineMs: number;
  reservations: readonly Reservation[];
};

/**
 * Law 1: writes the ledger rows, the holds on the prospects and the senders' usage in one
 * statement, before anything reaches the network. Returns the ids of the reserved messages; a
 * message that exists already in another state than `draft` is not reserved.
 */
export async function reserve(
  db: Db,
  { workspaceId, deadlineMs, reservations }: Reserving,
): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    with given as (
      select * from unnest(${reservations.map((m) => m.messageId)}::uuid[],
          ${reservations.map((m) => m.campaignId)}::uuid[],
          ${reservations.map((m) => m.prospectId)}::uuid[],
          ${reservations.map((m) => m.nodeId)}::uuid[],
          ${reservations.map((m) => m.senderId)}::uuid[],
          ${reservations.map((m) => m.touch)}::text[],
          ${reservations.map((m) => m.subject)}::text[], ${reservations.map((m) => m.text)}::text[],
          ${reservations.map((m) => m.html)}::text[],
          ${reservations.map((m) => m.channelKey)}::text[],
          ${reservations.map((m) => m.at)}::timestamptz[],
          ${reservations.map((m) => (m.capMark ? JSON.stringify(m.capMark) : null))}::jsonb[],
          ${reservations.map((m) => m.noted)}::boolean[])
        as g (id, campaign_id, prospect_id, node_id, sender_id, touch, subject, body_text,
          body_html, channel_key, at, reach, noted)
    ), ledger as (
      insert into messages (workspace_id, id, campaign_id, prospect_id, node_id, sender_id, touch,
        state, subject, body_text, body_html, channel_key, reach, attempts, reserved_at,
        deadline_at, created_at, updated_at)
      select ${workspaceId}, id, campaign_id, prospect_id, node_id, sender_id, touch, 'reserved',
        subject, body_text, body_html, channel_key, reach, 1, at,
        clock_timestamp() + ${deadlineMs} * interval '1 millisecond', at, at
      from given
      on conflict (workspace_id, prospect_id, node_id) do update
        set state = 'reserved', sender_id = excluded.sender_id, touch = excluded.touch,
          subject = excluded.subject, body_text = excluded.body_text,
          body_html = excluded.body_html, channel_key = excluded.channel_key,
          attempts = messages.attempts + 1, reach = excluded.reach,
          reserved_at = excluded.reserved_at, deadline_at = excluded.deadline_at, asked_at = null,
          confirm_at = null, updated_at = excluded.updated_at
      where messages.state = 'draft'
      returning id, prospect_id, reserved_at
    ), held as (
      update prospects p set hold = 'reserved', hold_detail = null, hold_until = null,
        updated_at = l.reserved_at
      from ledger l
      where p.workspace_id = ${workspaceId} and p.id = l.prospect_id
    ), used as (
      insert into sender_usage (workspace_id, sender_id, campaign_id, touch, bucket_at, n, notes)
      select ${workspaceId}, g.sender_id, g.campaign_id, g.touch,
        date_bin('15 minutes', g.at, timestamptz '2000-01-01') as bucket_at, count(*),
        count(*) filter (where g.noted)
      from given g join ledger l on l.prospect_id = g.prospect_id
      group by 2, 3, 4, 5 order by 2, 5, 3, 4
      on conflict (workspace_id, sender_id, bucket_at, campaign_id, touch) do update
        set n = sender_usage.n + excluded.n, notes = sender_usage.notes + excluded.notes
    )
    select id from ledger`.execute(db);
  return new Set(rows.map((row) => row.id));
}
