import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { getCampaign } from '../../../src/db/campaigns/campaigns.ts';
import { dayMs, hourMs, minuteMs } from '../../../src/domain/time.ts';
import { createCampaign } from '../../../src/operations/campaigns/create.ts';
import { deleteCampaign } from '../../../src/operations/campaigns/delete.ts';
import { launchCampaign as launch } from '../../../src/operations/campaigns/launch.ts';
import { updateCampaign } from '../../../src/operations/campaigns/update.ts';
import { updateMailbox } from '../../../src/operations/email/update.ts';
import { generateMessages } from '../../../src/operations/messages/generate.ts';
import { updateMessage } from '../../../src/operations/messages/update.ts';
import { addProspects } from '../../../src/operations/roster/add.ts';
import { updateProspect } from '../../../src/operations/roster/update.ts';
import { removeSender } from '../../../src/operations/senders/remove.ts';
import { addSuppressions } from '../../../src/operations/suppressions/add.ts';
import { addMailbox, launchEmailCampaign, statusesByEmail } from '../../factories/campaigns.ts';
import { addWorkspace } from '../../fixtures/database.ts';
import {
  delayHours,
  followUp,
  hello,
  mailsByRecipient,
  openEngineFixture,
  people,
  readMessages,
  readProspects,
} from '../../fixtures/engine.ts';

const t = await openEngineFixture();
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

describe('who is written to, and with what', () => {
  test('a missing variable holds its person by name, others go on; filling it in lets them go', async () => {
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

  test('a draft that was edited by hand is what goes out', async () => {
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

  test('follow-ups go before first touches', async () => {
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
    // On no day is somebody new written to while a follow-up is due and waits for its turn.
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

  test('campaigns of one sender take fair turns', async () => {
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

  test('a suppressed person is skipped, and the rest go on to the end', async () => {
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

describe('campaigns begin, go on and end', () => {
  test('the campaign completes exactly when its last person ends', async () => {
    const sender = await newSender();
    const id = await launchEmailCampaign(t, {
      name: 'ends',
      senders: [sender],
      nodes: [hello, delayHours(3), followUp],
      people: people(2, 'ends'),
    });
    let open = 2;
    while (open > 0) {
      expect(await campaignStatus(id)).toBe('active');
      await t.runFor(10 * minuteMs);
      open = (await readProspects(t, id)).filter((person) => !person.ended_at).length;
    }
    expect(await campaignStatus(id)).toBe('completed');
    const { rows } =
      await sql`select 1 from events where kind = 'campaign.completed' and campaign_id = ${id}`.execute(
        t.db,
      );
    expect(rows).toHaveLength(1);
    await t.checkLaws();
  });

  test('an empty launch completes at once', async () => {
    const id = await launchEmailCampaign(t, {
      name: 'empty',
      senders: [await newSender()],
      nodes: [hello],
      people: [],
    });
    expect(await campaignStatus(id)).toBe('completed');
    await t.checkLaws();
  });

  test('people added to an open roster wake its lanes, also after it was completed', async () => {
    const sender = await newSender();
    const options = {
      name: 'open',
      senders: [sender],
      nodes: [hello],
      settings: { roster: 'open' },
    };
    const id = await launchEmailCampaign(t, { ...options, people: people(1, 'open') });
    await t.runFor(2 * hourMs);
    expect(await campaignStatus(id)).toBe('completed');
    await t.call(addProspects, { id, prospects: people(2, 'late') });
    expect(await campaignStatus(id)).toBe('active');
    await t.checkLaws();
    await t.runFor(2 * hourMs);
    expect([
      mailsByRecipient(t)['late0@people.test'],
      mailsByRecipient(t)['late1@people.test'],
    ]).toEqual([1, 1]);
    expect(await campaignStatus(id)).toBe('completed');
    await t.checkLaws();
  });

  test('a process that died between the last end and the completion leaves no campaign active', async () => {
    const sender = await newSender();
    const id = await launchEmailCampaign(t, {
      name: 'died',
      senders: [sender],
      nodes: [hello],
      people: people(1, 'died'),
    });
    await t.runFor(hourMs);
    await sql`update campaigns set status = 'active', completed_at = null where id = ${id}`.execute(
      t.db,
    );
    expect(await t.engine.completeFinished()).toBe(1);
    expect(await campaignStatus(id)).toBe('completed');
    await t.checkLaws();
  });

  test('a campaign deleted while it is being sent for does not stop the engine', async () => {
    const sender = await newSender({ minGapSeconds: 0 });
    const gone = await launchEmailCampaign(t, {
      name: 'gone',
      senders: [sender],
      nodes: [hello],
      people: people(3, 'gone'),
    });
    let goOn = () => {};
    const gate = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    t.mailServer.send = (deliver) => gate.then(deliver);
    await t.engine.tick();
    expect((await readMessages(t, gone)).length).toBeGreaterThan(0);
    const stays = await launchEmailCampaign(t, {
      name: 'stays',
      senders: [sender],
      nodes: [hello],
      people: people(2, 'stays'),
    });
    const deleted = t.call(deleteCampaign, { id: gone });
    goOn();
    delete t.mailServer.send;
    await Promise.all([deleted, t.engine.settled()]);
    await t.runFor(3 * hourMs);
    expect(new Set(Object.values(await statusesByEmail(t, stays)))).toEqual(new Set(['completed']));
    await t.checkLaws();
  });

  test('a sender deleted by force keeps its people, named, until it is connected again', async () => {
    const sender = await newSender();
    const id = await launchEmailCampaign(t, {
      name: 'forced',
      senders: [sender],
      nodes: [hello, delayHours(1), followUp],
      people: people(2, 'forced'),
    });
    await t.runFor(50 * minuteMs);
    await t.call(removeSender, { id: sender, force: true });
    await t.runFor(dayMs);
    const inFlight = (await readProspects(t, id)).filter((person) => person.sender_id);
    expect(inFlight.length).toBeGreaterThan(0);
    expect(new Set(inFlight.map((person) => person.hold))).toEqual(
      new Set(['sender_disconnected']),
    );
    await t.checkLaws();
    await t.call(updateMailbox, { id: sender, password: 'secret', status: 'active' });
    await t.runFor(dayMs);
    expect(new Set(Object.values(await statusesByEmail(t, id)))).toEqual(new Set(['completed']));
    await t.checkLaws();
  });
});

describe('one workspace’s fault', () => {
  test('does not keep the others from being sent for', async () => {
    const other = { ...t, ...(await addWorkspace(t.db, t.clock.now())) };
    const broken = await addMailbox(other, {
      address: 'broken@sender.test',
      smtp: t.sink,
      minGapSeconds: 1,
    });
    const poison = await launchEmailCampaign(other, {
      name: 'poison',
      senders: [broken],
      nodes: [hello],
      people: people(1, 'poison'),
    });
    await sql`update campaigns set time_zone = 'Nowhere/Land' where id = ${poison}`.execute(t.db);
    const sender = await newSender();
    const id = await launchEmailCampaign(t, {
      name: 'healthy',
      senders: [sender],
      nodes: [hello],
      people: people(1, 'healthy'),
    });
    await t.engine.runDue();
    expect(await statusesByEmail(t, id)).toEqual({ 'healthy0@people.test': 'completed' });
    await sql`update campaigns set time_zone = null where id = ${poison}`.execute(t.db);
    await t.engine.runDue();
    expect(mailsByRecipient(t)['poison0@people.test']).toBe(1);
    await t.checkLaws();
  });
});
