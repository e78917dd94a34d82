import { hello } from '../../../factories/campaigns.ts';
import { bare } from '../../../fixtures/inbox-api.ts';
import type { Ids, World } from './world.ts';

const someone = { email: 'new@people.test', first_name: 'New' };
const nodes = () => ({ sequence_nodes: [hello, { type: 'end' }] });
const server = { host: '127.0.0.1', port: 1, tls: 'none' };
const steps = [{ type: 'message', data: { segments: [{ type: 'static', text: 'Other words' }] } }];

export type Attack = {
  /** What the second id in the path names, or the first outside campaigns. */
  of?: keyof Ids;
  campaign?: 'xCampaign';
  path?: () => string;
  body: (world: World) => unknown;
};

/** Requests that would let more, or something else, go out in a launched campaign. */
export const attacks: [route: string, attack: Attack][] = [
  ['POST /api/campaigns/{id}/leads', { body: () => ({ prospects: [someone] }) }],
  ['POST /api/campaigns/{id}/leads/enrol', { body: (w) => ({ people: [{ lead_id: w.fresh }] }) }],
  ['POST /api/campaigns/{id}/leads/import', { body: () => 'email\nnew@people.test\n' }],
  ['POST /api/campaigns/{id}/leads/import-from-list', { body: (w) => ({ listId: w.unused }) }],
  [
    'POST /api/campaigns/{id}/leads/confirm-csv',
    {
      body: (w) => ({
        lead_list_id: w.unused,
        mapping: { email: 'email' },
        csv_text: 'email\nnew@people.test\n',
      }),
    },
  ],
  [
    'PATCH /api/campaigns/{id}/leads',
    { body: (w) => ({ prospect_id: w.lacking, updates: { first_name: 'Lou' } }) },
  ],
  [
    'PATCH /api/campaigns/{id}/leads/{prospectId}/data',
    { of: 'lacking', body: (w) => ({ data: { [w.column]: 'Rome' } }) },
  ],
  [
    'POST /api/campaigns/{id}/leads/{prospectId}/pause',
    { of: 'paused', body: () => ({ until: '2026-03-02T09:00:00Z' }) },
  ],
  ['PATCH /api/campaigns/{id}', { body: () => ({ hourly_limit: 25 }) }],
  ['PATCH /api/campaigns/{id}', { campaign: 'xCampaign', body: () => ({ roster: 'open' }) }],
  ['PATCH /api/campaigns/{id}', { body: () => ({ operating_hours: null, timezone: 'UTC' }) }],
  ['PATCH /api/campaigns/{id}', { body: () => ({ guard_bounce_rate: 1 }) }],
  [
    'PATCH /api/campaigns/{id}',
    { body: (w) => ({ account_limits: [{ account_id: w.mailbox, daily_limit: 500 }] }) },
  ],
  ['POST /api/campaigns/{id}/revisions', { body: nodes }],
  ['POST /api/campaigns/{id}/revisions/{revision}/rollback', { body: () => ({}) }],
  ['PATCH /api/campaigns/{id}/rules', { body: (w) => ({ synced_list_ids: [w.unused] }) }],
  ['PATCH /api/campaigns/{id}/rules', { body: () => ({ excluded_list_ids: [] }) }],
  ['PUT /api/campaigns/{id}/rules', { body: (w) => ({ synced_list_ids: [w.unused] }) }],
  ['POST /api/campaigns/{id}/drafts/retry', { body: () => ({}) }],
  [
    'PATCH /api/campaigns/{id}/generate-messages',
    { body: (w) => ({ message_id: w.draft, body_text: 'Other words' }) },
  ],
  [
    'POST /api/campaigns/{id}/automations',
    { body: (w) => ({ event: 'replied', action: 'add_to_list', list_id: w.feeding }) },
  ],
  [
    'PUT /api/campaigns/{id}/automations',
    {
      body: (w) => ({
        automations: [{ event: 'contacted', action: 'add_to_list', list_id: w.feeding }],
      }),
    },
  ],
  [
    'PATCH /api/campaigns/{id}/automations/{automationId}',
    { of: 'automation', body: () => ({ enabled: true }) },
  ],
  ['POST /api/lists/{id}/leads', { of: 'feeding', body: (w) => ({ leadIds: [w.fresh] }) }],
  [
    'POST /api/lists/{id}/leads/enrol',
    { of: 'feeding', body: () => ({ people: [{ email: 'new@people.test' }] }) },
  ],
  ['DELETE /api/lists/{id}/leads', { of: 'excluding', body: (w) => ({ leadIds: [w.kept] }) }],
  ['DELETE /api/lists', { body: (w) => ({ id: w.excluding }) }],
  [
    'POST /api/lists/import',
    { body: (w) => ({ leads: [{ email: 'n@a.test' }], listId: w.feeding }) },
  ],
  [
    'POST /api/lists/{id}/imports',
    {
      of: 'feeding',
      body: () => ({ content: 'm\nn@a.test\n', mapping: [{ column: 'm', field: 'email' }] }),
    },
  ],
  ['PATCH /api/leads', { body: (w) => ({ id: w.mute, email: 'mute@people.test' }) }],
  ['PATCH /api/email/accounts/{id}', { of: 'mailbox', body: () => ({ daily_limit: 1_000 }) }],
  [
    'PATCH /api/email/accounts/{id}',
    { of: 'mailbox', body: () => ({ hourly_limit: null, signature: 'Buy' }) },
  ],
  [
    'PATCH /api/email/accounts/{id}',
    { of: 'mailbox', body: () => ({ smtp: server, password: 'x' }) },
  ],
  [
    'PATCH /api/email/accounts/{id}',
    { of: 'mailbox', body: () => ({ imap: server, password: 'x' }) },
  ],
  ['PATCH /api/email/accounts/{id}', { of: 'brokenMailbox', body: () => ({ status: 'active' }) }],
  ['POST /api/email/accounts/{id}/check', { of: 'brokenMailbox', body: () => ({}) }],
  ['PATCH /api/x/accounts/{id}', { of: 'x', body: () => ({ daily_limit: 400 }) }],
  ['PATCH /api/x/accounts/{id}', { of: 'brokenX', body: () => ({ status: 'active' }) }],
  ['POST /api/x/accounts/{id}/check', { of: 'brokenX', body: () => ({}) }],
  ['POST /api/x/connect', { body: () => ({ acknowledge_rules: true }) }],
  ['POST /api/x/connect', { body: (w) => ({ account_id: w.x, acknowledge_rules: true }) }],
  ['PATCH /api/unipile/accounts/{id}', { of: 'seat', body: () => ({ weekly_message_limit: 101 }) }],
  ['PATCH /api/unipile/accounts/{id}', { of: 'seat', body: () => ({ min_gap_seconds: 0 }) }],
  ['POST /api/unipile/connect', { body: () => ({}) }],
  ['POST /api/unipile/reconnect', { body: (w) => ({ accountId: w.seat }) }],
  ['POST /api/unipile/refresh', { body: (w) => ({ accountId: w.brokenSeat }) }],
  [
    'POST /api/v1/campaigns/v2/{campaignId}/leads',
    { body: () => ({ leads: [{ username: 'new@people.test' }] }) },
  ],
  [
    'PATCH /api/v1/campaigns/v2/{campaignId}/leads/{identifier}',
    {
      path: () => 'lacking@people.test?by=username',
      body: (w) => ({ data: { [w.column]: 'Rome' } }),
    },
  ],
  [
    'PATCH /api/v1/campaigns/v2/{campaignId}',
    { body: () => ({ hourlyMessageRate: 25, scheduleTimezone: 'UTC' }) },
  ],
  [
    'PATCH /api/v1/campaigns/v2/{campaignId}/rules',
    { body: (w) => ({ syncedListIds: [bare(w.unused)] }) },
  ],
  [
    'PUT /api/v1/campaigns/v2/{campaignId}/sequence',
    { campaign: 'xCampaign', body: () => ({ steps }) },
  ],
  [
    'PUT /api/v1/campaigns/v2/{campaignId}/automations',
    {
      body: (w) => ({
        automations: [
          { trigger: 'contacted', action: 'addToList', actionData: { listId: bare(w.feeding) } },
        ],
      }),
    },
  ],
  [
    'PATCH /api/v1/campaigns/v2/{campaignId}/automations',
    { body: (w) => ({ automations: [{ id: bare(w.automation), enabled: true }] }) },
  ],
  [
    'POST /api/v1/lists/{listId}/leads',
    { of: 'feeding', body: () => ({ platformIds: ['someone'] }) },
  ],
  ['DELETE /api/v1/lists/{listId}', { of: 'excluding', body: () => ({}) }],
  [
    'POST /api/v1/lists/{listId}/import-jobs',
    {
      of: 'feeding',
      body: () => ({
        data: {
          type: 'csv',
          content: 'm\nn@a.test\n',
          columnMapping: [{ csvHeader: 'm', targetColumnId: 'email' }],
        },
      }),
    },
  ],
];

/** What a key without send may do to a launched campaign: look after lists, and brake. */
export const brakes: [route: string, attack: Attack][] = [
  ['PATCH /api/campaigns/{id}', { body: () => ({ name: 'Renamed', hourly_limit: 1 }) }],
  ['POST /api/campaigns/{id}/pause', { body: () => ({}) }],
  ['POST /api/campaigns/{id}/leads/{prospectId}/pause', { of: 'waiting', body: () => ({}) }],
  ['POST /api/campaigns/{id}/leads/{prospectId}/cancel', { of: 'waiting', body: () => ({}) }],
  ['POST /api/campaigns/{id}/leads/{prospectId}/mark-replied', { of: 'waiting', body: () => ({}) }],
  ['DELETE /api/campaigns/{id}/leads', { body: (w) => ({ prospect_ids: [w.waiting] }) }],
  ['DELETE /api/lists/{id}/leads', { of: 'feeding', body: (w) => ({ leadIds: [w.mute] }) }],
  ['POST /api/lists/{id}/leads', { of: 'unused', body: (w) => ({ leadIds: [w.kept] }) }],
  ['PATCH /api/leads', { body: (w) => ({ id: w.mute, name: 'Still Mute' }) }],
  [
    'POST /api/suppressions',
    { body: () => ({ items: [{ kind: 'email', value: 'waiting@people.test' }] }) },
  ],
  ['PATCH /api/email/accounts/{id}', { of: 'mailbox', body: () => ({ status: 'paused' }) }],
  [
    'PATCH /api/email/accounts/{id}',
    { of: 'mailbox', body: () => ({ daily_limit: 1, hourly_limit: 1, min_gap_seconds: 60 }) },
  ],
  ['PATCH /api/unipile/accounts/{id}', { of: 'seat', body: () => ({ weekly_message_limit: 99 }) }],
  ['DELETE /api/campaigns/{id}', { body: () => ({}) }],
];

/** The request of an operation in a world, with the id of what it is about in its path. */
export function requestFor(route: string, world: World, { of, body, path, campaign }: Attack) {
  const own = of ? world[of] : world.campaign;
  const isOfCampaign = /\/campaigns\//.test(route);
  const second = path?.() ?? (/\{revision\}/.test(route) ? '1' : own);
  const parts = isOfCampaign ? [world[campaign ?? 'campaign'], second] : [own, second];
  const url = route.replaceAll(/\{\w+\}/g, () => parts.shift()!);
  return { route: url.includes('/v1/') ? url.replace(own, bare(own)) : url, body: body(world) };
}
