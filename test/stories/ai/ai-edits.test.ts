import { expect, it } from 'vitest';
import { pickPool } from '../../../src/db/sending/picks.ts';
import { hourMs, minuteMs } from '../../../src/domain/time.ts';
import { createCampaign } from '../../../src/operations/campaigns/create.ts';
import { launchCampaign } from '../../../src/operations/campaigns/launch.ts';
import { promoteCampaign } from '../../../src/operations/campaigns/promote.ts';
import { updateCampaign } from '../../../src/operations/campaigns/update.ts';
import { createForecast } from '../../../src/operations/forecasts/create.ts';
import { updateMessage } from '../../../src/operations/messages/update.ts';
import { addProspects } from '../../../src/operations/roster/add.ts';
import { delayHours, people } from '../../factories/campaigns.ts';
import { aiEmail, openAiFixture } from '../../fixtures/ai.ts';
import { readLane, readProspects } from '../../fixtures/engine.ts';
import { writeAll } from '../../peers/llm.ts';

const t = await openAiFixture({ POSTRIDER_AI_PER_MINUTE: '100' });
const { llm } = t;

/**
 * Launches a campaign whose text is outdated, because the person's first name changed after it was
 * written.
 */
async function launchOutdated(name: string) {
  llm.reply = writeAll;
  const id = await t.launch({
    senders: [await t.sender()],
    nodes: [delayHours(1), aiEmail],
    people: people(1, name),
  });
  await t.write();
  await t.db
    .updateTable('prospects')
    .set({ first_name: 'New' })
    .where('campaign_id', '=', id)
    .execute();
  await t.runFor(hourMs + minuteMs);
  expect(await t.holds(id)).toEqual({ [`${name}0`]: 'draft_pending' });
  const [message] = await t.drafts(id);
  return {
    id,
    edit: (body_text: string) => t.call(updateMessage, { id, message_id: message!.id, body_text }),
  };
}

it('an edit before the model is asked saves the request and releases the person', async () => {
  const { id, edit } = await launchOutdated('before');
  await edit('By hand.');
  expect(await t.holds(id)).toEqual({ before0: null });
  const asked = llm.asked.length;
  await t.write();
  expect(llm.asked).toHaveLength(asked);
  await t.runFor(minuteMs);
  expect(await t.drafts(id)).toMatchObject([
    { body_text: 'By hand.', status: 'sent', written_by: 'hand' },
  ]);
});

it('an edit made while the model writes wins', async () => {
  const { id, edit } = await launchOutdated('during');
  llm.reply = async (asked) => {
    await edit('Just now.');
    return writeAll(asked);
  };
  await t.write();
  await t.runFor(minuteMs);
  expect(await t.drafts(id)).toMatchObject([
    { body_text: 'Just now.', status: 'sent', written_by: 'hand' },
  ]);
});

it('texts for one day are queued, and the lane rests until one is written', async () => {
  llm.reply = writeAll;
  const sender = await t.sender({ dailyLimit: 20 });
  const id = await t.launch({ senders: [sender], nodes: [aiEmail], people: people(60, 'pool') });
  await t.runFor(minuteMs);
  expect(await readLane(t, sender)).toMatchObject({ next_at: null, because: 'nothing_to_send' });
  expect(Object.values(await t.holds(id)).filter(Boolean)).toEqual([]);
  llm.reply = () => ({ status: 500 });
  expect(await t.write()).toMatchObject({ called: 20 });
  await t.runFor(10_000);
  expect(Object.values(await t.holds(id)).filter((hold) => hold !== null)).toHaveLength(20);
  expect(await readLane(t, sender)).toMatchObject({ next_at: null, because: 'nothing_to_send' });
  expect(await t.call(createForecast, { id })).toMatchObject({
    sends: 60,
    people: { reached: 60, held: 0 },
  });
  llm.reply = writeAll;
  await t.runFor(minuteMs);
  await t.write();
  await t.runFor(hourMs);
  const sent = (await readProspects(t, id)).filter(
    (person) => person.status === 'completed',
  ).length;
  expect(sent).toBeGreaterThan(0);
  expect(await t.write()).toEqual({ called: sent, taken: sent });
});

it('a pick from the pool ends at the last prospect it may take', async () => {
  const id = await t.launch({
    senders: [await t.sender()],
    nodes: [aiEmail],
    people: people(5, 'floor'),
  });
  const ids = (await readProspects(t, id)).map((person) => person.id);
  const picked = (upTo: string | null) =>
    pickPool(t.db, t.workspaceId, [{ campaignId: id, zone: '', upTo, count: 10 }]);
  expect((await picked(ids[1]!)).map((person) => person.id)).toEqual(ids.slice(0, 2));
  expect(await picked(null)).toHaveLength(5);
});

it('a promoted dry run keeps the texts that the model already wrote', async () => {
  llm.reply = writeAll;
  const { campaign } = await t.call(createCampaign, {
    type: 'email',
    name: 'Dry',
    sender_account_ids: [await t.sender()],
    dry_run: true,
  });
  const { id } = campaign;
  await t.call(updateCampaign, { id, sequence_nodes: [aiEmail, { type: 'end' }] });
  // Their names begin with Dry, because campaigns of earlier tests still ask the model too.
  const prospects = people(3, 'dry').map((person) => ({
    ...person,
    first_name: `Dry ${person.first_name}`,
  }));
  await t.call(addProspects, { id, prospects });
  await t.call(launchCampaign, { id });
  const asked = () =>
    llm.asked.filter(({ recipient }) => String(recipient.first_name).startsWith('Dry')).length;
  await t.write();
  await t.runFor(minuteMs);
  const delivered = () => t.sink.messages.filter((mail) => mail.to[0]!.startsWith('dry')).length;
  expect([
    (await t.drafts(id)).filter((message) => message.status === 'sent').length,
    delivered(),
  ]).toEqual([3, 0]);
  expect(asked()).toBe(3);
  await t.call(promoteCampaign, { id });
  await t.write();
  await t.runFor(minuteMs);
  expect([asked(), delivered()]).toEqual([3, 3]);
});

it('the workspace still keeps the laws', () => t.checkLaws());
