import { findSender, type SenderRow } from '../../db/accounts/senders.ts';
import { findSuppressed } from '../../db/people/suppressions.ts';
import {
  type HandMessageRow,
  hasSameText,
  readDraft,
  saveDraft,
  scheduleDraft,
} from '../../db/threads/hand-messages.ts';
import { lockThread, type ThreadRow } from '../../db/threads/threads.ts';
import { type LastReceived, lastReceived, sentKeys } from '../../db/threads/timeline.ts';
import { normaliseEmail } from '../../domain/identity.ts';
import { channelKey } from '../../domain/sequence/message.ts';
import { refusalOf } from '../../domain/threads/suppressed.ts';
import { AppError, type Problem } from '../../errors.ts';
import type { Context } from '../../operation.ts';
import { personKeys } from './person-keys.ts';

/** The fields that the author of a message gives; the others stay as the draft has them. */
export type HandInput = {
  text?: string | null | undefined;
  html?: string | null | undefined;
  subject?: string | null | undefined;
  to?: string | undefined;
  cc?: string | null | undefined;
  bcc?: string | null | undefined;
};

export type SendInput = HandInput & {
  text: string;
  accountId?: string | undefined;
  mode?: 'reply' | 'new_thread' | undefined;
  /** The received message that it answers; the last one by default. */
  answers?: string | undefined;
  at?: Date | undefined;
  despiteSuppression: boolean;
};

/** The longest text that a channel takes, in characters: X as documented, LinkedIn by its form. */
const maxText: Readonly<Record<string, number>> = { x: 10_000, linkedin: 8_000 };

/** Keeps a draft in a locked conversation. */
export async function keepDraft(
  context: Context,
  thread: ThreadRow,
  input: HandInput,
): Promise<HandMessageRow> {
  const { db, workspaceId, newId, now, actor } = context;
  const before = await readDraft(db, { workspaceId, threadId: thread.id });
  const kept = <T>(given: T | undefined, old: T | undefined, usual: T): T => given ?? old ?? usual;
  return saveDraft(
    db,
    { workspaceId, threadId: thread.id },
    {
      id: before?.id ?? newId(),
      senderId: thread.sender_id,
      touch: thread.channel === 'email' ? 'email' : 'message',
      to: kept(input.to, before?.to_address, thread.identity),
      cc: input.cc === undefined ? (before?.cc ?? null) : input.cc,
      bcc: input.bcc === undefined ? (before?.bcc ?? null) : input.bcc,
      subject: input.subject === undefined ? (before?.subject ?? null) : input.subject,
      text: input.text === undefined ? (before?.body_text ?? null) : input.text,
      html: input.html === undefined ? (before?.body_html ?? null) : input.html,
      actor,
      now,
    },
  );
}

/**
 * Takes a message into the ledger: it goes out at once, or at its instant. Everything that can be
 * checked is checked now, so that its author hears of it; suppression is checked again when it is
 * due. Call it in a transaction. Returns the message.
 * @throws thread.not_found, thread.not_sendable, thread.suppressed, thread.send_in_progress,
 * request.invalid
 */
export async function sendByHand(
  context: Context,
  threadId: string,
  input: SendInput,
): Promise<HandMessageRow> {
  const { db, workspaceId, now } = context;
  const thread = await lockThread(db, { workspaceId, threadId });
  if (!thread) throw new AppError('thread.not_found');
  const sender = await requireSender(context, thread, input.accountId);
  const place = { workspaceId, threadId };
  const mode = input.mode ?? (thread.sent + thread.received > 0 ? 'reply' : 'new_thread');
  const last = mode === 'reply' ? await lastReceived(db, place, input.answers ?? null) : null;
  if (input.answers !== undefined && mode === 'reply' && !last)
    throw refused('/reply_to_message_id', 'This thread has not received such a message.');
  const draft = await readDraft(db, place);
  const written = { ...input, ...fieldsOf(thread, { input, draft, last, mode }) };
  checkFields(thread, written);
  await refuseSuppressed(context, thread, { to: written.to, despite: input.despiteSuppression });
  if (await hasSameText(db, { ...place, text: input.text }))
    throw new AppError('thread.send_in_progress');
  const kept = await keepDraft(context, thread, written);
  const refersTo = mode === 'reply' ? await referencesOf(context, thread, last) : [];
  return scheduleDraft(db, workspaceId, {
    id: kept.id,
    dueAt: input.at && input.at > now ? input.at : now,
    refersTo,
    despiteSuppression: input.despiteSuppression,
    channelKey: channelKey(kept.id, sender.email_address ?? sender.type),
    now,
  });
}

/** The sender of a conversation, in service. @throws thread.not_sendable */
async function requireSender(
  { db, workspaceId }: Context,
  thread: ThreadRow,
  given: string | undefined,
): Promise<SenderRow> {
  if (given !== undefined && given !== thread.sender_id)
    throw unsendable(
      'The thread is with another sender: a person is answered from the account they wrote to. ' +
        'Create a thread to write from this one.',
    );
  const sender = await findSender(db, { workspaceId, senderId: thread.sender_id });
  if (!sender) throw unsendable('Its sender was removed: connect the account again.');
  if (sender.status !== 'active') {
    const reason = sender.status_reason ? `: ${sender.status_reason}` : '';
    throw unsendable(`Its sender is ${sender.status}${reason}. Mend or resume it first.`);
  }
  return sender;
}

const unsendable = (message: string) => new AppError('thread.not_sendable', message);

/** To whom, and under which subject: as its author says, else as the draft, else as it follows. */
function fieldsOf(
  thread: ThreadRow,
  {
    input,
    draft,
    last,
    mode,
  }: { input: SendInput; draft: HandMessageRow | null; last: LastReceived | null; mode: string },
): { to: string; subject: string | null } {
  if (thread.channel !== 'email') return { to: thread.identity, subject: null };
  const answered = last && (normaliseEmail(last.replyTo ?? '') ?? normaliseEmail(last.from ?? ''));
  const drafted = draft && draft.to_address !== thread.identity ? draft.to_address : null;
  const subject = input.subject ?? draft?.subject;
  return {
    to: input.to ?? drafted ?? answered ?? thread.identity,
    subject: subject?.trim() ? subject : answerSubject(mode, last?.subject ?? thread.subject),
  };
}

function answerSubject(mode: string, before: string | null): string | null {
  if (mode !== 'reply' || !before?.trim()) return null;
  return /^re\s*:/i.test(before) ? before : `Re: ${before}`;
}

/** @throws request.invalid */
function checkFields({ channel }: ThreadRow, { subject, text, html, cc, bcc }: HandInput): void {
  const max = maxText[channel] ?? Infinity;
  const isMail = channel === 'email';
  if (text!.trim() === '') throw refused('/body_text', 'There is no text to send.');
  if (text!.length > max) throw refused('/body_text', `It has more than ${max} characters.`);
  if (isMail && !subject?.trim())
    throw refused('/subject', 'The first mail of a thread needs a subject.');
  if (!isMail && (html ?? cc ?? bcc))
    throw refused('/body_html', 'Only mails have HTML and copies (cc, bcc).');
}

/** @throws thread.suppressed */
async function refuseSuppressed(
  { db, workspaceId }: Context,
  thread: ThreadRow,
  { to, despite }: { to: string; despite: boolean },
): Promise<void> {
  const keys = personKeys(thread.channel, [thread.identity, to]);
  const found = await findSuppressed(db, workspaceId, keys);
  const reason = refusalOf(found, { despite: despite && thread.received > 0 });
  if (reason !== null) throw new AppError('thread.suppressed', reason);
}

/**
 * The ids that an answer refers to, oldest first (RFC 5322 3.6.4): those of the message that it
 * answers and its own id; without one, those of the sender's own messages.
 */
async function referencesOf(
  { db }: Context,
  thread: ThreadRow,
  last: LastReceived | null,
): Promise<string[]> {
  if (!last?.key) return sentKeys(db, thread);
  return [...new Set([...last.references.toReversed(), last.key])];
}

function refused(pointer: string, message: string): AppError {
  const errors: Problem[] = [{ pointer, code: 'not_sendable', message }];
  return new AppError('request.invalid', message, { errors });
}
