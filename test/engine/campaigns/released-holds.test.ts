import { expect, test } from 'vitest';
import type { SendResult } from '../../../src/channels/channel.ts';
import { dayMs, hourMs, minuteMs } from '../../../src/domain/time.ts';
import { addSenders } from '../../../src/operations/campaign-senders/add.ts';
import { removeSenderFromCampaign } from '../../../src/operations/campaign-senders/remove.ts';
import { getCampaign } from '../../../src/operations/campaigns/get.ts';
import { pauseCampaign } from '../../../src/operations/campaigns/pause.ts';
import { updateMailbox } from '../../../src/operations/email/update.ts';
import { explainOneCampaign } from '../../../src/operations/explanations/campaign.ts';
import { explainOneProspect } from '../../../src/operations/explanations/prospect.ts';
import { explainOneSender } from '../../../src/operations/explanations/sender.ts';
import { listMessages } from '../../../src/operations/messages/list.ts';
import { updateMessage } from '../../../src/operations/messages/update.ts';
import { removeSender } from '../../../src/operations/senders/remove.ts';
import {
  delayHours,
  followUp,
  hello,
  launchEmailCampaign,
  people,
} from '../../factories/campaigns.ts';
import { addMailbox } from '../../factories/rows.ts';
import { openEmailFixture } from '../../fixtures/email.ts';
import { readLane, readProspects, statusesByEmail } from '../../fixtures/engine.ts';

const fixture = await openEmailFixture();
const { call } = fixture;
const sender = (name: string, dailyLimit = 500) =>
  addMailbox(fixture, {
    address: `${name}@sender.test`,
    smtp: fixture.sink,
    dailyLimit,
    minGapSeconds: 1,
  });
const signed = { type: 'email', subject: 'Hello', body: 'Hi, from %sender_last%.' };

test('a sender’s new name releases the prospects whose text lacked it', async () => {
  const [id, other] = [await sender('nameless'), await sender('named')];
  await call(updateMailbox, { id, last_name: null });
  const nodes = [hello, delayHours(1), signed];
  const flight = await launchEmailCampaign(fixture, {
    name: 'in flight',
    senders: [id],
    nodes,
    people: people(1, 'flight'),
  });
  const pool = await launchEmailCampaign(fixture, {
    name: 'in the pool',
    senders: [id],
    nodes: [signed],
    people: people(1, 'pool'),
  });
  await fixture.runFor(dayMs);
  const held = [...(await readProspects(fixture, flight)), ...(await readProspects(fixture, pool))];
  expect(held.map((person) => [person.hold, person.sender_id])).toEqual([
    ['missing_variable', id],
    ['missing_variable', null],
  ]);
  await call(updateMailbox, { id: other, last_name: 'Somebody' });
  expect((await readProspects(fixture, flight))[0]!.hold).toBe('missing_variable');
  await call(updateMailbox, { id, last_name: 'Known' });
  await fixture.runFor(dayMs);
  expect({
    ...(await statusesByEmail(fixture, flight)),
    ...(await statusesByEmail(fixture, pool)),
  }).toEqual({
    'flight0@people.test': 'completed',
    'pool0@people.test': 'completed',
  });
  await fixture.checkLaws();
});

test('a draft written by hand releases its prospect', async () => {
  const one = await sender('drafts');
  let put = 0;
  fixture.mailServer.send = (deliver) =>
    put++ === 0
      ? Promise.resolve({ ok: false, fault: { kind: 'temporary', code: '450', detail: 'later' } })
      : deliver();
  const id = await launchEmailCampaign(fixture, {
    name: 'drafts',
    senders: [one],
    nodes: [signed],
    people: people(1, 'drafts'),
  });
  while (put === 0) await fixture.runFor(minuteMs / 2);
  await call(updateMailbox, { id: one, last_name: null });
  await fixture.runFor(dayMs);
  delete fixture.mailServer.send;
  expect(await readProspects(fixture, id)).toMatchObject([{ hold: 'missing_variable' }]);
  const [draft] = (await call(listMessages, { id })).messages;
  await call(updateMessage, { id, message_id: draft!.id, body_text: 'Written by hand.' });
  await fixture.runFor(dayMs);
  expect(await statusesByEmail(fixture, id)).toEqual({ 'drafts0@people.test': 'completed' });
  expect((await call(listMessages, { id, status: 'sent' })).messages).toMatchObject([
    { body_text: 'Written by hand.' },
  ]);
  await fixture.checkLaws();
});

test('prospects are not held at a new sender for a value that the old one lacked', async () => {
  const [one, two] = [await sender('gone'), await sender('heir')];
  const id = await launchEmailCampaign(fixture, {
    name: 'heirs',
    senders: [one, two],
    nodes: [hello, delayHours(24), followUp],
    people: people(6, 'heirs'),
  });
  await fixture.runFor(5 * hourMs);
  await call(removeSender, { id: one, force: true });
  const held = (await readProspects(fixture, id)).filter(
    (person) => person.hold === 'sender_disconnected',
  );
  expect(held.length).toBeGreaterThan(0);
  expect(
    (await call(removeSenderFromCampaign, { id, senderId: one, reassign: true })).reassigned,
  ).toBe(held.length);
  await fixture.runFor(2 * dayMs);
  expect(new Set(Object.values(await statusesByEmail(fixture, id)))).toEqual(
    new Set(['completed']),
  );
  await fixture.checkLaws();
});

test('a campaign paused by hand while it lacks a sender does not resume by itself', async () => {
  const [one, two] = [await sender('only'), await sender('later')];
  const id = await launchEmailCampaign(fixture, {
    name: 'kept',
    senders: [one],
    nodes: [hello],
    people: people(2, 'kept'),
  });
  await call(removeSenderFromCampaign, { id, senderId: one });
  expect((await call(getCampaign, { id })).campaign).toMatchObject({
    status: 'paused',
    pause_reason: 'all_senders_down',
  });
  expect((await call(pauseCampaign, { id })).campaign).toMatchObject({
    status: 'paused',
    pause_reason: 'user',
  });
  expect((await call(addSenders, { id, sender_account_ids: [two] })).campaign).toMatchObject({
    status: 'paused',
    pause_reason: 'user',
  });
});

test('usage given back to a campaign’s daily limit wakes the lane that waited for it', async () => {
  const both = [await sender('refunded'), await sender('sleeper')];
  const tried: string[] = [];
  const { promise, resolve } = Promise.withResolvers<SendResult>();
  fixture.mailServer.send = (deliver, _message, account) =>
    tried.push(account.id) === 1 ? promise : deliver();
  const settings = { timezone: 'UTC', operating_hours: null, daily_limit: 1 };
  const id = await launchEmailCampaign(fixture, {
    name: 'refund',
    senders: both,
    nodes: [hello],
    people: people(2, 'refund'),
    settings,
  });
  await fixture.engine.tick();
  await expect.poll(() => tried.length).toBe(1);
  const other = both.find((one) => one !== tried[0])!;
  expect((await readLane(fixture, other)).because).toBe('campaign_daily_limit');
  resolve({ ok: false, fault: { kind: 'temporary', code: '450', detail: 'later' } });
  await fixture.engine.settled();
  expect((await readLane(fixture, other)).because).toBe('planning');
  await fixture.runFor(hourMs);
  delete fixture.mailServer.send;
  expect(tried.slice(1)).toEqual([other]);
  await fixture.runFor(2 * dayMs);
  expect(await statusesByEmail(fixture, id)).toEqual({
    'refund0@people.test': 'completed',
    'refund1@people.test': 'completed',
  });
  await fixture.checkLaws();
});

test('a sender whose inbox cannot be read says so as its reason', async () => {
  const one = await sender('deaf');
  const id = await launchEmailCampaign(fixture, {
    name: 'deaf',
    senders: [one],
    nodes: [hello, delayHours(24), followUp],
    people: people(1, 'deaf'),
  });
  await fixture.runFor(5 * hourMs);
  fixture.mailServer.inboxes.set(one, 'down');
  await fixture.readInboxes();
  await fixture.runFor(2 * dayMs);
  const [person] = await readProspects(fixture, id);
  expect((await readLane(fixture, one)).because).toBe('inbox_unreachable');
  expect((await call(explainOneProspect, { id, prospectId: person!.id })).binding.code).toBe(
    'inbox_unreachable',
  );
  expect((await call(explainOneSender, { id: one })).binding.code).toBe('inbox_unreachable');
  expect((await call(explainOneCampaign, { id })).binding.code).toBe('inbox_unreachable');
});
