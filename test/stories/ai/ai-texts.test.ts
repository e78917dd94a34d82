import { expect, it } from 'vitest';
import { hourMs, minuteMs } from '../../../src/domain/time.ts';
import { explainOneProspect } from '../../../src/operations/explanations/prospect.ts';
import { listDrafts } from '../../../src/operations/messages/drafts.ts';
import { retryDrafts } from '../../../src/operations/messages/retry.ts';
import { updateMessage } from '../../../src/operations/messages/update.ts';
import { updateProspect } from '../../../src/operations/roster/update.ts';
import { delayHours, people } from '../../factories/campaigns.ts';
import { aiEmail, openAiFixture } from '../../fixtures/ai.ts';
import { readProspects } from '../../fixtures/engine.ts';
import { writeAll } from '../../peers/llm.ts';

const t = await openAiFixture();
const { llm } = t;
const sent = (address: string) => t.sink.messages.filter((mail) => mail.to[0] === address);

it('a text by the model is sent with its subject and the signature', async () => {
  llm.reply = writeAll;
  const id = await t.launch({
    senders: [await t.sender()],
    nodes: [{ ...aiEmail, signature: '-- \n%sender_first%' }],
    people: people(3, 'plain'),
  });
  expect(await t.holds(id)).toEqual({ plain0: null, plain1: null, plain2: null });
  await t.runFor(minuteMs);
  expect(sent('plain0@people.test')).toEqual([]);
  expect(await t.write()).toEqual({ called: 3, taken: 3 });
  await t.runFor(hourMs);
  expect(sent('plain1@people.test')).toMatchObject([{ headers: { subject: 'subject for P1' } }]);
  expect(await t.drafts(id)).toMatchObject([
    {
      subject: 'subject for P0',
      body_text: 'body for P0\n\n-- \nSam',
      status: 'sent',
      written_by: 'model',
      manually_edited: false,
    },
    { status: 'sent' },
    { status: 'sent' },
  ]);
  expect((await readProspects(t, id)).map((person) => person.status)).toEqual([
    'completed',
    'completed',
    'completed',
  ]);
});

it('a skeleton keeps its own words and variables around the written parts', async () => {
  llm.reply = ({ slots }) =>
    Object.fromEntries(slots.map((slot) => [slot, `[${slot.length}% sure]`.slice(1, -1)]));
  const node = {
    ...aiEmail,
    subject: 'For %company|you%',
    body: 'Hi %first_name%,\n&&a compliment on %position%&&\nBest, 100% %sender_first%',
  };
  const id = await t.launch({
    senders: [await t.sender()],
    nodes: [node],
    people: [{ email: 'sk@people.test', first_name: 'Kim', company: 'Acme' }],
  });
  await t.write();
  await t.runFor(minuteMs);
  expect(await t.drafts(id)).toMatchObject([
    {
      subject: 'For Acme',
      body_text: 'Hi Kim,\n6% sure\nBest, 100% Sam',
      status: 'sent',
      written_by: 'model',
    },
  ]);
  expect(llm.asked.at(-1)?.prompt).toContain('body_1: a compliment on %position%');
  expect(llm.asked.at(-1)?.prompt).toContain(
    'Hi %first_name%,\n[[body_1]]\nBest, 100% %sender_first%',
  );
});

it('a person whose text is late is held with the reason, and others go on', async () => {
  llm.reply = (asked) => (asked.recipient.first_name === 'P1' ? { status: 503 } : writeAll(asked));
  const id = await t.launch({
    senders: [await t.sender()],
    nodes: [aiEmail],
    people: people(3, 'slow'),
  });
  await t.write();
  await t.runFor(10_000);
  expect([
    sent('slow0@people.test').length,
    sent('slow1@people.test').length,
    sent('slow2@people.test').length,
  ]).toEqual([1, 0, 1]);
  expect(await t.holds(id)).toMatchObject({
    slow0: null,
    slow1: "draft_pending: The model's API answered 503: no",
  });
  const [, person] = await readProspects(t, id);
  const explanation = await t.call(explainOneProspect, { id, prospectId: person!.id });
  expect(explanation.binding).toMatchObject({
    code: 'draft_pending',
    words: expect.stringContaining('answered 503'),
  });
  llm.reply = writeAll;
  expect(await t.write()).toMatchObject({ taken: 0 });
  await t.runFor(15_000);
  expect(await t.write()).toMatchObject({ taken: 1 });
  await t.runFor(minuteMs);
  expect(sent('slow1@people.test')).toHaveLength(1);
});

it('a text that cannot be sent holds its person until it is tried again', async () => {
  llm.reply = (asked) =>
    asked.recipient.first_name === 'P0'
      ? { subject: 'Hi', body: 'Dear [First Name], hello.' }
      : writeAll(asked);
  const id = await t.launch({
    senders: [await t.sender()],
    nodes: [aiEmail],
    people: people(2, 'bad'),
  });
  const before = llm.asked.length;
  await t.write();
  await t.runFor(hourMs);
  const reason = 'What the model wrote cannot be sent: "body" has a placeholder: [First Name]';
  expect(await t.holds(id)).toEqual({ bad0: `draft_failed: ${reason}`, bad1: null });
  expect(
    llm.asked
      .slice(before)
      .filter((asked) =>
        asked.prompt.includes(`<correction>\nYour last answer could not be used: ${reason}`),
      ),
  ).toHaveLength(2);
  expect(await t.call(listDrafts, { id })).toMatchObject({
    model: 'stand-in-1',
    nodes: [{ written: 1, failed: 1, queued: 0, writing: 0, input_tokens: 400, output_tokens: 80 }],
    failed: [{ code: 'unusable', reason }],
  });
  llm.reply = writeAll;
  expect(await t.call(retryDrafts, { id })).toEqual({ retried: 1 });
  expect(await t.holds(id)).toMatchObject({ bad0: 'draft_pending' });
  await t.write();
  await t.runFor(minuteMs);
  expect(sent('bad0@people.test')).toHaveLength(1);
});

it('a follow-up is written a day ahead and knows the earlier mail', async () => {
  llm.reply = writeAll;
  const follow = {
    type: 'ai',
    is_reply: true,
    ai_node: { output_type: 'email', purpose: 'Ask again, shortly.' },
  };
  const hello = { type: 'email', subject: 'Hello', body: 'First words to %first_name%.' };
  const nodes = [hello, delayHours(48), follow];
  const id = await t.launch({ senders: [await t.sender()], nodes, people: people(1, 'ahead') });
  await t.runFor(minuteMs);
  expect(await t.write()).toEqual({ called: 0, taken: 0 });
  await t.runFor(24 * hourMs);
  expect(await t.write()).toEqual({ called: 1, taken: 1 });
  const earlier = '{"subject":"Hello","text":"First words to P0."}';
  expect(llm.asked.at(-1)?.prompt).toContain(
    `<data about="earlier message, sent">\n${earlier}\n</data>`,
  );
  expect(llm.asked.at(-1)?.slots).toEqual(['body']);
  expect(await t.holds(id)).toEqual({ ahead0: null });
  await t.runFor(25 * hourMs);
  expect(sent('ahead0@people.test')).toMatchObject([{}, { headers: { subject: 'Re: Hello' } }]);
});

it('a text edited by hand is sent as it is and releases its person', async () => {
  llm.reply = writeAll;
  const id = await t.launch({
    senders: [await t.sender()],
    nodes: [delayHours(1), aiEmail],
    people: people(2, 'hand'),
  });
  await t.write();
  const [draft] = await t.drafts(id);
  await t.call(updateMessage, { id, message_id: draft!.id, body_text: 'My own words.' });
  for (const prospect of await readProspects(t, id))
    await t.db
      .updateTable('prospects')
      .set({ first_name: 'New' })
      .where('id', '=', prospect.id)
      .execute();
  await t.runFor(hourMs + 10_000);
  expect(await t.holds(id)).toEqual({ hand0: null, hand1: 'draft_pending' });
  await t.write();
  await t.runFor(minuteMs);
  expect(await t.drafts(id)).toMatchObject([
    { body_text: 'My own words.', written_by: 'hand', status: 'sent' },
    { body_text: 'body for New', written_by: 'model', status: 'sent' },
  ]);
});

it('a missing value holds the person before the model is asked', async () => {
  llm.reply = writeAll;
  const nodes = [{ ...aiEmail, subject: 'Hi', body: 'At %company%: &&an opener&&' }];
  const id = await t.launch({ senders: [await t.sender()], nodes, people: people(1, 'hole') });
  const before = llm.asked.length;
  await t.write();
  expect(llm.asked).toHaveLength(before);
  expect(await t.holds(id)).toEqual({ hole0: 'missing_variable: missing_variable: company' });
  const [person] = await readProspects(t, id);
  await t.db.updateTable('campaigns').set({ roster: 'open' }).where('id', '=', id).execute();
  await t.call(updateProspect, { id, prospect_id: person!.id, updates: { company: 'Acme' } });
  await t.runFor(minuteMs);
  await t.write();
  await t.runFor(minuteMs);
  expect(await t.drafts(id)).toMatchObject([
    { body_text: 'At Acme: body_1 for P0', status: 'sent' },
  ]);
});

it('the workspace still keeps the laws', () => t.checkLaws());
