import { sql } from 'kysely';
import { AppError } from '../src/errors.ts';
import { accountUsage } from '../src/operations/campaign-senders/usage.ts';
import { getCampaign } from '../src/operations/campaigns/get.ts';
import { listCampaigns } from '../src/operations/campaigns/list.ts';
import { listRejects } from '../src/operations/imports/rejects.ts';
import { listLeads } from '../src/operations/leads/list.ts';
import { listListLeads } from '../src/operations/lists/leads.ts';
import { listLists } from '../src/operations/lists/list.ts';
import { listMessages } from '../src/operations/messages/list.ts';
import { listRoster } from '../src/operations/roster/list.ts';
import { getSender } from '../src/operations/senders/get.ts';
import { listSenders } from '../src/operations/senders/list.ts';
import { listSuppressions } from '../src/operations/suppressions/list.ts';
import { type Figure, type Fixture, openFixture } from './fixtures/harness.ts';
import { addSenders, waitingCampaign } from './fixtures/people.ts';
import { compareRequests, type TimedRequest } from './fixtures/requests.ts';
import { fillTables } from './fixtures/tables.ts';

const many = 5_000_000;
const few = 50_000;
const senders = 20;

type Filled = {
  fixture: Fixture;
  campaign: string;
  list: string;
  import: string;
  sender: string;
  rows: number;
};
/** A request to measure. `share`, 0 to 1, is the place in the rows that the input should reach. */
const page = (rows: number, share: number) => Math.max(1, Math.ceil((rows / 200) * share));
const requests: TimedRequest<Filled>[] = [
  { name: 'campaign get', operation: getCampaign, input: ({ campaign }) => ({ id: campaign }) },
  { name: 'campaigns', operation: listCampaigns, input: () => ({ limit: 50 }) },
  { name: 'account usage', operation: accountUsage, input: ({ campaign }) => ({ id: campaign }) },
  { name: 'senders', operation: listSenders, input: () => ({}) },
  { name: 'sender get', operation: getSender, input: ({ sender }) => ({ id: sender }) },
  {
    name: 'roster page',
    operation: listRoster,
    input: ({ campaign, rows }, share) => ({ id: campaign, limit: 200, page: page(rows, share) }),
  },
  {
    name: 'roster status',
    operation: listRoster,
    input: ({ campaign, rows }, share) => ({
      id: campaign,
      limit: 200,
      status: 'sent',
      page: page(rows, share),
    }),
  },
  {
    name: 'roster rare status',
    operation: listRoster,
    input: ({ campaign }) => ({ id: campaign, limit: 200, status: 'replied' }),
  },
  {
    name: 'roster q',
    operation: listRoster,
    input: ({ campaign, rows }, share) => ({ id: campaign, q: `p${Math.floor(rows * share)}` }),
  },
  {
    name: 'roster wide q',
    operation: listRoster,
    input: ({ campaign }) => ({ id: campaign, q: 'p' }),
  },
  {
    name: 'roster wide q, rare status',
    operation: listRoster,
    input: ({ campaign }) => ({ id: campaign, q: 'p', status: 'replied' }),
  },
  {
    name: 'messages',
    operation: listMessages,
    input: ({ campaign }) => ({ id: campaign, status: 'sent', limit: 200 }),
  },
  {
    name: 'messages rare status',
    operation: listMessages,
    input: ({ campaign }) => ({ id: campaign, status: 'failed', limit: 200 }),
  },
  {
    name: 'messages nobody',
    operation: listMessages,
    input: ({ campaign, sender }) => ({
      id: campaign,
      status: 'all',
      prospect_id: sender,
      limit: 200,
    }),
  },
  {
    name: 'suppressions page',
    operation: listSuppressions,
    input: ({ rows }, share) => ({ limit: 200, page: page(rows, share) }),
  },
  {
    name: 'suppressions kind',
    operation: listSuppressions,
    input: () => ({ limit: 200, kind: 'domain' }),
  },
  {
    name: 'suppressions q',
    operation: listSuppressions,
    input: ({ rows }, share) => ({ limit: 200, q: `s${Math.floor(rows * share)}@` }),
  },
  { name: 'leads', operation: listLeads, input: () => ({ limit: 200 }) },
  { name: 'leads type', operation: listLeads, input: () => ({ limit: 200, type: 'company' }) },
  {
    name: 'leads q',
    operation: listLeads,
    input: () => ({ limit: 200, q: 'nobody is called so' }),
  },
  {
    name: 'leads company',
    operation: listLeads,
    input: () => ({ limit: 200, company: 'Company 77' }),
  },
  { name: 'lists', operation: listLists, input: () => ({}) },
  { name: 'list leads', operation: listListLeads, input: ({ list }) => ({ id: list, limit: 200 }) },
  {
    name: 'list leads type',
    operation: listListLeads,
    input: ({ list }) => ({ id: list, limit: 200, type: 'company' }),
  },
  {
    name: 'import rejects',
    operation: listRejects,
    input: ({ import: id, rows }, share) => ({ id, limit: 200, cursor: Math.floor(rows * share) }),
  },
];

/**
 * p99 of every list and every statistic, on all pages and with all filters, with five million rows
 * in each table against fifty thousand.
 */
export async function bench(): Promise<Figure[]> {
  const [small, large] = [await fill(few), await fill(many)];
  return compareRequests('lists', { requests, small, large, expectRefusal });
}

async function fill(rows: number): Promise<Filled> {
  const fixture = await openFixture();
  const lanes = await addSenders(fixture, senders, { host: '127.0.0.1', port: 25 });
  const campaign = await waitingCampaign(fixture, { name: 'large', people: rows, senders: lanes });
  const ids = await fillTables(fixture, { campaign, rows });
  await sql`vacuum analyze`.execute(fixture.services.db);
  return { fixture, campaign, ...ids, sender: lanes[0]!, rows };
}

/** Pages beyond the depth of page numbers are refused, which is fine. @throws any other error */
function expectRefusal(error: unknown): void {
  if (!(error instanceof AppError) || error.code !== 'request.invalid') throw error;
}
