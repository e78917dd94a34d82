import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { getCampaign } from '../../../src/db/campaigns/campaigns.ts';
import { dayMs, hourMs, minuteMs } from '../../../src/domain/time.ts';
import { deleteCampaign } from '../../../src/operations/campaigns/delete.ts';
import { updateMailbox } from '../../../src/operations/email/update.ts';
import { addProspects } from '../../../src/operations/roster/add.ts';
import { removeSender } from '../../../src/operations/senders/remove.ts';
import {
  delayHours,
  followUp,
  hello,
  launchEmailCampaign,
  people,
} from '../../factories/campaigns.ts';
import { addMailbox } from '../../factories/rows.ts';
import { addWorkspace } from '../../fixtures/database.ts';
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

describe('the course of a campaign', () => {
  test('completes exactly when its last prospect ends', async () => {
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

  test('completes at once when it is launched without prospects', async () => {
    const id = await launchEmailCampaign(t, {
      name: 'empty',
      senders: [await newSender()],
      nodes: [hello],
      people: [],
    });
    expect(await campaignStatus(id)).toBe('completed');
    await t.checkLaws();
  });

  test('sends to prospects added to an open roster, also after it completed', async () => {
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

  test('completes although the process died between the last end and the completion', async () => {
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

  test('does not stop the engine when it is deleted while it sends', async () => {
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

  test('holds the prospects of a sender deleted by force until it is connected again', async () => {
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

describe('a fault in one workspace', () => {
  test('does not stop the sends of other workspaces', async () => {
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
