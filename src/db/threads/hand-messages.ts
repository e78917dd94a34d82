import { type Selectable, sql } from 'kysely';
import type { Db } from '../database.ts';
import type { Schema } from '../schema.gen.ts';
import type { ThreadId } from './threads.ts';

export type HandMessageRow = Selectable<Schema['hand_messages']>;
export type HandMessageId = { workspaceId: string; id: string };

/** The parts of a message that its author writes. */
export type HandText = {
  to: string;
  cc: string | null;
  bcc: string | null;
  subject: string | null;
  text: string | null;
  html: string | null;
};

export type NewHandMessage = HandText & {
  id: string;
  senderId: string;
  touch: string;
  actor: string;
  now: Date;
};

/** Keeps the draft of a conversation: it has one. Returns its row. */
export async function saveDraft(
  db: Db,
  { workspaceId, threadId }: ThreadId,
  draft: NewHandMessage,
): Promise<HandMessageRow> {
  const { rows } = await sql<HandMessageRow>`
    insert into hand_messages (workspace_id, id, thread_id, sender_id, state, touch, to_address, cc,
      bcc, subject, body_text, body_html, actor, created_at, updated_at)
    values (${workspaceId}, ${draft.id}, ${threadId}, ${draft.senderId}, 'draft', ${draft.touch},
      ${draft.to}, ${draft.cc}, ${draft.bcc}, ${draft.subject}, ${draft.text}, ${draft.html},
      ${draft.actor}, ${draft.now}, ${draft.now})
    on conflict (workspace_id, thread_id) where state = 'draft' do update set
      sender_id = excluded.sender_id, to_address = excluded.to_address, cc = excluded.cc,
      bcc = excluded.bcc, subject = excluded.subject, body_text = excluded.body_text,
      body_html = excluded.body_html, actor = excluded.actor, updated_at = excluded.updated_at
    returning *`.execute(db);
  return rows[0]!;
}

/** The draft of a conversation; null when there is none. */
export async function readDraft(
  db: Db,
  { workspaceId, threadId }: ThreadId,
): Promise<HandMessageRow | null> {
  const { rows } = await sql<HandMessageRow>`
    select * from hand_messages
    where workspace_id = ${workspaceId} and thread_id = ${threadId} and state = 'draft'`.execute(
    db,
  );
  return rows[0] ?? null;
}

export async function deleteDraft(db: Db, { workspaceId, threadId }: ThreadId): Promise<void> {
  await sql`delete from hand_messages
    where workspace_id = ${workspaceId} and thread_id = ${threadId} and state = 'draft'`.execute(
    db,
  );
}

export type Scheduling = {
  id: string;
  dueAt: Date;
  /** Keys of the messages before, oldest first; the last is the one that is answered. */
  refersTo: readonly string[];
  despiteSuppression: boolean;
  channelKey: string;
  now: Date;
};

/** Makes a draft a message that goes out at its instant. */
export async function scheduleDraft(
  db: Db,
  workspaceId: string,
  { id, dueAt, refersTo, despiteSuppression, channelKey, now }: Scheduling,
): Promise<HandMessageRow> {
  const { rows } = await sql<HandMessageRow>`
    update hand_messages set state = 'scheduled', due_at = ${dueAt}, refers_to = ${refersTo},
      despite_suppression = ${despiteSuppression}, channel_key = ${channelKey}, updated_at = ${now}
    where workspace_id = ${workspaceId} and id = ${id} and state = 'draft' returning *`.execute(db);
  return rows[0]!;
}

/** A message that was written by hand, locked until the transaction ends. */
export async function lockHandMessage(
  db: Db,
  { workspaceId, id, threadId }: HandMessageId & { threadId: string },
): Promise<HandMessageRow | null> {
  const { rows } = await sql<HandMessageRow>`
    select * from hand_messages where workspace_id = ${workspaceId} and id = ${id}
      and thread_id = ${threadId} and state <> 'draft' for update`.execute(db);
  return rows[0] ?? null;
}

/**
 * Whether the same text is on its way in a conversation, or may be there already: sent by a second
 * click, it would come twice.
 */
export async function hasSameText(
  db: Db,
  { workspaceId, threadId, text }: ThreadId & { text: string },
): Promise<boolean> {
  const { rows } = await sql`select 1 from hand_messages
    where workspace_id = ${workspaceId} and thread_id = ${threadId}
      and state in ('scheduled', 'reserved', 'unknown') and body_text = ${text} limit 1`.execute(
    db,
  );
  return rows.length > 0;
}

/** Sends a message that surely did not go out once more, as the same message, at `dueAt`. */
export async function scheduleAgain(
  db: Db,
  { workspaceId, id, dueAt, now }: HandMessageId & { dueAt: Date; now: Date },
): Promise<HandMessageRow> {
  const { rows } = await sql<HandMessageRow>`
    update hand_messages set state = 'scheduled', due_at = ${dueAt}, tries = 0, error_code = null,
      error_detail = null, updated_at = ${now}
    where workspace_id = ${workspaceId} and id = ${id} returning *`.execute(db);
  return rows[0]!;
}

/** Deletes a message that has not gone out and never tried to. Returns whether there was one. */
export async function cancelScheduled(
  db: Db,
  { workspaceId, id }: HandMessageId,
): Promise<boolean> {
  const { rows } = await sql`delete from hand_messages
    where workspace_id = ${workspaceId} and id = ${id} and attempts = 0
      and state in ('scheduled', 'failed') returning id`.execute(db);
  return rows.length > 0;
}

/**
 * Keeps messages of a conversation from going out, because the person has written meanwhile: the
 * author reads that first.
 */
export async function stopScheduled(
  db: Db,
  { workspaceId, threadId, now }: ThreadId & { now: Date },
): Promise<void> {
  await sql`
    update hand_messages set state = 'failed', error_code = 'person_wrote', due_at = null,
      error_detail = 'The person wrote before it was due: read that, then send it again.',
      updated_at = ${now}
    where workspace_id = ${workspaceId} and thread_id = ${threadId} and state = 'scheduled'
      and due_at > ${now}`.execute(db);
}

/**
 * Says of all messages that were about to go out that somebody must look: this database is a copy,
 * and they may have gone out since it was made. Returns how many.
 */
export async function stopAllScheduled(
  db: Db,
  { before, now }: { before: Date; now: Date },
): Promise<number> {
  const { rows } = await sql`
    update hand_messages set state = 'unknown', error_code = 'restored', due_at = null,
      error_detail = 'The database was restored: it may have gone out since. Look in the mailbox.',
      updated_at = ${now}
    where state = 'scheduled' and updated_at < ${before} and workspace_id in (select id from workspaces where mode = 'live')
    returning id`.execute(db);
  return rows.length;
}

/** Keeps a message that is due from going out, because its person is suppressed by now. */
export async function refuseHandMessage(
  db: Db,
  { workspaceId, id, reason, now }: HandMessageId & { reason: string; now: Date },
): Promise<void> {
  await sql`
    update hand_messages set state = 'failed', due_at = null, error_code = 'suppressed',
      error_detail = ${reason}, updated_at = ${now}
    where workspace_id = ${workspaceId} and id = ${id} and state = 'scheduled'`.execute(db);
}

/** Settles a message of which nobody can tell whether it went out. */
export async function settleHandMessage(
  db: Db,
  { workspaceId, id, went, now }: HandMessageId & { went: boolean; now: Date },
): Promise<HandMessageRow> {
  const { rows } = await sql<HandMessageRow>`
    update hand_messages set state = ${went ? 'sent' : 'failed'}::text,
      error_code = ${went ? null : 'not_sent'}::text,
      error_detail = ${went ? null : 'It did not go out, by hand.'}::text, doubted_at = null,
      sent_at = case when ${went}::boolean
        then coalesce(sent_at, reserved_at, ${now}::timestamptz) end,
      updated_at = ${now}
    where workspace_id = ${workspaceId} and id = ${id} returning *`.execute(db);
  return rows[0]!;
}
