import { z } from 'zod';
import type { Operation } from '../../operation.ts';
import type { Dialect } from '../openapi/dialect.ts';
import { automationRoutes } from './automations.ts';
import { campaignRoutes } from './campaigns.ts';
import { columnRoutes } from './columns.ts';
import { firstVersionRoutes } from './first-version.ts';
import { importJobRoutes } from './import-jobs.ts';
import { labelRoutes } from './labels.ts';
import { leadRoutes } from './leads.ts';
import { listRoutes } from './lists.ts';
import { prospectRoutes } from './prospects.ts';
import { basePath } from './route.ts';
import { teamRoutes } from './team.ts';
import { threadRoutes } from './threads/routes.ts';

/** The routes of Inbox's API that exist here. */
export const inboxRoutes: readonly Operation[] = [
  ...campaignRoutes,
  ...automationRoutes,
  ...leadRoutes,
  ...columnRoutes,
  ...firstVersionRoutes,
  ...listRoutes,
  ...importJobRoutes,
  ...prospectRoutes,
  ...labelRoutes,
  ...teamRoutes,
  ...threadRoutes,
];

const failure = z.object({
  error: z.object({
    code: z.string().describe('`CAMPAIGN_NOT_FOUND` and the like; stable.'),
    message: z.string().describe('The error, naming the field.'),
    status: z.int(),
  }),
});

const limited = Object.fromEntries(
  ['Limit', 'Remaining', 'Reset'].map((word) => [
    `X-RateLimit-${word}`,
    { schema: { type: 'integer' } },
  ]),
);
const content = { 'application/json': { schema: { $ref: '#/components/schemas/Failure' } } };
const failures = {
  '4XX': {
    description: 'The request cannot be carried out; 429 has `Retry-After`.',
    headers: limited,
    content,
  },
  '5XX': { description: 'The server failed. The request may be repeated.', content },
};

/** `Update lead rules` becomes `UpdateLeadRules`. */
const camel = (summary: string) =>
  summary.replaceAll(/[^a-z0-9]+([a-z0-9])|[^a-z0-9]+$/gi, (_all, next = '') => next.toUpperCase());

/** The OpenAPI dialect of Inbox's API, without the extras of ours. */
export const inboxDialect: Dialect = {
  title: 'Postrider: the API of Inbox',
  description:
    'A second set of names for the same things: ' +
    'a campaign made here is the campaign the rest of Postrider shows. ' +
    'Ids are lower-case letters and digits, instants RFC 3339 in UTC.',
  base: basePath,
  nouns: {
    'account-links': ['Account links', 'Accounts that send.'],
    campaigns: ['Campaigns', 'Campaigns, their rules, sequence, automations, leads and columns.'],
    lists: ['Lists', 'Named sets of leads, and imports of tables into them.'],
    members: ['Members', 'Members of the team.'],
    prospects: ['Prospects', 'People known to the workspace.'],
    statuses: ['Statuses', 'Stages of the pipeline: a prospect has one.'],
    tags: ['Tags', 'Labels: a prospect may have many.'],
    team: ['Team', 'The workspace.'],
    threads: ['Threads', 'Conversations of an account with a prospect, and their messages.'],
  },
  tagOf: ({ route }) => route.split('/')[3]!,
  idOf: ({ summary }) => camel(summary).replace(/^./, (first) => first.toLowerCase()),
  failure: { Failure: failure },
  failuresOf: () => failures,
  headersOf: ({ route }) => (route.startsWith('GET ') ? [] : ['IdempotencyKey']),
  warns: false,
  sessions: false,
  more: ({ scope }) => ({ 'x-scope': scope }),
};
