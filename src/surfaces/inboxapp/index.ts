import { z } from 'zod';
import type { Operation } from '../../operation.ts';
import type { Dialect } from '../openapi.ts';
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

/** All there is of Inbox's API here. */
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
];

const failure = z.object({
  error: z.object({
    code: z.string().describe('`CAMPAIGN_NOT_FOUND` and the like; stable.'),
    message: z.string().describe('What is wrong, naming the field.'),
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
    description: 'What was asked cannot be done; 429 has `Retry-After`.',
    headers: limited,
    content,
  },
  '5XX': { description: 'It failed here, and may be asked again.', content },
};

/** `Update lead rules` as a name for code. */
const camel = (summary: string) =>
  summary.replaceAll(/[^a-z0-9]+([a-z0-9])|[^a-z0-9]+$/gi, (_all, next = '') => next.toUpperCase());

/** The description of Inbox's API: its paths and failures, without the extras of ours. */
export const inboxDialect: Dialect = {
  title: 'Postrider: the API of Inbox',
  description:
    'A second set of names for the same things: a campaign made here is the campaign the rest of Postrider shows. ' +
    'Ids are lower-case letters and digits, instants RFC 3339 in UTC.',
  base: basePath,
  nouns: {
    'account-links': ['Account links', 'Accounts that send.'],
    campaigns: ['Campaigns', 'Campaigns, their rules, sequence, automations, leads and columns.'],
    lists: ['Lists', 'Named sets of leads, and the tables that are brought into them.'],
    members: ['Members', 'Who works in the team.'],
    prospects: ['Prospects', 'People, wherever they were met.'],
    statuses: ['Statuses', 'Stages of the pipeline: a prospect has one.'],
    tags: ['Tags', 'Labels: a prospect may have many.'],
    team: ['Team', 'The workspace.'],
  },
  tagOf: ({ route }) => route.split('/')[3]!,
  idOf: ({ summary }) => camel(summary).replace(/^./, (first) => first.toLowerCase()),
  failure: { Failure: failure },
  failuresOf: () => failures,
  headersOf: ({ route }) => (route.startsWith('GET ') ? [] : ['IdempotencyKey']),
  warns: false,
  more: ({ scope }) => ({ 'x-scope': scope }),
};
