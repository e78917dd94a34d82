import { sql } from 'kysely';
import { expect } from 'vitest';
import { runAutomations } from '../../../../src/engine/people/automations.ts';
import { syncRules } from '../../../../src/engine/people/rules.ts';
import { hello } from '../../../factories/campaigns.ts';
import { addAccount, addMailbox, idleChannel } from '../../../factories/rows.ts';
import { testApi } from '../../../fixtures/api.ts';
import { addWorkspace } from '../../../fixtures/database.ts';
import { openEmailFixture } from '../../../fixtures/email.ts';

const env = {
  POSTRIDER_AI_PROVIDER: 'openai-compatible',
  POSTRIDER_AI_API_KEY: 'unused',
  POSTRIDER_AI_MODEL: 'unused',
  POSTRIDER_UNIPILE_DSN: 'http://127.0.0.1:1',
  POSTRIDER_UNIPILE_API_KEY: 'unused',
};
const t = await openEmailFixture({ env });
const { db, engine } = t;
const login = { begin: () => 'https://x.test/login', finish: () => Promise.reject(new Error()) };
const idle = [{ ...idleChannel('x'), login }, idleChannel('linkedin')];
const services = {
  ...t.services,
  channels: new Map([...t.services.channels, ...idle.map((one) => [one.type, one] as const)]),
};
export const { as } = testApi(services, { inboxWindows: [{ limit: 1_000_000, ms: 60_000 }] });

export type World = Awaited<ReturnType<typeof openWorld>>;
export type Ids = Omit<World, 'tenant' | 'state'>;

/**
 * A workspace with a launched campaign in which nobody may be written to: one has got a mail, one
 * waits for the mailbox's limit, one lacks a value, one is paused by hand, one is on a list that
 * keeps people out.
 */
export async function openWorld() {
  const tenant = { ...t, ...(await addWorkspace(db, t.clock.now())) };
  const admin = await as(tenant);
  const ask = async (route: string, body?: unknown) => {
    const answer = await admin(route, body);
    expect(answer.status, `${route} ${answer.text}`).toBeLessThan(300);
    return answer.body;
  };
  const make = async (route: string, body: object, noun: string) =>
    ((await ask(route, body))[noun] as { id: string }).id;
  const account = (type: string, status: string) => {
    const id = services.newId();
    const names = { email_address: `${id}@sender.test`, provider_account_id: id };
    return addAccount(tenant, { id, type, status, ...names, cursor: {} });
  };
  const mailbox = await addMailbox(tenant, {
    address: `me${services.newId()}@sender.test`,
    smtp: t.sink,
    dailyLimit: 1,
    minGapSeconds: 0,
  });
  const [x, seat] = [await account('x', 'active'), await account('linkedin', 'active')];
  const refused = 'credentials_required';
  const [brokenMailbox, brokenX, brokenSeat] = [
    await account('email', refused),
    await account('x', refused),
    await account('linkedin', refused),
  ];
  const launched = async (type: string, senders: string[]) => {
    const id = await make(
      'POST /api/campaigns',
      { type, name: `${type} ${services.newId()}`, sender_account_ids: senders },
      'campaign',
    );
    await sql`update campaigns set status = 'paused' where id = ${id}`.execute(db);
    return id;
  };
  await launched('email', [brokenMailbox]);
  const xCampaign = await launched('x', [x, brokenX]);
  await launched('linkedin', [seat, brokenSeat]);

  const [mute, kept] = [
    await make('POST /api/leads', { name: 'No Address' }, 'lead'),
    await make('POST /api/leads', { email: 'kept-out@people.test' }, 'lead'),
  ];
  const fresh = await make('POST /api/leads', { email: 'fresh@people.test' }, 'lead');
  const feeding = await make('POST /api/lists', { name: 'In', leadIds: [mute, kept] }, 'list');
  const excluding = await make('POST /api/lists', { name: 'Out', leadIds: [kept] }, 'list');
  const unused = await make('POST /api/lists', { name: 'Other', leadIds: [fresh] }, 'list');
  const campaign = await make(
    'POST /api/campaigns',
    {
      type: 'email',
      name: 'Running',
      sender_account_ids: [mailbox],
      roster: 'open',
      hourly_limit: 5,
    },
    'campaign',
  );
  await ask(`PATCH /api/campaigns/${campaign}`, { sequence_nodes: [hello, { type: 'end' }] });
  const column = await make(`POST /api/campaigns/${campaign}/columns`, { name: 'City' }, 'column');
  const put = { event: 'replied', action: 'add_to_list', list_id: feeding, enabled: false };
  const automation = await make(`POST /api/campaigns/${campaign}/automations`, put, 'automation');
  await ask(`PATCH /api/campaigns/${campaign}/rules`, {
    synced_list_ids: [feeding],
    excluded_list_ids: [excluding],
  });
  const person = (name: string, more = {}) => ({ email: `${name}@people.test`, ...more });
  await ask(`POST /api/campaigns/${campaign}/leads`, {
    prospects: [
      person('paused', { first_name: 'Pia' }),
      person('sent', { first_name: 'Sam' }),
      person('lacking'),
      person('waiting', { first_name: 'Wes' }),
    ],
  });
  const { prospects } = (await ask(`GET /api/campaigns/${campaign}/leads`)) as {
    prospects: { id: string; email: string }[];
  };
  const [paused, , lacking, waiting] = prospects.map(({ id }) => id) as [
    string,
    string,
    string,
    string,
  ];
  await ask(`POST /api/campaigns/${campaign}/generate-messages`);
  const draft = await sql<{ id: string }>`
    select id from messages where campaign_id = ${campaign} and prospect_id = ${waiting}`.execute(
    db,
  );
  await ask(`POST /api/campaigns/${campaign}/leads/${paused}/pause`);
  await ask(`POST /api/campaigns/${campaign}/launch`);
  await settle();
  const ids = {
    campaign,
    xCampaign,
    mailbox,
    x,
    seat,
    brokenMailbox,
    brokenX,
    brokenSeat,
    mute,
    kept,
    fresh,
    feeding,
    excluding,
    unused,
    column,
    automation,
    paused,
    lacking,
    waiting,
    draft: draft.rows[0]!.id,
  };
  return { ...ids, tenant, state: () => readState(campaign) };
}

/** Carries out what rules, automations and lanes have to do at this instant. */
export async function settle(): Promise<void> {
  for (let work = 1; work > 0; )
    work = (await syncRules(services)) + (await runAutomations(services));
  await engine.runDue();
}

/** The messages that were reserved, and the people of a campaign who are due. */
async function readState(campaign: string): Promise<{ reserved: string[]; due: string[] }> {
  const reserved = await sql<{ id: string }>`
    select id from messages where campaign_id = ${campaign} and state <> 'draft' order by id`.execute(
    db,
  );
  const due = await sql<{ id: string }>`
    select id from prospects where campaign_id = ${campaign} and ended_at is null and hold is null
    order by id`.execute(db);
  return { reserved: reserved.rows.map(({ id }) => id), due: due.rows.map(({ id }) => id) };
}
