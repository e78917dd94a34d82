import { sql } from 'kysely';
import { AppError } from '../src/errors.ts';
import { type Operation, runOperation } from '../src/operation.ts';
import { accountUsage } from '../src/operations/campaigns/account-usage.ts';
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
import {
  cost,
  type Figure,
  type House,
  interleave,
  openHouse,
  percentile,
} from './fixtures/harness.ts';
import { addSenders, waitingCampaign } from './fixtures/people.ts';
import { fillTables } from './fixtures/tables.ts';

const many = 5_000_000;
const few = 50_000;
const senders = 20;
/** Different questions of a kind; they come again until they have taken long enough for the slowest in a hundred to mean something. */
const calls = 100;
const minMs = 400;
const rounds = 7;

type Filled = {
  house: House;
  campaign: string;
  list: string;
  import: string;
  sender: string;
  rows: number;
};
/** A question, with the numbers that differ from call to call; `share` is where in the whole it asks, 0 to 1. */
type Ask = {
  name: string;
  operation: Operation;
  input: (at: Filled, share: number) => Record<string, unknown>;
};

const page = (rows: number, share: number) => Math.max(1, Math.ceil((rows / 200) * share));
const asks: Ask[] = [
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

/** p99 of every list and every statistic, any page and any filter, with five million rows in each table against fifty thousand. */
export async function bench(): Promise<Figure[]> {
  const [small, large] = [await filled(few), await filled(many)];
  const figures: Figure[] = [];
  try {
    for (const ask of asks) {
      process.stderr.write(`${ask.name}\n`);
      const pair = await interleave(
        rounds,
        () => p99(large, ask),
        () => p99(small, ask),
      );
      figures.push(cost(`lists ${ask.name}`, 'ms p99', pair));
    }
    return figures;
  } finally {
    for (const { house } of [small, large]) await house.close();
  }
}

async function filled(rows: number): Promise<Filled> {
  const house = await openHouse();
  const lanes = await addSenders(house, senders, { host: '127.0.0.1', port: 25 });
  const campaign = await waitingCampaign(house, { name: 'large', people: rows, senders: lanes });
  const made = await fillTables(house, { campaign, rows });
  await sql`vacuum analyze`.execute(house.services.db);
  return { house, campaign, ...made, sender: lanes[0]!, rows };
}

/** Calls in a row, of which the slowest in a hundred counts, in ms. */
async function p99(at: Filled, ask: Ask): Promise<number> {
  const { services, workspaceId, memberId } = at.house;
  const caller = { workspaceId, memberId, keyId: services.newId(), scopes: ['admin'] } as const;
  const times: number[] = [];
  for (const end = performance.now() + minMs; times.length < calls || performance.now() < end; ) {
    const raw = ask.input(at, (times.length % calls) / calls);
    const from = performance.now();
    await runOperation(ask.operation, services, { caller, raw }).catch(expectRefusal);
    times.push(performance.now() - from);
  }
  return percentile(times, 0.99);
}

/** Pages beyond those that can be had by number are refused, and say how to go on. @throws anything else */
function expectRefusal(error: unknown): void {
  if (!(error instanceof AppError) || error.code !== 'request.invalid') throw error;
}
