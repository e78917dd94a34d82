import { z } from 'zod';
import { findSender, listSenders } from '../../db/accounts/senders.ts';
import { insertThread, threadOf } from '../../db/threads/threads.ts';
import { identityFields } from '../../domain/identity.ts';
import { text, uuid } from '../../domain/text.ts';
import { keepDraft } from '../../engine/threads/write.ts';
import { AppError } from '../../errors.ts';
import { type Context, defineOperation } from '../../operation.ts';
import { invalidRequest } from '../refusals.ts';
import { draftInput, draftOf } from './draft-input.ts';
import { showThread } from './read.ts';
import { threadOutput } from './wire.ts';

export const createThread = defineOperation({
  name: 'thread.create',
  route: 'POST /api/threads',
  cli: 'thread create',
  summary: 'Begin a conversation with a draft; nothing is sent',
  description:
    'POST /api/threads/{id}/messages sends it. A sender has one thread with a person: a ' +
    '409 names it as existing_thread. account_id may be left out while the ' +
    'channel has one sender.',
  scope: 'write',
  status: 201,
  input: z.object({
    participant_email: text({ max: 500 }).optional(),
    participant_linkedin_url: text({ max: 1000 }).optional(),
    participant_x_handle: text({ max: 500 }).optional(),
    participant_name: text({ max: 200 }).nullable().optional(),
    account_id: uuid.optional(),
    ...draftInput,
  }),
  output: z.object({ thread: threadOutput }),
  errors: ['sender.not_found', 'thread.exists'],
  async run(context, given) {
    const { db, workspaceId, newId, now } = context;
    const { channel, identity } = participantOf(given);
    const sender = await senderFor(context, channel, given.account_id);
    const thread = await insertThread(db, {
      workspaceId,
      threadId: newId(),
      senderId: sender.id,
      channel,
      identity,
      name: given.participant_name ?? null,
      now,
    });
    if (!thread) {
      const id = await threadOf(db, { workspaceId, senderId: sender.id, identity });
      const extra = { existing_thread: { id }, existing_threads: [{ id }] };
      throw new AppError('thread.exists', undefined, { extra });
    }
    await keepDraft(context, thread, draftOf(given) ?? {});
    return { thread: await showThread(context, thread.id) };
  },
});

type Participant = {
  participant_email?: string | undefined;
  participant_linkedin_url?: string | undefined;
  participant_x_handle?: string | undefined;
};

/** The person and the channel that they are reached by. @throws request.invalid */
function participantOf(given: Participant): { channel: string; identity: string } {
  const found = Object.entries(identityFields).flatMap(([channel, { field, normalise }]) => {
    const member = `participant_${field}` as keyof Participant;
    const value = given[member];
    return value === undefined ? [] : [{ channel, member, identity: normalise(value) }];
  });
  const [one, ...others] = found;
  if (!one || others.length > 0) {
    const message =
      'Give one of participant_email, participant_linkedin_url, participant_x_handle.';
    throw invalidRequest([{ pointer: '/participant_email', code: 'required', message }]);
  }
  const { channel, member, identity } = one;
  if (identity !== null) return { channel, identity };
  const message = 'This names nobody.';
  throw invalidRequest([{ pointer: `/${member}`, code: 'invalid_format', message }]);
}

/** @throws sender.not_found, request.invalid */
async function senderFor({ db, workspaceId }: Context, channel: string, id: string | undefined) {
  if (id !== undefined) {
    const sender = await findSender(db, { workspaceId, senderId: id });
    if (!sender) throw new AppError('sender.not_found');
    if (sender.type === channel) return sender;
    const message = `It sends by ${sender.type}, and the person is written to by ${channel}.`;
    throw invalidRequest([{ pointer: '/account_id', code: 'mismatch', message }]);
  }
  const all = await listSenders(db, { workspaceId, type: channel });
  if (all.length === 1) return all[0]!;
  const message = `There are ${all.length} senders of ${channel}: say which one writes.`;
  throw invalidRequest([{ pointer: '/account_id', code: 'required', message }]);
}
