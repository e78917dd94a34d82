import { expect, test } from 'vitest';
import { dayMs, hourMs } from '../../../src/domain/time.ts';
import { updateCampaign } from '../../../src/operations/campaigns/update.ts';
import { createLead } from '../../../src/operations/leads/create.ts';
import { listLeads } from '../../../src/operations/leads/list.ts';
import { erasePerson } from '../../../src/operations/people/erase.ts';
import { searchForPerson } from '../../../src/operations/people/search.ts';
import { listReplies } from '../../../src/operations/replies/list.ts';
import { addProspects } from '../../../src/operations/roster/add.ts';
import { listRoster } from '../../../src/operations/roster/list.ts';
import { listSuppressions } from '../../../src/operations/suppressions/list.ts';
import { removeSuppression } from '../../../src/operations/suppressions/remove.ts';
import { createWorkspace } from '../../../src/operations/workspaces/create.ts';
import { delayHours, followUp, hello, launchEmailCampaign } from '../../factories/campaigns.ts';
import { addMailbox } from '../../factories/rows.ts';
import { testApi } from '../../fixtures/api.ts';
import { mailsByRecipient, openEmailFixture } from '../../fixtures/email.ts';
import { mail } from '../../fixtures/mails.ts';

const t = await openEmailFixture();
const { call, fail } = t;
let serial = 0;

async function launch(people: readonly object[], settings: object = {}) {
  serial += 1;
  const sender = await addMailbox(t, {
    address: `s${serial}@sender.test`,
    smtp: t.sink,
    dailyLimit: 500,
    minGapSeconds: 1,
  });
  const id = await launchEmailCampaign(t, {
    name: `Campaign ${serial}`,
    senders: [sender],
    nodes: [hello, delayHours(24), followUp],
    people,
    settings: { roster: 'open', ...settings },
  });
  return { id, sender };
}

const mailsTo = (address: string) => mailsByRecipient(t)[address] ?? 0;

const answerOf = (from: string, text: string) => mail({ from, subject: 'Re: Hello', body: text });

/** Every text of the database that holds a word, by table. */
async function findWord(word: string): Promise<string[]> {
  const tables = await t.db.introspection.getTables();
  const found: string[] = [];
  for (const { name, schema } of tables) {
    if (schema !== 'public') continue;
    const rows = await t.db
      .selectFrom(name as never)
      .selectAll()
      .execute();
    if (JSON.stringify(rows).toLowerCase().includes(word)) found.push(name);
  }
  return found;
}

test('an erased person is gone from everywhere, and never written to again', async () => {
  const zoe = { email: 'zoe@secret.test', first_name: 'Zoehanna', company: 'Hideaway' };
  const first = await launch([zoe, { email: 'ann@people.test', first_name: 'Ann' }]);
  const second = await launch([{ ...zoe, linkedin_url: 'https://www.linkedin.com/in/zoehanna' }]);
  await call(createLead, { email: zoe.email, name: { first: 'Zoehanna' } });
  await t.runFor(2 * hourMs);
  expect(mailsTo(zoe.email)).toBe(2);
  await t.deliver(first.sender, answerOf(zoe.email, 'Zoe says hello'));
  await t.readInboxes();
  await t.runFor(hourMs);
  const before = await call(searchForPerson, { q: ' ZOE@secret.test ' });
  expect(
    before.people.map(({ campaign_name, sent, status }) => [campaign_name, sent, status]),
  ).toEqual(
    expect.arrayContaining([
      ['Campaign 1', 1, expect.any(String)],
      ['Campaign 2', 1, expect.any(String)],
    ]),
  );
  expect((await call(searchForPerson, { q: 'zoehan' })).people).toHaveLength(2);

  const { erased } = await call(erasePerson, { email: 'Zoe@Secret.test' });
  expect(erased).toMatchObject({ identities: 2, campaigns: 2, leads: 1 });
  expect(await findWord('zoe')).toEqual([]);
  expect(await findWord('hideaway')).toEqual([]);
  expect((await call(searchForPerson, { q: 'zoe@secret.test' })).people).toEqual([]);
  expect((await call(listLeads, { q: 'zoe' })).leads).toEqual([]);
  await t.checkLaws();

  const known = { email: 'other@secret.test', linkedin_url: 'linkedin.com/in/Zoehanna/' };
  await call(addProspects, { id: second.id, prospects: [zoe, known] });
  const { prospects } = await call(listRoster, { id: second.id, q: 'zoe' });
  expect(prospects[0]).toMatchObject({ because: 'suppressed' });
  await t.runFor(3 * dayMs);
  expect([mailsTo(zoe.email), mailsTo(known.email), mailsTo('ann@people.test')]).toEqual([2, 0, 2]);
  const { suppressions } = await call(listSuppressions, { kind: 'erased' });
  expect(suppressions.map(({ reason }) => reason)).toEqual(['erased', 'erased']);

  await call(removeSuppression, { value: zoe.email });
  expect((await call(listSuppressions, { kind: 'erased' })).total).toBe(1);
});

test('an erasure needs a name, and waits while a message is on its way', async () => {
  const { id } = await launch([{ email: 'yan@people.test', first_name: 'Yan' }]);
  expect(await fail(erasePerson, {})).toMatchObject({ status: 400 });
  expect(await fail(erasePerson, { email: 'nobody' })).toMatchObject({
    status: 400,
    errors: [{ pointer: '/email' }],
  });
  const held = (hold: string | null) =>
    t.db.updateTable('prospects').set({ hold }).where('campaign_id', '=', id).execute();
  await held('reserved');
  expect(await fail(erasePerson, { email: 'yan@people.test' })).toMatchObject({
    status: 409,
    code: 'prospect.in_hand',
  });
  await held(null);
});

test('replies of all campaigns are one list, the newest first', async () => {
  const people = ['bea', 'cai'].map((name) => ({ email: `${name}@people.test`, first_name: name }));
  const one = await launch([people[0]!]);
  const two = await launch([people[1]!]);
  await t.runFor(hourMs);
  for (const [name, { sender }] of [['bea', one] as const, ['cai', two] as const]) {
    await t.deliver(sender, answerOf(`${name}@people.test`, 'Tell me more'));
    await t.readInboxes();
    await t.runFor(hourMs);
  }
  const { replies, next_cursor } = await call(listReplies, { limit: 1 });
  expect(replies).toMatchObject([
    {
      person_email: 'cai@people.test',
      campaign_id: two.id,
      sender_id: two.sender,
      kind: 'reply',
      snippet: expect.any(String),
    },
  ]);
  const more = await call(listReplies, { cursor: next_cursor!, limit: 1 });
  expect(more.replies).toMatchObject([{ person_email: 'bea@people.test' }]);
  expect((await call(listReplies, { campaign_id: one.id })).replies).toHaveLength(1);
});

test('held people are listed by the reason and what it is about', async () => {
  const people = [
    { email: 'dee@people.test' },
    { email: 'eli@people.test' },
    { email: 'fin@people.test', first_name: 'Fin' },
  ];
  const { id } = await launch(people);
  await t.runFor(hourMs);
  const names = async (filter: object) =>
    (await call(listRoster, { id, ...filter })).prospects.map(({ email }) => email!.slice(0, 3));
  expect(await names({ hold: 'missing_variable' })).toEqual(['dee', 'eli']);
  expect(await names({ hold: 'any', hold_detail: 'first_name' })).toEqual(['dee', 'eli']);
  expect(await names({ hold: 'paused' })).toEqual([]);
  expect((await call(listRoster, { id, hold: 'any' })).total).toBe(2);
  await t.db
    .updateTable('messages')
    .set({ state: 'unknown' })
    .where('campaign_id', '=', id)
    .execute();
  expect(await names({ unknown: true })).toEqual(['fin']);
  await t.db.updateTable('messages').set({ state: 'sent' }).where('campaign_id', '=', id).execute();
  await call(updateCampaign, { id, roster: 'frozen' });
});

test('an admin of the first workspace makes live workspaces of their own', async () => {
  const made = await call(createWorkspace, { name: 'Client A', mode: 'live', member: 'Alex' });
  expect(made.workspace.mode).toBe('live');
  const { anonymous } = testApi(t.services);
  const bearer = { authorization: `Bearer ${made.key}` };
  const members = await anonymous('GET /api/members', undefined, bearer);
  expect(members.body).toMatchObject({ members: [{ name: 'Alex' }] });
  expect((await anonymous('GET /api/campaigns', undefined, bearer)).body).toMatchObject({
    total: 0,
  });
  expect(
    await anonymous('POST /api/workspaces', { name: 'Mine', mode: 'live' }, bearer),
  ).toMatchObject({ status: 403, body: { code: 'workspace.not_server_admin' } });
  expect(
    await fail(createWorkspace, { name: 'X', mode: 'live', clock: '2026-01-01T00:00:00Z' }),
  ).toMatchObject({
    status: 400,
    errors: [{ pointer: '/clock' }],
  });
});
