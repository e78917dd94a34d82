import { z } from 'zod';
import { type ErrorCode, errorTable } from '../../errors.ts';
import type { Operation } from '../../operation.ts';

/** The parts of an OpenAPI description in which our APIs differ. */
export type Dialect = {
  title: string;
  description: string;
  /** The path before all of its paths. */
  base: string;
  /** The titles and descriptions of its tags, in the order of the page. */
  nouns: Readonly<Record<string, readonly [title: string, description: string]>>;
  tagOf: (operation: Operation) => string;
  idOf: (operation: Operation) => string;
  /** The schema of its errors, by its name. */
  failure: Readonly<Record<string, z.ZodType>>;
  /** The responses of an operation besides success. */
  failuresOf: (operation: Operation) => Record<string, unknown>;
  /** The parameters that an operation takes as headers. */
  headersOf: (operation: Operation) => string[];
  /** Whether answers may have warnings. */
  warns: boolean;
  /** Whether callers may have signed in. */
  sessions: boolean;
  /** Further fields of an operation. */
  more: (operation: Operation) => Record<string, unknown>;
};

export const ref = (kind: string, name: string) => ({ $ref: `#/components/${kind}/${name}` });

export const isWrite = (operation: Operation) => !operation.route.startsWith('GET ');

const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string().describe('The error in this very case.'),
  error: z.string().describe('The same as detail.'),
  code: z.string().describe('Stable; the codes of each operation are listed with its answers.'),
  hint: z.string().describe('What to do about it.'),
  errors: z.array(
    z.object({
      pointer: z.string().describe('JSON Pointer to the field.'),
      code: z.string(),
      message: z.string(),
    }),
  ),
  request_id: z.uuid(),
});

/** The tags: nouns of operation names, with title and description. */
const nouns: Dialect['nouns'] = {
  campaign: ['Campaigns', 'One channel, its settings, a sequence, senders and a roster.'],
  sequence: ['Sequences', 'The nodes of a draft campaign, one at a time.'],
  revision: [
    'Revisions',
    "Versions of a campaign's sequence, and the effect of a change on the people under way.",
  ],
  campaign_lead: [
    'People of a campaign',
    "A campaign's roster: people's copies in it, and how they get there.",
  ],
  campaign_rule: [
    'Lead rules',
    'Lists that feed a campaign while it runs, and leads that stay out.',
  ],
  campaign_column: ['Columns', "Fields of a campaign's own, with a value for each of its people."],
  automation: ['Automations', 'Effects of an event of a person in a campaign.'],
  person: ['People', 'Somebody in all campaigns: where they stand, and how to erase them.'],
  reply: ['Replies', 'Received messages of all campaigns, the newest first.'],
  unmatched_mail: [
    'Unmatched mail',
    'Received mail that fits nobody, to be attached or dismissed.',
  ],
  thread: ['Threads', 'Conversations between a sender and a person, and answers by hand.'],
  thread_message: [
    'Messages by hand',
    'Messages that people write in threads, on their way or in doubt.',
  ],
  attention: ['Needs you', 'Causes that somebody has to mend, with the people who wait for it.'],
  import: ['Imports', 'Streamed CSV imports: progress, counts, rejects.'],
  message: ['Messages', 'Touches of people in a campaign: drafts, then sent messages.'],
  draft: ['Texts by a model', 'Progress of the texts that a model writes.'],
  explanation: ['Explanations', 'Why nothing is sent yet, and when it will be.'],
  activity: ['Activities', 'What happened to people, the newest first.'],
  dashboard: ['Dashboard', 'What campaigns have done, by week and over all time.'],
  event: ['Events', 'Events of the workspace, numbered without gaps.'],
  forecast: ['Forecasts', 'The sends to come by day, computed by the planner that sends.'],
  sender: ['Senders', 'Sender accounts, their limits and their plans.'],
  email_account: ['Mailboxes', 'Mailboxes that email campaigns send from, over SMTP and IMAP.'],
  unipile: ['LinkedIn accounts', 'LinkedIn accounts that campaigns send from, through Unipile.'],
  x_account: ['X accounts', 'X accounts that campaigns send from, through the API of X.'],
  x_profile: ['Profiles on X', 'People of X, looked up by their handles.'],
  account: ['Accounts of any kind', 'Accounts that send, whatever their channel.'],
  lead: ['Leads', 'People and companies known to the workspace.'],
  list: ['Lists', 'Named sets of leads.'],
  list_lead: ['People of a list', 'The leads of a list.'],
  list_import: ['Imports into a list', 'Tables of people on their way into a list.'],
  status: ['Lead statuses', 'Where a lead stands in the pipeline: each has one.'],
  tag: ['Tags', 'Labels of leads: each may have many.'],
  suppression: ['Suppressions', 'Addresses, domains and profiles that are never written to.'],
  key: ['API keys', 'API keys of the workspace.'],
  member: ['Members', 'Members of the workspace.'],
  session: ['Sessions', 'Who has signed in, where, and as what.'],
  link: ['Links', 'Invitations, new passwords and the first account: links that work once.'],
  settings: ['Settings', 'Settings of the whole workspace.'],
  workspace: ['Workspaces', 'Tenants: live ones, and sandboxes to rehearse in.'],
  clock: ['Clock', 'The clock of a sandbox workspace.'],
  verification: ['Verification', 'Whether everything in the database is as it must be.'],
};

/** The names that Puffle's pages give to operations of ours, as far as they name them. */
const puffleNames: Readonly<Record<string, string>> = {
  'campaign.get': 'getCampaign',
  'campaign.update': 'updateCampaign',
  'campaign.launch': 'launchCampaign',
  'campaign_lead.add': 'addLeadsToCampaign',
  'campaign_lead.import': 'importLeadsFromListToCampaign',
};

/** Our own API. */
export const apiDialect: Dialect = {
  title: 'Postrider',
  description:
    'Begin on the machine of the server: the first API key is in `.data/admin.key`, and the ' +
    'command line finds it there (`npx postrider --help`). Elsewhere send a key as ' +
    '`Authorization: Bearer …`. A first campaign takes six calls: `POST /api/email/accounts` ' +
    'connects a mailbox, `POST /api/campaigns` makes a draft, `PATCH /api/campaigns/{id}` ' +
    'writes its `sequence_nodes`, `POST /api/campaigns/{id}/leads` brings people, `GET ' +
    '/api/campaigns/{id}/validate` says what is missing, `POST /api/campaigns/{id}/launch` ' +
    'starts it. To try without sending anything, make a sandbox by `POST /api/workspaces`.\n\n' +
    'Every failure is one RFC 9457 problem document. Ids are UUIDs, instants RFC 3339 in UTC. ' +
    'What is not yours answers 404, as what does not exist.',
  base: '',
  nouns,
  tagOf: (operation) => operation.name.split('.')[0]!,
  idOf: (operation) => operation.name,
  failure: { Problem: problem },
  failuresOf,
  headersOf,
  warns: true,
  sessions: true,
  more: ({ name, cli, scope }) => ({
    'x-cli': `postrider ${cli}`,
    'x-scope': scope,
    ...(scope === 'open' ? { security: [] } : {}),
    ...(Object.hasOwn(puffleNames, name) ? { 'x-puffle-operation': puffleNames[name] } : {}),
  }),
};

function headersOf(operation: Operation): string[] {
  if (operation.body === 'stream') return ['Prefer', 'Workspace'];
  const workspace = operation.scope === 'open' ? [] : ['Workspace'];
  if (isWrite(operation))
    return operation.scope === 'open' ? ['Prefer'] : ['IdempotencyKey', 'Prefer', ...workspace];
  return operation.unknown === 'warn' ? ['Prefer', ...workspace] : workspace;
}

function failuresOf(operation: Operation): Record<string, unknown> {
  const { scope, errors } = operation;
  const general = generalErrors.filter((code) => scope !== 'open' || !code.startsWith('auth.'));
  const codes = new Set<ErrorCode>([...general, ...errors]);
  const byStatus = Map.groupBy(codes, (code) => errorTable[code].status);
  const failures = [...byStatus]
    .sort(([one], [other]) => one - other)
    .map(([status, group]) => {
      const description = group
        .map((code) => `\`${code}\`: ${errorTable[code].title}`)
        .join('\n\n');
      return [
        status,
        {
          description,
          content: { 'application/problem+json': { schema: ref('schemas', 'Problem') } },
        },
      ];
    });
  return Object.fromEntries(failures);
}

/** Errors of every operation. */
const generalErrors: readonly ErrorCode[] = [
  'request.invalid',
  'auth.required',
  'auth.invalid',
  'auth.session_over',
  'auth.scope',
  'auth.no_workspace',
  'auth.other_site',
  'request.rate_limited',
  'service.unavailable',
];
