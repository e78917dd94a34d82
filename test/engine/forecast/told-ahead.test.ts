import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { hourMs } from '../../../src/domain/time.ts';
import { pauseCampaign } from '../../../src/operations/campaigns/pause.ts';
import { explainOneCampaign } from '../../../src/operations/explanations/campaign.ts';
import { explainOneProspect } from '../../../src/operations/explanations/prospect.ts';
import { explainOneSender } from '../../../src/operations/explanations/sender.ts';
import { showForecast } from '../../../src/operations/forecasts/show.ts';
import { listRoster } from '../../../src/operations/roster/list.ts';
import { getSenderSchedule } from '../../../src/operations/senders/schedule.ts';
import { addSuppressions } from '../../../src/operations/suppressions/add.ts';
import { delayHours, followUp, hello, launchEmailCampaign } from '../../factories/campaigns.ts';
import { addMailbox } from '../../factories/rows.ts';
import { openEmailFixture } from '../../fixtures/email.ts';
import { readProspects } from '../../fixtures/engine.ts';

const t = await openEmailFixture();
const { call, clock } = t;

const mailbox = (name: string, dailyLimit = 30) =>
  addMailbox(t, { address: `${name}@sender.test`, smtp: t.sink, dailyLimit });
const closed = () => ({
  operating_hours: { [String((clock.now().getUTCDay() + 2) % 7)]: { start: 600, end: 1000 } },
  timezone: 'UTC',
});
const told = async (id: string) => {
  const { prospects } = await call(listRoster, { id });
  return Object.fromEntries(prospects.map((one) => [one.email?.split('@')[0], one]));
};

test('people who will be skipped or held are told so before their turn comes', async () => {
  const items = [{ kind: 'domain', value: 'blocked.test', reason: 'asked' }];
  await call(addSuppressions, { items });
  const id = await launchEmailCampaign(t, {
    name: 'Fates',
    senders: [await mailbox('fates')],
    nodes: [hello, delayHours(24), { ...followUp, body: 'At %company%?' }],
    people: [
      { email: 'sue@mail.blocked.test', first_name: 'Sue', company: 'A' },
      { email: 'hal@people.test', company: 'A' },
      { email: 'ann@people.test', first_name: 'Ann', company: 'A' },
      { email: 'bob@people.test', first_name: 'Bob' },
    ],
    settings: closed(),
  });
  const { sue, hal, ann } = await told(id);
  expect(ann).toMatchObject({ because: 'operating_hours', expected_at: expect.any(String) });
  for (const [person, code, words] of [
    [sue, 'suppressed', /suppressed \(domain blocked.test: asked\) and will be skipped/],
    [hal, 'missing_variable', /will be held \(missing_variable: first_name\)/],
  ] as const) {
    expect(person).toMatchObject({ because: code, next_touch_at: null, expected_at: null });
    const explained = await call(explainOneProspect, { id, prospectId: person!.id });
    expect(explained).toMatchObject({
      binding: { code, words: expect.stringMatching(words), opens_at: null },
      next_touch: { expected_at: null },
    });
  }
  const forecast = await call(showForecast, { id });
  expect(forecast).toMatchObject({
    sends: 3,
    people: { reached: 2, held: 0, will_be_held: 2, will_be_skipped: 1 },
  });
  await t.runFor(21 * 24 * hourMs);
  expect((await readProspects(t, id)).map(({ status, hold }) => [status, hold])).toEqual([
    ['skipped', null],
    ['pending', 'missing_variable'],
    ['completed', null],
    ['sent', 'missing_variable'],
  ]);
});

test('a campaign whose texts nobody can get tells everybody so', async () => {
  const nameless = await mailbox('nameless');
  await sql`update senders set first_name = null where id = ${nameless}`.execute(t.db);
  const id = await launchEmailCampaign(t, {
    name: 'Nameless',
    senders: [nameless],
    nodes: [hello],
    people: [{ email: 'eve@people.test', first_name: 'Eve' }],
    settings: closed(),
  });
  expect((await told(id)).eve).toMatchObject({ because: 'missing_variable' });
  const { sends, people } = await call(showForecast, { id });
  expect([sends, people]).toMatchObject([0, { reached: 0, will_be_held: 1 }]);
});

test('without a worker nobody is promised anything', async () => {
  const sender = await mailbox('unserved');
  const id = await launchEmailCampaign(t, {
    name: 'Unserved',
    senders: [sender],
    nodes: [hello],
    people: [{ email: 'eve@people.test', first_name: 'Eve' }],
  });
  const { rows } = await sql<{ id: string }>`delete from workers returning id`.execute(t.db);
  const { eve } = await told(id);
  expect(eve).toMatchObject({ because: 'no_worker', next_touch_at: null, expected_at: null });
  const unserved = { binding: { code: 'no_worker', opens_at: null } };
  expect(await call(explainOneProspect, { id, prospectId: eve!.id })).toMatchObject(unserved);
  expect(await call(explainOneCampaign, { id })).toMatchObject({ ...unserved, expected_at: null });
  expect(await call(explainOneSender, { id: sender })).toMatchObject(unserved);
  await sql`insert into workers (id, heartbeat_at) values (${rows[0]!.id}, 'infinity')`.execute(
    t.db,
  );
  expect((await told(id)).eve).toMatchObject({ expected_at: clock.now().toISOString() });
});

test('a sender out of service is named before all else', async () => {
  const sender = await mailbox('refused');
  const id = await launchEmailCampaign(t, {
    name: 'Refused',
    senders: [sender],
    nodes: [hello],
    people: [{ email: 'eve@people.test', first_name: 'Eve' }],
  });
  await sql`update senders set status = 'credentials_required' where id = ${sender}`.execute(t.db);
  const named = { binding: { code: 'sender_not_active', opens_at: null } };
  expect(await call(explainOneSender, { id: sender })).toMatchObject(named);
  await call(pauseCampaign, { id });
  expect(await call(explainOneSender, { id: sender })).toMatchObject(named);
});

test('a schedule names what the sender waits for, not the gap since its last send', async () => {
  const sender = await mailbox('waiting');
  const id = await launchEmailCampaign(t, {
    name: 'Waiting',
    senders: [sender],
    nodes: [hello, delayHours(49), followUp],
    people: [{ email: 'eve@people.test', first_name: 'Eve' }],
  });
  const sentAt = clock.now().getTime();
  await t.engine.runDue();
  expect(await call(getSenderSchedule, { id: sender })).toMatchObject({
    next_at: new Date(sentAt + 49 * hourMs).toISOString(),
    because: 'delay',
  });
  await t.runFor(60 * hourMs);
  expect(await call(getSenderSchedule, { id: sender })).toMatchObject({
    next_at: null,
    because: 'nothing_to_send',
  });
  expect((await told(id)).eve).toMatchObject({ because: null, expected_at: null });
});
