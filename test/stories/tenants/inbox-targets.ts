import { type Target, withId, withIds } from './target.ts';

let serial = 0;

/** The places of ids in Inbox's API. */
export const inboxTargets: Record<string, Target> = {
  'PATCH /api/v1/campaigns/v2/{campaignId} accountLinkIds[]': {
    kind: 'onX',
    body: withIds('accountLinkIds'),
  },
  'POST /api/v1/campaigns/v2 accountLinkIds[]': {
    kind: 'onX',
    body: (id) => ({ name: `New ${++serial}`, accountLinkIds: [id] }),
  },
  'PUT /api/v1/campaigns/v2/{campaignId}/automations automations[].id': {
    kind: 'inboxAutomation',
    body: (id) => ({
      automations: [{ id, trigger: 'replied', action: 'notify', actionData: { text: 'y' } }],
    }),
  },
  'PATCH /api/v1/campaigns/v2/{campaignId}/automations automations[].id': {
    kind: 'inboxAutomation',
    body: (id) => ({ automations: [{ id, enabled: false }] }),
  },
  'PATCH /api/v1/campaigns/v2/{campaignId}/columns/{columnId} columnId': {
    kind: 'inboxColumn',
    body: () => ({ name: 'New' }),
  },
  'GET /api/v1/lists/{listId}/import-jobs/{jobId} jobId': { kind: 'listImport' },
  'POST /api/v1/lists/{listId}/import-jobs/{jobId}/cancel jobId': { kind: 'listImport' },
  'POST /api/v1/threads accountLinkId': {
    kind: 'onX',
    body: (id) => ({ accountLinkId: id, externalPlatformId: 'sam' }),
  },
  'POST /api/v1/threads/messages accountLinkId': {
    kind: 'onX',
    body: (id) => ({ accountLinkId: id, externalPlatformId: 'sam', content: 'Hi' }),
  },
  'PATCH /api/v1/threads/{threadId} assigneeId': { kind: 'member', body: withId('assigneeId') },
  'POST /api/v1/threads/{threadId}/messages replyToMessageId': {
    kind: 'reply',
    body: (id) => ({ content: 'Hi', replyToMessageId: id }),
  },
  'PATCH /api/v1/prospects/{prospectId}/context assigneeId': {
    kind: 'member',
    body: withId('assigneeId'),
  },
};
