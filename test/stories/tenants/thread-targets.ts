import { type Target, withId } from './target.ts';

let serial = 0;

/** The places of ids in the routes of threads. */
export const threadTargets: Record<string, Target> = {
  'POST /api/threads account_id': {
    kind: 'sender',
    body: (id) => ({ participant_email: `new${++serial}@people.test`, account_id: id }),
  },
  'PATCH /api/threads/{id} assignee_id': { kind: 'member', body: withId('assignee_id') },
  'PATCH /api/threads/{id} account_id': {
    kind: 'sender',
    body: (id) => ({ account_id: id, done: false }),
  },
  'GET /api/threads/{id}/attachments/{attachmentId} attachmentId': { kind: 'attachment' },
  'DELETE /api/threads/{id}/attachments/{attachmentId} attachmentId': { kind: 'attachment' },
  'POST /api/threads/{id}/messages account_id': {
    kind: 'sender',
    body: (id) => ({ body_text: 'Hi', account_id: id }),
  },
  'POST /api/threads/{id}/messages reply_to_message_id': {
    kind: 'reply',
    body: (id) => ({ body_text: 'Hi', reply_to_message_id: id }),
  },
  'POST /api/threads/{id}/not-a-reply message_id': { kind: 'reply', body: withId('message_id') },
  'DELETE /api/threads/{id}/messages/{messageId} messageId': { kind: 'handMessage' },
  'POST /api/threads/{id}/messages/{messageId}/resend messageId': { kind: 'handMessage' },
  'POST /api/threads/{id}/messages/{messageId}/settle messageId': {
    kind: 'handMessage',
    body: () => ({ sent: true }),
  },
};
