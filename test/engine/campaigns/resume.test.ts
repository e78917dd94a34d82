import { describe, expect, test } from 'vitest';
import { dayMs, hourMs, minuteMs } from '../../../src/domain/time.ts';
import { pauseCampaign } from '../../../src/operations/campaigns/pause.ts';
import { resumeCampaign } from '../../../src/operations/campaigns/resume.ts';
import { previewResume } from '../../../src/operations/campaigns/resume-preview.ts';
import { showForecast } from '../../../src/operations/forecasts/show.ts';
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
const { call, fail, clock } = fixture;

/**
 * Twelve prospects that wait a day for a follow-up, on a fast sender. The campaign pauses after
 * `pausedMs`, for `restMs`.
 */
async function pausedScene(
  name: string,
  { pausedMs, restMs }: { pausedMs: number; restMs: number },
) {
  const sender = await addMailbox(fixture, {
    address: `${name}@sender.test`,
    smtp: fixture.sink,
    dailyLimit: 500,
    minGapSeconds: 1,
  });
  const nodes = [hello, delayHours(24), followUp, delayHours(2), followUp];
  const id = await launchEmailCampaign(fixture, {
    name,
    senders: [sender],
    nodes,
    people: people(12, name),
  });
  await fixture.runFor(pausedMs);
  await call(pauseCampaign, { id });
  await fixture.runFor(restMs);
  return id;
}

/** Times of the touches by prospect, in order. */
async function touchTimes(id: string): Promise<number[][]> {
  const byPerson = Map.groupBy(await readMessages(fixture, id), (message) => message.prospect_id);
  return [...byPerson.values()].map((own) =>
    own.map((message) => message.sent_at!.getTime()).sort((a, b) => a - b),
  );
}

describe('resume', () => {
  test('with shift moves every touch by the length of the pause, as the preview says', async () => {
    const id = await pausedScene('shift', { pausedMs: 20 * hourMs, restMs: 3 * dayMs });
    const preview = await call(previewResume, { id });
    expect(preview).toMatchObject({ policy: 'shift', sends: 24 });
    await call(resumeCampaign, { id });
    expect(await call(showForecast, { id })).toMatchObject({
      starts_at: preview.starts_at,
      ends_at: preview.ends_at,
      days: preview.days,
    });
    await fixture.runFor(3 * dayMs);
    const times = await touchTimes(id);
    expect(times.map((own) => own.length)).toEqual(Array(12).fill(3));
    for (const [first, second] of times) expect(second! - first!).toBeGreaterThanOrEqual(4 * dayMs);
    const sent = times.flat().sort((a, b) => a - b);
    expect([new Date(sent[12]!).toISOString(), new Date(sent.at(-1)!).toISOString()]).toEqual([
      preview.starts_at,
      preview.ends_at,
    ]);
    await fixture.checkLaws();
  });

  test('with spread sends overdue touches at pace, with drop_overdue skips them', async () => {
    const spread = await pausedScene('spread', { pausedMs: 20 * hourMs, restMs: 3 * dayMs });
    const resumedAt = clock.now().getTime();
    await call(resumeCampaign, { id: spread, policy: 'spread' });
    await fixture.runFor(2 * minuteMs);
    const overdue = (await touchTimes(spread)).flat().filter((at) => at >= resumedAt);
    expect(overdue.length).toBeGreaterThan(0);
    expect(overdue.length).toBeLessThan(12);
    await fixture.runFor(2 * dayMs);
    expect((await touchTimes(spread)).flat().length).toBe(36);

    const dropped = await pausedScene('drop', { pausedMs: 20 * hourMs, restMs: 3 * dayMs });
    const preview = await call(previewResume, { id: dropped, policy: 'drop_overdue' });
    const answer = await call(resumeCampaign, { id: dropped, policy: 'drop_overdue' });
    expect(answer).toMatchObject({ dropped: 12, campaign: { status: 'active' } });
    await fixture.checkLaws();
    await fixture.runFor(3 * dayMs);
    const times = await touchTimes(dropped);
    expect(times.map((own) => own.length)).toEqual(Array(12).fill(2));
    expect(preview.sends).toBe(12);
    expect(new Date(Math.max(...times.flat())).toISOString()).toBe(preview.ends_at);
    expect(new Set((await readProspects(fixture, dropped)).map((person) => person.status))).toEqual(
      new Set(['completed']),
    );
    await fixture.checkLaws();
  });

  test('with drop_overdue completes a campaign whose last touches were overdue', async () => {
    const id = await pausedScene('last', {
      pausedMs: 25 * hourMs + 30 * minuteMs,
      restMs: 3 * dayMs,
    });
    const left = (await readProspects(fixture, id)).filter(
      (person) => person.ended_at === null,
    ).length;
    expect(left).toBeGreaterThan(0);
    await call(resumeCampaign, { id, policy: 'drop_overdue' });
    await fixture.checkLaws();
    await fixture.runFor(2 * dayMs);
    expect(
      (await readProspects(fixture, id)).every((person) => person.status === 'completed'),
    ).toBe(true);
  });

  test('with drop_overdue leaves out one touch, not the one right behind it', async () => {
    const sender = await addMailbox(fixture, {
      address: 'one@sender.test',
      smtp: fixture.sink,
      dailyLimit: 500,
      minGapSeconds: 1,
    });
    const last = { ...followUp, body: 'The last one, %first_name%.' };
    const id = await launchEmailCampaign(fixture, {
      name: 'one',
      senders: [sender],
      nodes: [hello, delayHours(24), followUp, last],
      people: people(2, 'one'),
    });
    await fixture.runFor(20 * hourMs);
    await call(pauseCampaign, { id });
    await fixture.runFor(dayMs);
    expect(await call(resumeCampaign, { id, policy: 'drop_overdue' })).toMatchObject({
      dropped: 2,
    });
    await fixture.runFor(hourMs);
    const texts = (await readMessages(fixture, id)).map((message) => message.body_text);
    expect(texts.map((text) => text?.split(/[ ,]/)[0]).sort()).toEqual(['Hi', 'Hi', 'The', 'The']);
    expect((await touchTimes(id)).map((own) => own.length)).toEqual([2, 2]);
    await fixture.checkLaws();
  });

  test('with drop_overdue keeps a touch that is due a moment later', async () => {
    const id = await pausedScene('keep', { pausedMs: 20 * hourMs, restMs: 0 });
    const earliest = Math.min(...(await touchTimes(id)).flat());
    await fixture.runUntil(new Date(earliest + 24 * hourMs - 1));
    expect(await call(previewResume, { id, policy: 'drop_overdue' })).toMatchObject({ sends: 24 });
    clock.advanceMs(1);
    expect(await call(resumeCampaign, { id, policy: 'drop_overdue' })).toMatchObject({
      dropped: 1,
    });
    await fixture.runFor(3 * dayMs);
    expect((await touchTimes(id)).flat().length).toBe(35);
    await fixture.checkLaws();
  });

  test('can be previewed only while the campaign is paused', async () => {
    const id = await pausedScene('brief', { pausedMs: hourMs, restMs: hourMs });
    await call(resumeCampaign, { id });
    expect((await fail(previewResume, { id })).code).toBe('campaign.not_paused');
    expect((await call(resumeCampaign, { id })).campaign.status).toBe('active');
  });
});
