import type { ErrorEntry } from '../errors.ts';

/** Failures about conversations and messages by hand. Part of `errorTable`. */
export const threadErrors = {
  'thread.not_found': {
    status: 404,
    title: 'No such thread.',
    hint: 'GET /api/threads?view=all lists them.',
  },
  'thread.exists': {
    status: 409,
    title: 'The sender has a thread with this person.',
    hint: 'Write there: existing_thread has its id.',
  },
  'thread.has_messages': {
    status: 409,
    title: 'Only drafts without messages can be discarded.',
    hint: 'Archive it: PATCH /api/threads/{id} with status "archived".',
  },
  'thread.not_sendable': {
    status: 422,
    title: 'Nothing can be sent in this thread for now.',
    hint: 'detail says why.',
  },
  'thread.suppressed': {
    status: 409,
    title: 'The person must not be written to.',
    hint:
      'Somebody who wrote first can be answered with despite_suppression; a complaint and an ' +
      'erasure stand.',
  },
  'thread.send_in_progress': {
    status: 409,
    title: 'The same text is on its way to this person, or may be there already.',
    hint: 'Wait until its state is known, or settle it: nothing is sent twice by guess.',
  },
  'thread_message.not_found': {
    status: 404,
    title: 'No such message by hand in this thread.',
    hint: 'GET /api/threads/{id}/messages lists them.',
  },
  'thread_message.state': {
    status: 409,
    title: 'The message is not in a state in which this can be done.',
    hint: 'detail names its state.',
  },
  'attachment.not_found': {
    status: 404,
    title: 'No such attachment in this thread.',
    hint: 'The messages of the thread list theirs.',
  },
} as const satisfies Record<string, ErrorEntry>;
