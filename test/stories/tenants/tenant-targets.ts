import { inboxTargets } from './inbox-targets.ts';
import { pageTargets } from './page-targets.ts';
import { ruleTargets } from './rule-targets.ts';
import { type Target, withId, withIds } from './target.ts';
import { threadTargets } from './thread-targets.ts';

let serial = 0;

const notification = { event: 'replied', action: 'notify', text: 'x' };
const email = { type: 'email', subject: 'Hi', body: 'Hi' };
const actions = { status_id: 'set_status', tag_id: 'add_tag', list_id: 'add_to_list' } as const;
const kinds = { status_id: 'status', tag_id: 'tag', list_id: 'list' } as const;
const inboxActions = {
  statusId: ['setStatus', 'status'],
  tagId: ['addTag', 'tag'],
  listId: ['addToList', 'list'],
} as const;

/**
 * The places of ids, as `route member`, with the rest of a request that succeeds when the id is the
 * caller's.
 */
export const targets: Record<string, Target> = {
  ...pageTargets,
  ...threadTargets,
  ...ruleTargets,
  'POST /api/campaigns sender_account_ids[]': {
    kind: 'sender',
    body: (id) => ({ type: 'email', name: `New ${++serial}`, sender_account_ids: [id] }),
  },
  'PATCH /api/campaigns/{id} sender_account_ids[]': {
    kind: 'sender',
    body: withIds('sender_account_ids'),
  },
  'PATCH /api/campaigns/{id} sequence_nodes[].id': {
    kind: 'node',
    body: (id) => ({ sequence_nodes: [{ ...email, id }, { type: 'end' }] }),
  },
  'PATCH /api/campaigns/{id} account_limits[].account_id': {
    kind: 'sender',
    body: (id) => ({ account_limits: [{ account_id: id, daily_limit: 5 }] }),
  },
  'POST /api/campaigns/{id}/preview sequence_nodes[].id': {
    kind: 'node',
    body: (id) => ({ sequence_nodes: [{ ...email, id }, { type: 'end' }] }),
  },
  'POST /api/campaigns/{id}/test-mail sequence_nodes[].id': {
    kind: 'node',
    body: (id) => ({
      to: 'me@people.test',
      sequence_nodes: [{ ...email, id }, { type: 'end' }],
    }),
  },
  'POST /api/campaigns/{id}/preview node_id': { kind: 'node', body: withId('node_id') },
  'POST /api/campaigns/{id}/preview prospect_id': {
    kind: 'prospect',
    body: withId('prospect_id'),
  },
  'POST /api/campaigns/{id}/preview account_id': { kind: 'sender', body: withId('account_id') },
  'POST /api/campaigns/{id}/test-mail node_id': {
    kind: 'node',
    body: (id) => ({ to: 'me@people.test', node_id: id }),
  },
  'POST /api/campaigns/{id}/test-mail prospect_id': {
    kind: 'prospect',
    body: (id) => ({ to: 'me@people.test', prospect_id: id }),
  },
  'POST /api/campaigns/{id}/test-mail account_id': {
    kind: 'sender',
    body: (id) => ({ to: 'me@people.test', account_id: id }),
  },
  'POST /api/campaigns/{id}/senders sender_account_ids[]': {
    kind: 'sender',
    body: withIds('sender_account_ids'),
  },
  'DELETE /api/campaigns/{id}/senders/{senderId} senderId': { kind: 'sender' },
  'POST /api/campaigns/{id}/forecasts sender_account_ids[]': {
    kind: 'sender',
    body: withIds('sender_account_ids'),
  },
  'POST /api/campaigns/{id}/forecasts sender_limits[].account_id': {
    kind: 'sender',
    body: (id) => ({ sender_limits: [{ account_id: id, daily_limit: 5 }] }),
  },
  'GET /api/campaigns/{id}/forecasts/{forecastId} forecastId': { kind: 'forecast' },
  'POST /api/campaigns/{id}/revisions sequence_nodes[].id': {
    kind: 'node',
    body: (id) => ({ sequence_nodes: [{ ...email, id }, { type: 'end' }] }),
  },
  'PATCH /api/campaigns/{id}/sequence/nodes nodeId': {
    kind: 'node',
    body: (nodeId) => ({ nodeId, toPosition: 0 }),
  },
  'DELETE /api/campaigns/{id}/sequence/nodes nodeId': { kind: 'node', body: withId('nodeId') },
  'PUT /api/campaigns/{id}/sequence/nodes/{nodeId} nodeId': {
    kind: 'node',
    body: () => ({ body: 'New' }),
  },
  'PATCH /api/campaigns/{id}/columns/{columnId} columnId': {
    kind: 'column',
    body: () => ({ name: 'New' }),
  },
  'DELETE /api/campaigns/{id}/columns/{columnId} columnId': { kind: 'column' },
  'PATCH /api/campaigns/{id}/automations/{automationId} automationId': {
    kind: 'automation',
    body: () => ({ enabled: false }),
  },
  'DELETE /api/campaigns/{id}/automations/{automationId} automationId': { kind: 'automation' },
  'PUT /api/campaigns/{id}/automations automations[].id': {
    kind: 'automation',
    body: (id) => ({ automations: [{ id, ...notification }] }),
  },
  'PATCH /api/campaigns/{id}/leads/{prospectId}/data prospectId': {
    kind: 'prospect',
    body: (_id, own) => ({ data: { [own.column]: 'x' } }),
  },
  'GET /api/campaigns/{id}/leads/{prospectId}/explain prospectId': { kind: 'prospect' },
  'POST /api/campaigns/{id}/leads/{prospectId}/pause prospectId': { kind: 'prospect' },
  'POST /api/campaigns/{id}/leads/{prospectId}/resume prospectId': { kind: 'prospect' },
  'POST /api/campaigns/{id}/leads/{prospectId}/cancel prospectId': { kind: 'prospect' },
  'POST /api/campaigns/{id}/leads/{prospectId}/skip-ahead prospectId': {
    kind: 'prospect',
    launched: true,
  },
  'POST /api/campaigns/{id}/leads/{prospectId}/mark-replied prospectId': { kind: 'prospect' },
  'PATCH /api/campaigns/{id}/leads prospect_id': {
    kind: 'prospect',
    body: (id) => ({ prospect_id: id, updates: { first_name: 'New' } }),
  },
  'DELETE /api/campaigns/{id}/leads prospect_ids[]': {
    kind: 'prospect',
    body: withIds('prospect_ids'),
  },
  'POST /api/campaigns/{id}/leads/retry prospect_ids[]': {
    kind: 'prospect',
    body: withIds('prospect_ids'),
  },
  'GET /api/campaigns/{id}/leads/find prospect_id': {
    kind: 'prospect',
    query: (id) => `prospect_id=${id}`,
  },
  'GET /api/campaigns/{id}/leads/find lead_id': { kind: 'lead', query: (id) => `lead_id=${id}` },
  'POST /api/campaigns/{id}/leads/enrol people[].lead_id': {
    kind: 'lead',
    body: (id) => ({ people: [{ lead_id: id }] }),
  },
  'POST /api/campaigns/{id}/leads/import-from-list listId': {
    kind: 'list',
    body: withId('listId'),
  },
  'POST /api/campaigns/{id}/leads/import-from-list filter.leadIds[]': {
    kind: 'unused',
    body: (id, own) => ({ listId: own.list, filter: { leadIds: [id] } }),
  },
  'GET /api/campaigns/{id}/rules/leads/{leadId} leadId': { kind: 'lead' },
  'GET /api/campaigns/{id}/generate-messages prospect_id': {
    kind: 'prospect',
    query: (id) => `prospect_id=${id}`,
  },
  'POST /api/campaigns/{id}/generate-messages node_id': { kind: 'node', body: withId('node_id') },
  'POST /api/campaigns/{id}/generate-messages prospect_ids[]': {
    kind: 'prospect',
    body: withIds('prospect_ids'),
  },
  'PATCH /api/campaigns/{id}/generate-messages message_id': {
    kind: 'message',
    body: (id) => ({ message_id: id, body_text: 'New' }),
  },
  'GET /api/campaigns/{id}/messages/{messageId}/preview messageId': { kind: 'message' },
  'POST /api/campaigns/{id}/messages/{messageId}/resolve messageId': {
    kind: 'message',
    body: () => ({ as: 'sent' }),
  },
  'POST /api/campaigns/{id}/drafts/retry prospect_ids[]': {
    kind: 'prospect',
    body: withIds('prospect_ids'),
  },
  'POST /api/unmatched-mails/{id}/attach campaign_id': {
    kind: 'campaign',
    body: (id, own) => ({ campaign_id: id, prospect_id: own.prospect }),
  },
  'POST /api/unmatched-mails/{id}/attach prospect_id': {
    kind: 'prospect',
    body: (id, own) => ({ campaign_id: own.campaign, prospect_id: id }),
  },
  'POST /api/campaigns/{id}/forecasts sequence_nodes[].id': {
    kind: 'node',
    body: (id) => ({ sequence_nodes: [{ ...email, id }, { type: 'end' }] }),
  },
  'GET /api/events campaign_id': { kind: 'campaign', query: (id) => `campaign_id=${id}` },
  'GET /api/activities campaign_id': { kind: 'campaign', query: (id) => `campaign_id=${id}` },
  'GET /api/dashboard/analytics campaign_ids[]': {
    kind: 'campaign',
    query: (id) => `campaign_ids=${id}`,
  },
  'GET /api/events prospect_id': { kind: 'prospect', query: (id) => `prospect_id=${id}` },
  'GET /api/replies campaign_id': { kind: 'campaign', query: (id) => `campaign_id=${id}` },
  'GET /api/replies sender_id': { kind: 'sender', query: (id) => `sender_id=${id}` },
  'GET /api/leads id': { kind: 'lead', query: (id) => `id=${id}` },
  'GET /api/leads statusId': { kind: 'status', query: (id) => `statusId=${id}` },
  'GET /api/leads tagId': { kind: 'tag', query: (id) => `tagId=${id}` },
  'PATCH /api/leads assigneeId': {
    kind: 'member',
    body: (assigneeId, own) => ({ id: own.lead, assigneeId }),
  },
  'PATCH /api/leads id': { kind: 'lead', body: (id) => ({ id, title: 'New' }) },
  'DELETE /api/leads id': { kind: 'lead', body: withId('id') },
  'POST /api/lists leadIds[]': { kind: 'lead', body: (id) => ({ name: 'New', leadIds: [id] }) },
  'PATCH /api/lists id': { kind: 'list', body: (id) => ({ id, name: 'New' }) },
  'DELETE /api/lists id': { kind: 'list', body: withId('id') },
  'POST /api/lists/{id}/leads leadIds[]': { kind: 'lead', body: withIds('leadIds') },
  'DELETE /api/lists/{id}/leads leadIds[]': { kind: 'lead', body: withIds('leadIds') },
  'POST /api/lists/{id}/leads/enrol people[].lead_id': {
    kind: 'lead',
    body: (id) => ({ people: [{ lead_id: id }] }),
  },
  'POST /api/lists/import listId': {
    kind: 'list',
    body: (listId) => ({ listId, leads: [{ email: 'new@people.test' }] }),
  },
  'GET /api/lists/{id}/imports/{importId} importId': { kind: 'listImport' },
  'POST /api/lists/{id}/imports/{importId}/cancel importId': { kind: 'listImport' },
  'POST /api/x/accounts/{id}/look-up list_id': {
    kind: 'list',
    body: (list_id) => ({ usernames: ['ada'], dry_run: true, list_id }),
  },
  'PUT /api/settings campaign_account.id': {
    kind: 'sender',
    body: (id) => ({ campaign_account: { id, daily_limit: 5 } }),
  },
  ...inboxTargets,
};

for (const field of ['status_id', 'tag_id', 'list_id'] as const) {
  const automation = (id: string) => ({
    event: 'replied',
    action: actions[field],
    [field]: id,
  });
  targets[`POST /api/campaigns/{id}/automations ${field}`] = {
    kind: kinds[field],
    body: automation,
  };
  targets[`PATCH /api/campaigns/{id}/automations/{automationId} ${field}`] = {
    kind: kinds[field],
    body: automation,
  };
  targets[`PUT /api/campaigns/{id}/automations automations[].${field}`] = {
    kind: kinds[field],
    body: (id) => ({ automations: [automation(id)] }),
  };
}
for (const [field, [action, kind]] of Object.entries(inboxActions))
  for (const method of ['PUT', 'PATCH'])
    targets[
      `${method} /api/v1/campaigns/v2/{campaignId}/automations automations[].actionData.${field}`
    ] = {
      kind,
      body: (id, own) => ({
        automations: [
          { id: own.inboxAutomation, trigger: 'replied', action, actionData: { [field]: id } },
        ],
      }),
    };
for (const [field, kind] of [
  ['statusId', 'status'],
  ['addTags[]', 'tag'],
  ['removeTags[]', 'tag'],
] as const) {
  const name = field.replace('[]', '');
  const value = (id: string) => (name === field ? id : [id]);
  targets[`PATCH /api/v1/prospects/{prospectId}/context ${field}`] = {
    kind,
    body: (id) => ({ [name]: value(id) }),
  };
  targets[`PATCH /api/leads ${field}`] = {
    kind,
    body: (id, own) => ({ id: own.lead, [name]: value(id) }),
  };
}
