import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { type Columns, camelRows } from '../rows.ts';

/** A message that a sandbox's sender handed over, with the answer that will come back. */
export type Delivery = Columns<
  'sandbox_mail',
  'sender_id' | 'subject' | 'sent_at' | 'answer' | 'answer_at' | 'back_at'
> & { key: string; to: string };

/**
 * Stores messages that a sandbox's senders handed over. A message that is stored already stays as
 * it is. An address that is away answers so once to each sender.
 */
export async function insertDeliveries(
  db: Db,
  workspaceId: string,
  deliveries: readonly Delivery[],
): Promise<void> {
  await sql`
    insert into sandbox_mail (workspace_id, sender_id, channel_key, to_address, subject, sent_at,
      answer, answer_at, back_at)
    select ${workspaceId}, sender_id, channel_key, to_address, subject, sent_at,
      case when answer = 'away' and exists (
          select 1 from sandbox_mail m
          where m.workspace_id = ${workspaceId} and m.sender_id = g.sender_id
            and m.to_address = g.to_address and m.answer = 'away')
        then null else answer end,
      answer_at, back_at
    from unnest(${deliveries.map((d) => d.senderId)}::uuid[],
        ${deliveries.map((d) => d.key)}::text[], ${deliveries.map((d) => d.to)}::text[],
        ${deliveries.map((d) => d.subject)}::text[],
        ${deliveries.map((d) => d.sentAt)}::timestamptz[],
        ${deliveries.map((d) => d.answer)}::text[],
        ${deliveries.map((d) => d.answerAt)}::timestamptz[],
        ${deliveries.map((d) => d.backAt)}::timestamptz[])
      as g (sender_id, channel_key, to_address, subject, sent_at, answer, answer_at, back_at)
    on conflict do nothing`.execute(db);
}

/** Whether a sender handed over a message. */
export async function hasDelivery(
  db: Db,
  mail: { workspaceId: string; senderId: string; key: string },
): Promise<boolean> {
  const { rows } = await sql`
    select 1 from sandbox_mail
    where workspace_id = ${mail.workspaceId} and sender_id = ${mail.senderId}
      and channel_key = ${mail.key}`.execute(db);
  return rows.length > 0;
}

/**
 * Cancels the answer to a message. Returns false when the answer has come already, or there is no
 * such message.
 */
export async function recallDelivery(
  db: Db,
  {
    workspaceId,
    senderId,
    key,
    now,
  }: { workspaceId: string; senderId: string; key: string; now: Date },
): Promise<boolean> {
  const { rows } = await sql`
    update sandbox_mail set answer = null
    where workspace_id = ${workspaceId} and sender_id = ${senderId} and channel_key = ${key}
      and (answer is null or answer_at > ${now})
    returning 1`.execute(db);
  return rows.length > 0;
}

type Span = { workspaceId: string; after: Date; upTo: Date };

/**
 * The answers that come back to a sender after `after`, up to `upTo`, in the order of their
 * instants.
 */
export async function readAnswers(db: Db, span: Span & { senderId: string }): Promise<Delivery[]> {
  const rows = await camelRows<Delivery>(
    db,
    sql`
    select sender_id, channel_key as key, to_address as to, subject, sent_at, answer, answer_at,
      back_at
    from sandbox_mail
    where workspace_id = ${span.workspaceId} and sender_id = ${span.senderId}
      and answer is not null and answer_at > ${span.after} and answer_at <= ${span.upTo}
    order by answer_at, channel_key`,
  );
  return rows;
}

export type AnsweredInbox = {
  workspaceId: string;
  senderId: string;
  type: string;
  cursor: unknown;
  failing: boolean;
};

/**
 * Inboxes with answers after `after`, up to `upTo`. An inbox that was never read is read from
 * `after` on.
 */
export async function answeredInboxes(
  db: Db,
  { workspaceId, after, upTo }: Span,
): Promise<AnsweredInbox[]> {
  const rows = await camelRows<AnsweredInbox>(
    db,
    sql`
    select i.workspace_id, i.sender_id, s.type,
      coalesce(nullif(i.cursor, 'null'),
        jsonb_build_object('after', ${after.toISOString()}::text)) as cursor, false as failing
    from inboxes i
    join senders s on s.workspace_id = i.workspace_id and s.id = i.sender_id
      and s.status in ('active', 'paused')
    where i.workspace_id = ${workspaceId} and exists (
      select 1 from sandbox_mail m
      where m.workspace_id = i.workspace_id and m.sender_id = i.sender_id
        and m.answer is not null and m.answer_at > ${after} and m.answer_at <= ${upTo})
    order by i.sender_id`,
  );
  return rows;
}
