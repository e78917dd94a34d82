import type { Target } from './target.ts';

/** The places of ids in requests of pages: filters and people. */
export const pageTargets: Record<string, Target> = {
  'GET /api/campaigns/{id}/leads node_id': { kind: 'node', query: (id) => `node_id=${id}` },
  'GET /api/campaigns/{id}/leads sender_id': { kind: 'sender', query: (id) => `sender_id=${id}` },
  'POST /api/campaigns/{id}/leads/update filter.node_id': {
    kind: 'node',
    body: (id) => ({ action: 'pause', filter: { node_id: id } }),
  },
  'POST /api/campaigns/{id}/leads/update filter.sender_id': {
    kind: 'sender',
    body: (id) => ({ action: 'pause', filter: { sender_id: id } }),
  },
  'GET /api/senders campaign_id': { kind: 'campaign', query: (id) => `campaign_id=${id}` },
  'GET /api/accounts campaign_id': { kind: 'campaign', query: (id) => `campaign_id=${id}` },
  'GET /api/senders/summary campaign_id': {
    kind: 'campaign',
    query: (id) => `campaign_id=${id}`,
  },
  'POST /api/senders/update ids[]': {
    kind: 'sender',
    body: (id) => ({ ids: [id], set: { daily_limit: 5 } }),
  },
  'POST /api/senders/update filter.campaign_id': {
    kind: 'campaign',
    body: (id) => ({ filter: { campaign_id: id }, set: { daily_limit: 5 } }),
  },
  'GET /api/events sender_id': { kind: 'sender', query: (id) => `sender_id=${id}` },
  'GET /api/campaigns/{id}/forecast sender_ids[]': {
    kind: 'sender',
    query: (id) => `sender_ids=${id}`,
  },
  'POST /api/campaigns/{id}/forecasts sender_ids[]': {
    kind: 'sender',
    body: (id) => ({ sender_ids: [id] }),
  },
  'GET /api/campaigns/{id}/leads/{prospectId}/history prospectId': { kind: 'prospect' },
  'GET /api/campaigns/{id}/leads/{prospectId}/forecast prospectId': { kind: 'prospect' },
};
