import { describe, expect, test } from 'vitest';
import { dayMs, hourMs } from '../../../src/domain/time.ts';
import { accountUsage } from '../../../src/operations/campaign-senders/usage.ts';
import { getCampaign } from '../../../src/operations/campaigns/get.ts';
import { promoteCampaign } from '../../../src/operations/campaigns/promote.ts';
import { updateCampaign } from '../../../src/operations/campaigns/update.ts';
import { showForecast } from '../../../src/operations/forecasts/show.ts';
import { cancelProspect } from '../../../src/operations/roster/cancel.ts';
import {
  delayHours,
  followUp,
  hello,
  launchEmailCampaign,
  people,
} from '../../factories/campaigns.ts';
import { addMailbox } from '../../factories/rows.ts';
import { openEmailFixture } from '../../fixtures/email.ts';
import { readMessages, readProspects } from '../../fixtures/engine.ts';

const fixture = await openEmailFixture();
const { call, fail } = fixture;
const nodes = [hello, delayHours(24), followUp];
const mailsTo = (prefix: string) =>
  fixture.sink.messages.filter(({ to }) => to[0]!.startsWith(prefix)).length;

describe('a dry run', () => {
  test('runs on its real schedule with its real texts and delivers nothing', async () => {
    const sender = await addMailbox(fixture, {
      address: 'dry@sender.test',
      smtp: fixture.sink,
      dailyLimit: 500,
      minGapSeconds: 1,
    });
    const id = await launchEmailCampaign(fixture, {
      name: 'dry',
      senders: [sender],
      nodes,
      people: people(5, 'dry'),
      settings: { dry_run: true },
    });
    const forecast = await call(showForecast, { id });
    await fixture.runFor(2 * dayMs);
    expect(mailsTo('dry')).toBe(0);
    const messages = await readMessages(fixture, id);
    expect(
      messages.filter(
        ({ state, error_detail }) => state === 'sent' && error_detail === 'dry run: not delivered',
      ).length,
    ).toBe(10);
    expect(messages.find((message) => message.subject === 'Hello P3')?.body_text).toBe(
      'Hi P3, from Sam.',
    );
    expect(Math.max(...messages.map((message) => message.sent_at!.getTime()))).toBe(
      Date.parse(forecast.ends_at!),
    );
    expect((await call(getCampaign, { id })).campaign).toMatchObject({
      status: 'completed',
      dry_run: true,
      stats: { contacted: 5 },
    });
    const event = await fixture.db
      .selectFrom('events')
      .select('data')
      .where('campaign_id', '=', id)
      .where('kind', '=', 'message.sent')
      .executeTakeFirstOrThrow();
    expect(event.data).toMatchObject({ dry_run: true });
    await fixture.checkLaws();
    const warned = await call(updateCampaign, { id, dry_run: false });
    expect(warned.warnings?.[0]?.pointer).toBe('/dry_run');
  });

  test('starts over for real with a clean roster and gives its usage back', async () => {
    const sender = await addMailbox(fixture, {
      address: 'real@sender.test',
      smtp: fixture.sink,
      dailyLimit: 20,
      minGapSeconds: 1,
    });
    const id = await launchEmailCampaign(fixture, {
      name: 'real',
      senders: [sender],
      nodes,
      people: people(6, 'real'),
      settings: { dry_run: true },
    });
    await fixture.runFor(3 * hourMs);
    const ids = (await readProspects(fixture, id)).map((person) => person.id);
    await call(cancelProspect, { id, prospectId: ids[5] });
    const used = async () => (await call(accountUsage, { id })).accounts[0]!.sent_today;
    expect(await used()).toBeGreaterThan(0);
    expect(await call(promoteCampaign, { id })).toMatchObject({
      people: 5,
      campaign: {
        status: 'active',
        dry_run: false,
        stats: { pending: 5, cancelled: 1, contacted: 0 },
      },
    });
    expect(await used()).toBe(0);
    await fixture.checkLaws();
    await fixture.runFor(3 * dayMs);
    expect(mailsTo('real')).toBe(10);
    expect((await call(getCampaign, { id })).campaign).toMatchObject({
      status: 'completed',
      stats: { completed: 5, cancelled: 1 },
    });
    expect((await fail(promoteCampaign, { id })).code).toBe('campaign.not_dry_run');
    await fixture.checkLaws();
  });

  test('records a touch as sent without asking the provider when its worker died', async () => {
    const sender = await addMailbox(fixture, {
      address: 'died@sender.test',
      smtp: fixture.sink,
      dailyLimit: 500,
      minGapSeconds: 1,
    });
    const id = await launchEmailCampaign(fixture, {
      name: 'died',
      senders: [sender],
      nodes,
      people: people(1, 'died'),
      settings: { dry_run: true },
    });
    await fixture.runFor(hourMs);
    await fixture.deliver(
      sender,
      'From: died0@people.test\r\nTo: died@sender.test\r\nSubject: Hi\r\n' +
        'Message-ID: <1@people.test>\r\n\r\nA reply.\r\n',
    );
    await fixture.readInboxes();
    expect((await call(getCampaign, { id })).campaign.stats).toMatchObject({ replied: 0, sent: 1 });
    await fixture.db
      .updateTable('messages')
      .set({ state: 'reserved', sent_at: null, deadline_at: new Date(0) })
      .where('campaign_id', '=', id)
      .execute();
    fixture.mailServer.find = () => {
      throw new Error('Nobody is asked about a dry run');
    };
    await fixture.engine.recover();
    await fixture.engine.settled();
    expect((await readMessages(fixture, id)).map(({ state }) => state)).toEqual(['sent']);
  });
});
