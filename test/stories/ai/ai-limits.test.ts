import { expect, it } from 'vitest';
import { dayMs, hourMs, minuteMs } from '../../../src/domain/time.ts';
import { DraftWorker } from '../../../src/engine/ai/worker.ts';
import { getCampaign } from '../../../src/operations/campaigns/get.ts';
import { listDrafts } from '../../../src/operations/messages/drafts.ts';
import { retryDrafts } from '../../../src/operations/messages/retry.ts';
import { createRevision } from '../../../src/operations/revisions/create.ts';
import { hello, launchEmailCampaign, people } from '../../factories/campaigns.ts';
import { addMailbox } from '../../factories/rows.ts';
import { aiEmail, openAiFixture } from '../../fixtures/ai.ts';
import { addWorkspace } from '../../fixtures/database.ts';
import { readProspects } from '../../fixtures/engine.ts';
import { type Reply, writeAll } from '../../peers/llm.ts';

const t = await openAiFixture({
  POSTRIDER_AI_DAILY_DRAFTS: '40',
  POSTRIDER_AI_PER_MINUTE: '12',
  POSTRIDER_AI_TIMEOUT_SECONDS: '1',
});
const { llm } = t;

/** Goes on to the next day with all texts written, and forgets the requests so far. */
async function nextDay(): Promise<void> {
  await t.runFor(dayMs);
  await t.write();
  await t.runFor(minuteMs);
  llm.asked.length = 0;
  llm.reply = writeAll;
}

it('the model is asked within the limits per minute, day and workspace', async () => {
  const id = await t.launch({
    senders: [await t.sender()],
    nodes: [aiEmail],
    people: people(45, 'many'),
  });
  expect(await t.write()).toEqual({ called: 45, taken: 12 });
  expect(await t.write()).toEqual({ called: 0, taken: 0 });
  for (let n = 0; n < 5; n++) {
    await t.runFor(minuteMs);
    await t.write();
  }
  expect(llm.asked).toHaveLength(40);
  const { budget, nodes } = await t.call(listDrafts, { id });
  expect(budget).toEqual({
    per_day: 40,
    used_today: 40,
    left_today: 0,
    next_day_at: '2026-03-03T05:00:00.000Z',
  });
  expect(nodes).toMatchObject([{ written: 40, queued: 5, next_at: '2026-03-03T05:00:00.000Z' }]);
  const waiting = 'draft_pending: The 40 texts a day of POSTRIDER_AI_DAILY_DRAFTS are used up.';
  expect(Object.values(await t.holds(id)).filter((hold) => hold === waiting)).toHaveLength(5);
  const other = { ...t, ...(await addWorkspace(t.db, t.clock.now())) };
  const sender = await addMailbox(other, { address: 'other@sender.test', smtp: t.sink });
  await launchEmailCampaign(other, {
    name: 'Other',
    senders: [sender],
    nodes: [aiEmail],
    people: people(2, 'other'),
  });
  expect(await t.write()).toEqual({ called: 2, taken: 2 });
  await nextDay();
  expect((await t.drafts(id)).filter((message) => message.status === 'sent')).toHaveLength(45);
});

it('another worker writes the texts of a dead one, once each', async () => {
  await nextDay();
  llm.reply = () => 'hangs';
  const id = await t.launch({
    senders: [await t.sender()],
    nodes: [aiEmail],
    people: people(3, 'crash'),
  });
  const worker = await t.startWorker();
  const dying = new DraftWorker(t.services, worker.workerId);
  const writing = t.write(dying);
  await expect.poll(() => llm.asked.length).toBe(3);
  expect(await t.call(listDrafts, { id })).toMatchObject({
    nodes: [{ writing: 3, queued: 0 }],
    budget: { used_today: 3 },
  });
  expect(await t.write()).toEqual({ called: 0, taken: 0 });
  dying.abandon();
  await writing;
  await worker.die();
  llm.reply = writeAll;
  expect(await t.write()).toMatchObject({ taken: 3 });
  await t.runFor(hourMs);
  expect((await t.drafts(id)).map((message) => message.status)).toEqual(['sent', 'sent', 'sent']);
  expect((await t.call(listDrafts, { id })).budget).toMatchObject({ used_today: 6 });
});

it('two workers side by side write one text for each person', async () => {
  await nextDay();
  const id = await t.launch({
    senders: [await t.sender()],
    nodes: [aiEmail],
    people: people(10, 'two'),
  });
  const [one, other] = [await t.startWorker(), await t.startWorker()];
  await Promise.all([
    t.write(new DraftWorker(t.services, one.workerId)),
    t.write(new DraftWorker(t.services, other.workerId)),
  ]);
  expect(llm.asked).toHaveLength(10);
  expect(await t.drafts(id)).toHaveLength(10);
  for (const worker of [one, other]) await worker.die();
});

it('a rate limit or a refused key costs no attempt and no budget', async () => {
  await nextDay();
  const id = await t.launch({
    senders: [await t.sender()],
    nodes: [aiEmail],
    people: people(1, 'busy'),
  });
  llm.reply = () => ({ status: 429, headers: { 'retry-after': '20' } });
  for (let n = 0; n < 10; n++) {
    await t.write();
    await t.runFor(10_000);
  }
  expect(llm.asked.length).toBe(5);
  expect(await t.holds(id)).toEqual({ busy0: "draft_pending: The model's API answered 429: no" });
  llm.reply = () => ({ status: 401 });
  await t.write();
  expect(await t.holds(id)).toEqual({
    busy0: "draft_pending: The model's API refuses POSTRIDER_AI_API_KEY (401).",
  });
  llm.reply = writeAll;
  await t.runFor(10 * minuteMs);
  expect(await t.write()).toMatchObject({ taken: 1 });
  expect((await t.call(listDrafts, { id })).budget).toMatchObject({ used_today: 1 });
});

it('a rate limit stops the requests for other people too', async () => {
  await nextDay();
  llm.reply = () => ({ status: 429 });
  await t.launch({ senders: [await t.sender()], nodes: [aiEmail], people: people(20, 'quiet') });
  await t.write();
  expect(llm.asked).toHaveLength(8);
  llm.reply = writeAll;
  for (let n = 0; n < 3; n++) {
    await t.runFor(minuteMs);
    await t.write();
  }
});

it.each<[string, Reply, number, string]>([
  ['cannot be reached', { status: 500 }, 6, 'unreachable'],
  ['takes too long', 'hangs', 6, 'unreachable'],
  ['rejects the request', { status: 400 }, 3, 'rejected'],
  ['declines', 'declines', 2, 'declined'],
  ['answers in prose', { raw: 'Certainly! Here you go.' }, 3, 'unusable'],
  ['answers nothing', 'says nothing', 3, 'unusable'],
])(
  'a model that %s (%o) is asked %i times before the person is held',
  async (failure, reply, tries, code) => {
    await nextDay();
    llm.reply = () => reply;
    const id = await t.launch({
      senders: [await t.sender()],
      nodes: [aiEmail],
      people: people(1, 'fails'),
    });
    for (let n = 0; n < 40 && (await t.call(listDrafts, { id })).failed.length === 0; n++) {
      await t.write();
      await t.runFor(10 * minuteMs);
    }
    expect(llm.asked, failure).toHaveLength(tries);
    expect(await t.call(listDrafts, { id })).toMatchObject({ failed: [{ code }] });
    expect(await t.holds(id)).toEqual({ fails0: expect.stringMatching(/^draft_failed: /) });
  },
);

it('a changed purpose has the texts written anew, also those that failed', async () => {
  await nextDay();
  llm.reply = ({ recipient }) =>
    recipient.first_name === 'P0' ? 'declines' : { subject: 'Old', body: 'Old' };
  const id = await t.launch({
    senders: [await t.sender()],
    nodes: [{ type: 'delay', delay_hours: 1 }, aiEmail],
    people: people(2, 'anew'),
  });
  await t.write();
  expect(await t.holds(id)).toMatchObject({
    anew0: expect.stringContaining('draft_failed'),
    anew1: null,
  });
  llm.reply = writeAll;
  const { sequence_nodes: before } = await t.call(getCampaign, { id });
  const nodes = before.map(({ id: node, type, delay_hours }) =>
    type === 'ai'
      ? { id: node, type, ai_node: { purpose: 'Something else.' } }
      : { id: node, type, delay_hours },
  );
  await t.call(createRevision, { id, sequence_nodes: nodes });
  await t.runFor(hourMs + minuteMs);
  expect(await t.write()).toEqual({ called: 2, taken: 2 });
  await t.runFor(minuteMs);
  expect(await t.drafts(id)).toMatchObject([
    { body_text: 'body for P0', status: 'sent' },
    { body_text: 'body for P1', status: 'sent' },
  ]);
});

it('a silent model does not delay the other campaign of its sender', async () => {
  await nextDay();
  llm.reply = () => 'hangs';
  const sender = await t.sender();
  const slow = await t.launch({ senders: [sender], nodes: [aiEmail], people: people(30, 'waits') });
  const plain = await t.launch({ senders: [sender], nodes: [hello], people: people(5, 'goes') });
  const writing = t.write();
  await t.runFor(minuteMs);
  expect((await readProspects(t, plain)).map((person) => person.status)).toEqual(
    Array.from({ length: 5 }, () => 'completed'),
  );
  expect((await readProspects(t, slow)).map((person) => person.status)).toEqual(
    Array.from({ length: 30 }, () => 'pending'),
  );
  t.drafter.abandon();
  await writing;
  expect(await t.call(retryDrafts, { id: slow })).toEqual({ retried: 0 });
});

it('the workspace still keeps the laws', () => t.checkLaws());
