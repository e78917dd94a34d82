import { z } from 'zod';
import { findSender } from '../../db/accounts/senders.ts';
import {
  lockThread,
  type ThreadChange,
  type ThreadRow,
  updateThread as writeThread,
} from '../../db/threads/threads.ts';
import { identityFields } from '../../domain/identity.ts';
import { text, uuid } from '../../domain/text.ts';
import { threadStatuses } from '../../domain/threads/view.ts';
import { keepDraft } from '../../engine/threads/write.ts';
import { AppError } from '../../errors.ts';
import { type Context, defineOperation } from '../../operation.ts';
import { requireMember } from '../members/require.ts';
import { invalidRequest, onDuplicate } from '../refusals.ts';
import { draftInput, draftOf } from './draft-input.ts';
import { showThread } from './read.ts';
import { threadOutput } from './wire.ts';

const input = z.object({
  id: uuid,
  status: z.string().max(50).optional().describe('active or archived; others change nothing.'),
  done: z.boolean().optional().describe('true is archived. A reply opens the thread again.'),
  unread_count: z.int().min(0).max(1_000_000).optional().describe('0 marks it as read.'),
  needs_reply: z.boolean().optional().describe('false: it needs no answer.'),
  snoozed_until: z.iso
    .datetime({ offset: true })
    .nullable()
    .optional()
    .describe('It leaves the inbox until then, or until a reply comes; null ends it.'),
  assignee_id: uuid.nullable().optional().describe('A member; null for nobody.'),
  account_id: uuid.optional().describe('Another sender, while there are only drafts.'),
  participant_name: text({ max: 200 }).nullable().optional(),
  participant_company: text({ max: 200 }).nullable().optional(),
  participant_email: text({ max: 500 }).optional().describe('While there are only drafts.'),
  ...draftInput,
});

export const updateThread = defineOperation({
  name: 'thread.update',
  route: 'PATCH /api/threads/{id}',
  cli: 'thread update',
  summary: 'Mark a conversation as read or done, snooze it, give it to a member, keep a draft',
  description:
    'Only the given fields change. Tags, status, notes and valuation belong to the person: PATCH ' +
    '/api/leads with lead_id.',
  scope: 'write',
  input,
  output: z.object({ thread: threadOutput }),
  errors: ['thread.not_found', 'thread.exists', 'thread.has_messages', 'sender.not_found'],
  async run(context, { id, ...given }) {
    const { db, workspaceId, now } = context;
    const thread = await lockThread(db, { workspaceId, threadId: id });
    if (!thread) throw new AppError('thread.not_found');
    const draft = draftOf(given);
    const change = await changeOf(context, thread, given);
    if (!draft && Object.keys(change).length === 0) {
      const message = 'Give a field to change.';
      throw invalidRequest([{ pointer: '/', code: 'required', message }]);
    }
    if (Object.keys(change).length > 0)
      await writeThread(db, { workspaceId, threadId: id, now }, change).catch(
        onDuplicate(() => new AppError('thread.exists')),
      );
    const moved = change.sender_id ?? change.identity;
    if (draft ?? moved)
      await keepDraft(
        context,
        { ...thread, ...change },
        { ...draft, ...(change.identity ? { to: change.identity } : {}) },
      );
    return { thread: await showThread(context, id) };
  },
});

type Given = Omit<z.output<typeof input>, 'id'>;

/** The columns that change. @throws thread.has_messages, sender.not_found, request.invalid */
async function changeOf(context: Context, thread: ThreadRow, given: Given): Promise<ThreadChange> {
  const { participant_name: name, participant_company: company, assignee_id } = given;
  if (assignee_id) await requireMember(context, assignee_id, '/assignee_id');
  const moving = await moveOf(context, thread, given);
  const change: Record<string, unknown> = {
    ...moving,
    done: doneOf(context, given),
    unread: given.unread_count,
    awaits_answer: given.needs_reply,
    snoozed_until:
      typeof given.snoozed_until === 'string' ? new Date(given.snoozed_until) : given.snoozed_until,
    assignee_id,
    name,
    company,
  };
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}

function doneOf({ warn }: Context, { done, status }: Given): boolean | undefined {
  if (done !== undefined || status === undefined) return done;
  if (status === 'archived' || status === 'active') return status === 'archived';
  const known = (threadStatuses as readonly string[]).includes(status);
  warn('status', `${known ? 'A thread cannot be made' : 'There is no status'} ${status}.`);
  return undefined;
}

/** Another sender or person of a conversation without messages. */
async function moveOf(
  { db, workspaceId }: Context,
  thread: ThreadRow,
  { account_id: accountId, participant_email: email }: Given,
): Promise<Pick<ThreadChange, 'sender_id' | 'identity'>> {
  const isOther = accountId !== undefined && accountId !== thread.sender_id;
  const identity =
    email === undefined ? undefined : identityFields[thread.channel]?.normalise(email);
  if (identity === null || (identity && thread.channel !== 'email'))
    throw invalidRequest([
      { pointer: '/participant_email', code: 'invalid_format', message: 'This is not its person.' },
    ]);
  const isMoved = identity !== undefined && identity !== thread.identity;
  if (!isOther && !isMoved) return {};
  if (isOther) {
    const sender = await findSender(db, { workspaceId, senderId: accountId });
    if (sender?.type !== thread.channel) throw new AppError('sender.not_found');
  }
  if (thread.sent + thread.received > 0)
    throw new AppError('thread.has_messages', 'Sender and person change only without messages.');
  return { ...(isOther ? { sender_id: accountId } : {}), ...(isMoved ? { identity } : {}) };
}
