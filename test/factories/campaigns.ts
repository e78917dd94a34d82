// Campaigns, made through the operations and the API as a caller makes them.
import assert from 'node:assert/strict';
import { createCampaign } from '../../src/operations/campaigns/create.ts';
import { launchCampaign as launch } from '../../src/operations/campaigns/launch.ts';
import { updateCampaign } from '../../src/operations/campaigns/update.ts';
import { addProspects } from '../../src/operations/roster/add.ts';
import type { Send } from '../fixtures/api.ts';
import { createCaller } from '../fixtures/caller.ts';
import type { TestDatabase } from '../fixtures/database.ts';
import { addPeople, addSender } from './rows.ts';

type Caller = Pick<ReturnType<typeof createCaller>, 'call'>;

export type CampaignOptions = {
  /** email unless given. */
  type?: 'email' | 'linkedin' | 'x';
  name: string;
  senders: readonly string[];
  /** Without the `end`. */
  nodes: readonly object[];
  people: readonly object[];
  settings?: object;
};

/** A draft with its sequence, settings and prospects. Returns its id. */
export async function draftCampaign({ call }: Caller, options: CampaignOptions): Promise<string> {
  const { type = 'email', name, senders, nodes, people, settings } = options;
  const { campaign } = await call(createCampaign, { type, name, sender_account_ids: senders });
  const { id } = campaign;
  await call(updateCampaign, { id, sequence_nodes: [...nodes, { type: 'end' }], ...settings });
  // The operation takes at most 1,000 prospects a call.
  for (let from = 0; from < people.length; from += 1000)
    await call(addProspects, { id, prospects: people.slice(from, from + 1000) });
  return id;
}

/** The same, launched. */
export async function launchCampaign(caller: Caller, options: CampaignOptions): Promise<string> {
  const id = await draftCampaign(caller, options);
  await caller.call(launch, { id });
  return id;
}

/** An email campaign of the test's workspace, launched. Returns its id. */
export const launchEmailCampaign = (
  test: Pick<TestDatabase, 'services' | 'workspaceId' | 'memberId'>,
  options: Omit<CampaignOptions, 'type'>,
): Promise<string> => launchCampaign(createCaller(test.services, test), options);

/** People with an address at people.test and a first name. */
export const people = (count: number, prefix = 'p') =>
  Array.from({ length: count }, (_, i) => ({
    email: `${prefix}${i}@people.test`,
    first_name: `P${i}`,
  }));

export const hello = {
  type: 'email',
  subject: 'Hello %first_name%',
  body: 'Hi %first_name%, from %sender_first%.',
};
export const followUp = { type: 'email', is_reply: true, body: 'Any thoughts, %first_name%?' };
export const delayHours = (hours: number) => ({ type: 'delay', delay_hours: hours });

type Body = Record<string, unknown>;

/** Steps that tests of campaigns share, through the API. */
export function campaignSteps(send: Send, database: TestDatabase) {
  let serial = 0;
  const { db } = database;
  const ok = async (route: string, body?: unknown): Promise<Body> => {
    const answer = await send(route, body);
    assert.ok(answer.status < 300, `${route} ${answer.status} ${answer.text}`);
    return answer.body;
  };
  const create = async (
    fields: Body = {},
  ): Promise<Body & { id: string; sequence_nodes: Body[] }> => {
    serial += 1;
    const { campaign } = await ok('POST /api/campaigns', {
      type: 'email',
      name: `Campaign ${serial}`,
      ...fields,
    });
    return campaign as Body & { id: string; sequence_nodes: Body[] };
  };
  /** A draft that is ready to launch: texts, a sender, one prospect. */
  const createReady = async (fields: Body = {}) => {
    const sender = await addSender(db, database);
    const campaign = await create({ sender_account_ids: [sender], ...fields });
    await ok(`PATCH /api/campaigns/${campaign.id}`, {
      sequence_nodes: [
        { type: 'email', subject: 'Hi %first_name%', body: 'Hello %first_name%' },
        { type: 'end' },
      ],
    });
    const [person] = await addPeople(db, database, campaign.id, [
      { first_name: 'Jane', email: `jane${serial}@example.com` },
    ]);
    return { id: campaign.id, sender, person: person! };
  };
  const createActive = async (fields: Body = {}) => {
    const ready = await createReady(fields);
    await ok(`POST /api/campaigns/${ready.id}/launch`);
    return ready;
  };
  const createIn = async (status: string): Promise<string> => {
    if (status === 'draft') return (await create()).id;
    const { id } = await createActive();
    if (status === 'paused') await ok(`POST /api/campaigns/${id}/pause`);
    if (status === 'completed')
      await db.updateTable('campaigns').set({ status }).where('id', '=', id).execute();
    return id;
  };
  return { ok, create, createReady, createActive, createIn };
}
