import { describe, expect, test } from 'vitest';
import { hourMs, minuteMs } from '../../../src/domain/time.ts';
import { getCampaign } from '../../../src/operations/campaigns/get.ts';
import { cancelProspect } from '../../../src/operations/roster/cancel.ts';
import { markReplied } from '../../../src/operations/roster/mark-replied.ts';
import { pauseProspect } from '../../../src/operations/roster/pause.ts';
import { removeProspects } from '../../../src/operations/roster/remove.ts';
import { resumeProspect } from '../../../src/operations/roster/resume.ts';
import { skipAheadProspect } from '../../../src/operations/roster/skip-ahead.ts';
import {
  delayHours,
  followUp,
  hello,
  launchEmailCampaign,
  people,
} from '../../factories/campaigns.ts';
import { addMailbox } from '../../factories/rows.ts';
import { openEmailFixture } from '../../fixtures/email.ts';
import { readProspects } from '../../fixtures/engine.ts';

const fixture = await openEmailFixture();
const { call, fail, clock } = fixture;

/** Four prospects with two touches a day apart, after `ms`. Returns their ids in order. */
async function scene(name: string, ms: number, perDay = 500) {
  const sender = await addMailbox(fixture, {
    address: `${name}@sender.test`,
    smtp: fixture.sink,
    dailyLimit: perDay,
    minGapSeconds: 1,
  });
  const nodes = [hello, delayHours(24), followUp];
  const id = await launchEmailCampaign(fixture, {
    name,
    senders: [sender],
    nodes,
    people: people(4, name),
  });
  await fixture.runFor(ms);
  return { id, ids: (await readProspects(fixture, id)).map((person) => person.id) };
}

const mailsTo = (address: string) =>
  fixture.sink.messages.filter(({ to }) => to[0] === address).length;

describe('an action on one prospect', () => {
  test('completes the campaign at once when it removes the last prospect', async () => {
    const sender = await addMailbox(fixture, {
      address: 'last@sender.test',
      smtp: fixture.sink,
      dailyLimit: 1,
      minGapSeconds: 1,
    });
    const options = {
      name: 'last',
      senders: [sender],
      nodes: [hello],
      people: people(3, 'last'),
      settings: { roster: 'open' },
    };
    const id = await launchEmailCampaign(fixture, options);
    await fixture.runFor(hourMs);
    const left = (await readProspects(fixture, id))
      .filter((person) => person.ended_at === null)
      .map((person) => person.id);
    await call(removeProspects, { id, prospect_ids: left.slice(1) });
    expect((await call(getCampaign, { id })).campaign.status).toBe('active');
    expect(await call(removeProspects, { id, prospect_ids: left })).toEqual({ deleted: 1 });
    expect((await call(getCampaign, { id })).campaign).toMatchObject({
      status: 'completed',
      completed_at: clock.now().toISOString(),
    });
    await fixture.checkLaws();
  });

  test('pauses it until the instant or the resume; the others go on', async () => {
    const { id, ids } = await scene('pause', 2 * hourMs);
    const until = new Date(clock.now().getTime() + 48 * hourMs).toISOString();
    expect((await call(pauseProspect, { id, prospectId: ids[0], until })).prospect).toMatchObject({
      hold: 'paused',
    });
    await call(pauseProspect, { id, prospectId: ids[1] });
    await fixture.runFor(30 * hourMs);
    expect([0, 1, 2, 3].map((n) => mailsTo(`pause${n}@people.test`))).toEqual([1, 1, 2, 2]);
    await fixture.checkLaws();
    await fixture.runFor(20 * hourMs);
    expect(mailsTo('pause0@people.test')).toBe(2);
    expect((await call(resumeProspect, { id, prospectId: ids[1] })).prospect.hold).toBeNull();
    await call(resumeProspect, { id, prospectId: ids[1] });
    await fixture.runFor(hourMs);
    expect(mailsTo('pause1@people.test')).toBe(2);
    expect((await fail(pauseProspect, { id, prospectId: ids[1] })).code).toBe('prospect.ended');
    expect((await call(getCampaign, { id })).campaign.status).toBe('completed');
    await fixture.checkLaws();
  });

  test('keeps it out of the pool while it is paused', async () => {
    const { id, ids } = await scene('pool', 0, 1);
    await call(pauseProspect, { id, prospectId: ids[1] });
    await fixture.runFor(70 * hourMs);
    expect([mailsTo('pool1@people.test'), mailsTo('pool2@people.test') > 0]).toEqual([0, true]);
    await fixture.checkLaws();
    await call(resumeProspect, { id, prospectId: ids[1] });
    await fixture.runFor(72 * hourMs);
    expect(mailsTo('pool1@people.test')).toBeGreaterThan(0);
    await fixture.checkLaws();
  });

  test('ends it once by cancel or mark-replied; the last end completes the campaign', async () => {
    const { id, ids } = await scene('end', 2 * hourMs);
    for (let twice = 0; twice < 2; twice += 1) {
      expect((await call(cancelProspect, { id, prospectId: ids[0] })).prospect).toMatchObject({
        status: 'cancelled',
        end_reason: 'cancelled by hand',
      });
      await call(cancelProspect, { id, prospectId: ids[1] });
      expect((await call(markReplied, { id, prospectId: ids[2] })).prospect).toMatchObject({
        status: 'replied',
      });
    }
    expect((await fail(markReplied, { id, prospectId: ids[0] })).code).toBe('prospect.ended');
    expect((await fail(cancelProspect, { id, prospectId: fixture.services.newId() })).code).toBe(
      'prospect.not_found',
    );
    await call(cancelProspect, { id, prospectId: ids[3] });
    const { campaign } = await call(getCampaign, { id });
    expect(campaign).toMatchObject({
      status: 'completed',
      stats: { cancelled: 3, replied: 1, contacted: 4 },
    });
    const events = await fixture.db
      .selectFrom('events')
      .select(['kind', 'actor'])
      .where('campaign_id', '=', id)
      .where('kind', 'like', 'prospect.%')
      .execute();
    expect(events.map(({ kind }) => kind)).toEqual([
      'prospect.cancelled',
      'prospect.cancelled',
      'prospect.replied',
      'prospect.cancelled',
    ]);
    expect(events.every(({ actor }) => actor.startsWith('key:'))).toBe(true);
    await fixture.checkLaws();
  });

  test('makes it due now before the pool, or skips a touch', async () => {
    const { id, ids } = await scene('skip', 0, 1);
    await fixture.runFor(hourMs);
    await call(skipAheadProspect, { id, prospectId: ids[3] });
    await fixture.checkLaws();
    await fixture.runFor(23 * hourMs);
    expect([0, 1, 2, 3].map((n) => mailsTo(`skip${n}@people.test`))).toEqual([1, 0, 0, 1]);
    const passed = await call(skipAheadProspect, { id, prospectId: ids[3], skip: 'touch' });
    expect(passed.prospect).toMatchObject({
      status: 'completed',
      end_reason: 'the sequence is finished',
    });
    const second = await call(skipAheadProspect, { id, prospectId: ids[1], skip: 'touch' });
    expect(second.prospect).toMatchObject({
      status: 'pending',
      sender_id: expect.any(String),
      current_node_id: expect.any(String),
    });
    await fixture.checkLaws();
    const quick = await scene('quick', 2 * hourMs);
    await call(skipAheadProspect, { id: quick.id, prospectId: quick.ids[2] });
    await fixture.runFor(10 * minuteMs);
    expect([0, 1, 2, 3].map((n) => mailsTo(`quick${n}@people.test`))).toEqual([1, 1, 2, 1]);
    await fixture.checkLaws();
  });

  test('during a hand-over pauses it after the record, ends it at once, cannot skip', async () => {
    const { id, ids } = await scene('way', 2 * hourMs);
    const asked: string[] = [];
    fixture.mailServer.send = async (deliver, message) => {
      const n = [0, 1, 2].find((index) => message.to === `way${index}@people.test`);
      if (n === 0)
        expect((await call(pauseProspect, { id, prospectId: ids[0] })).prospect.hold).toBe(
          'reserved',
        );
      if (n === 1)
        expect((await call(cancelProspect, { id, prospectId: ids[1] })).prospect.status).toBe(
          'cancelled',
        );
      if (n === 2)
        expect((await fail(skipAheadProspect, { id, prospectId: ids[2] })).code).toBe(
          'prospect.in_hand',
        );
      if (n === 0) asked.push(message.to);
      if (asked.length === 1 && n === 0)
        return { ok: false, fault: { kind: 'temporary', code: '451', detail: 'Later' } };
      return deliver();
    };
    await fixture.runFor(30 * hourMs);
    delete fixture.mailServer.send;
    const [paused, cancelled, gone] = await readProspects(fixture, id);
    expect(paused).toMatchObject({
      hold: 'paused',
      hold_until: null,
      pausing: null,
      ended_at: null,
    });
    expect(cancelled).toMatchObject({ status: 'cancelled', hold: null });
    expect(gone).toMatchObject({ status: 'completed' });
    expect(mailsTo('way1@people.test')).toBe(2);
    await fixture.checkLaws();
    await call(resumeProspect, { id, prospectId: ids[0] });
    await fixture.runFor(hourMs);
    expect(mailsTo('way0@people.test')).toBe(2);
    await fixture.checkLaws();
  });
});
