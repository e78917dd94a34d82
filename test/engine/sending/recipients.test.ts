import { describe, expect, test } from 'vitest';
import { getCampaign } from '../../../src/db/campaigns/campaigns.ts';
import { dayMs, hourMs } from '../../../src/domain/time.ts';
import { createCampaign } from '../../../src/operations/campaigns/create.ts';
import { launchCampaign as launch } from '../../../src/operations/campaigns/launch.ts';
import { updateCampaign } from '../../../src/operations/campaigns/update.ts';
import { generateMessages } from '../../../src/operations/messages/generate.ts';
import { updateMessage } from '../../../src/operations/messages/update.ts';
import { addProspects } from '../../../src/operations/roster/add.ts';
import { updateProspect } from '../../../src/operations/roster/update.ts';
import { addSuppressions } from '../../../src/operations/suppressions/add.ts';
import {
  delayHours,
  followUp,
  hello,
  launchEmailCampaign,
  people,
} from '../../factories/campaigns.ts';
import { addMailbox } from '../../factories/rows.ts';
import { mailsByRecipient, openEmailFixture } from '../../fixtures/email.ts';
import { readMessages, readProspects, statusesByEmail } from '../../fixtures/engine.ts';

const t = await openEmailFixture();
let serial = 0;
const newSender = (options: { dailyLimit?: number; minGapSeconds?: number } = {}) => {
  serial += 1;
  return addMailbox(t, {
    address: `s${serial}@sender.test`,
    smtp: t.sink,
    dailyLimit: 100,
    minGapSeconds: 1,
    ...options,
  });
};
const campaignStatus = async (campaignId: string) =>
  (await getCampaign(t.db, { workspaceId: t.workspaceId, campaignId })).status;
const subjectsTo = (address: string) =>
  t.sink.messages.filter((mail) => mail.to[0] === address).map((mail) => mail.headers.subject);

describe('recipients and texts', () => {
  test('a missing variable holds its prospect until it is filled in; others go on', async () => {
    const sender = await newSender();
    const crowd = [
      { email: 'noname@missing.test' },
      { email: 'name@missing.test', first_name: 'Nell' },
    ];
    const id = await launchEmailCampaign(t, {
      name: 'missing',
      senders: [sender],
      nodes: [hello],
      people: crowd,
    });
    await t.runFor(2 * hourMs);
    const held = (await readProspects(t, id)).find(
      (person) => person.email === 'noname@missing.test',
    )!;
    expect(held).toMatchObject({
      status: 'pending',
      hold: 'missing_variable',
      hold_detail: 'missing_variable: first_name',
    });
    expect(await statusesByEmail(t, id)).toMatchObject({ 'name@missing.test': 'completed' });
    expect(await campaignStatus(id)).toBe('active');
    await t.checkLaws();
    await t.call(updateProspect, { id, prospect_id: held.id, updates: { first_name: 'Nora' } });
    await t.runFor(2 * hourMs);
    expect(subjectsTo('noname@missing.test')).toEqual(['Hello Nora']);
    expect(await campaignStatus(id)).toBe('completed');
    await t.checkLaws();
  });

  test('a draft edited by hand goes out as it was edited', async () => {
    const sender = await newSender();
    const { campaign } = await t.call(createCampaign, {
      type: 'email',
      name: 'edited',
      sender_account_ids: [sender],
    });
    await t.call(updateCampaign, { id: campaign.id, sequence_nodes: [hello, { type: 'end' }] });
    await t.call(addProspects, { id: campaign.id, prospects: people(2, 'edited') });
    await t.call(generateMessages, { id: campaign.id });
    const drafts = await readMessages(t, campaign.id);
    const person = (await readProspects(t, campaign.id)).find(
      ({ email }) => email === 'edited0@people.test',
    )!;
    const draft = drafts.find((row) => row.prospect_id === person.id)!;
    await t.call(updateMessage, {
      id: campaign.id,
      message_id: draft.id,
      subject: 'By hand %first_name%',
      body_text: 'As it is.',
    });
    await t.call(launch, { id: campaign.id });
    await t.runFor(2 * hourMs);
    expect(subjectsTo('edited0@people.test')).toEqual(['By hand %first_name%']);
    expect(subjectsTo('edited1@people.test')).toEqual(['Hello P1']);
    await t.checkLaws();
  });

  test('follow-ups go out before first touches', async () => {
    const sender = await newSender({ dailyLimit: 4 });
    const nodes = [hello, delayHours(20), followUp];
    const id = await launchEmailCampaign(t, {
      name: 'follow',
      senders: [sender],
      nodes,
      people: people(12, 'follow'),
    });
    await t.runFor(6 * dayMs);
    const order = (await readMessages(t, id)).sort(
      (a, b) => a.reserved_at!.getTime() - b.reserved_at!.getTime(),
    );
    const first = order[0]!.node_id;
    // No first touch goes out while a follow-up is due and waits for its turn.
    const waits = order
      .filter((row) => row.node_id === first)
      .flatMap((row) => {
        const follow = order.find(
          (other) => other.prospect_id === row.prospect_id && other.node_id !== first,
        );
        const dueAt = row.sent_at!.getTime() + 20 * hourMs;
        return follow
          ? order.filter(
              (other) =>
                other.node_id === first &&
                other.reserved_at!.getTime() > dueAt &&
                other.reserved_at! < follow.reserved_at!,
            )
          : [];
      });
    expect(waits).toEqual([]);
    expect(order.filter((row) => row.node_id !== first).length).toBeGreaterThan(4);
    await t.checkLaws();
  });

  test('campaigns of one sender take equal turns', async () => {
    const sender = await newSender({ dailyLimit: 10 });
    const ids: string[] = [];
    for (const name of ['turn one', 'turn two'])
      ids.push(
        await launchEmailCampaign(t, {
          name,
          senders: [sender],
          nodes: [hello],
          people: people(20, name.slice(5)),
        }),
      );
    await t.runFor(dayMs);
    const counts = await Promise.all(ids.map(async (id) => (await readMessages(t, id)).length));
    expect(counts[0]! + counts[1]!).toBeGreaterThan(5);
    expect(Math.abs(counts[0]! - counts[1]!)).toBeLessThanOrEqual(2);
    await t.checkLaws();
  });

  test('a suppressed prospect is skipped, and the others complete', async () => {
    const sender = await newSender();
    await t.call(addSuppressions, { items: [{ value: 'skip0@people.test', reason: 'asked' }] });
    const id = await launchEmailCampaign(t, {
      name: 'skip',
      senders: [sender],
      nodes: [hello],
      people: people(3, 'skip'),
    });
    await t.runFor(3 * hourMs);
    expect(await statusesByEmail(t, id)).toEqual({
      'skip0@people.test': 'skipped',
      'skip1@people.test': 'completed',
      'skip2@people.test': 'completed',
    });
    expect(mailsByRecipient(t)['skip0@people.test']).toBeUndefined();
    expect(await campaignStatus(id)).toBe('completed');
    await t.checkLaws();
  });
});
