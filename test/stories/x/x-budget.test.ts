import { describe, expect, it } from 'vitest';
import { dayMs, hourMs } from '../../../src/domain/time.ts';
import { explainOneCampaign } from '../../../src/operations/explanations/campaign.ts';
import { explainOneSender } from '../../../src/operations/explanations/sender.ts';
import { showForecast } from '../../../src/operations/forecasts/show.ts';
import { updateXAccount } from '../../../src/operations/x/update.ts';
import { peopleOf } from '../../fixtures/x.ts';
import { followUp, hello, openXCampaigns, pause } from './campaigns.ts';

const fixture = await openXCampaigns();
const { x, call, clock, fail, prepare, readInboxes, run, runUntil } = fixture;
/** When an account's messages went out. */
const sentBy = (seller: string): Date[] => {
  const { id } = x.state.users.find(({ username }) => username === seller)!;
  return x.state.events.filter(({ from }) => from === id).map(({ at }) => at);
};
const nextDay = () => new Date(Math.ceil((clock.now().getTime() + 1) / dayMs) * dayMs);

describe('a budget in money', () => {
  it('people wait until the day turns, and forecast and explanation say so', async () => {
    const { seller, sender, handles } = await prepare(7);
    // 0.05 for reading, and 4 messages of 0.035.
    const { account } = await call(updateXAccount, { id: sender, daily_budget_usd: 0.19 });
    expect(account).toMatchObject({ daily_budget_usd: 0.19 });
    const id = await run('Budget', { sender, handles }, [hello, pause, followUp]);
    const forecast = await call(showForecast, { id });
    expect(forecast).toMatchObject({ sends: 14, cost_usd: 0.49, finished: true });
    expect(forecast.assumptions.join(' ')).toContain('of $0.19 for this day (UTC)');
    const bill = x.billed();
    await runUntil(new Date(nextDay().getTime() - hourMs));
    expect(sentBy(seller)).toHaveLength(4);
    expect(x.billed() - bill).toBeLessThanOrEqual(0.19);
    const figures = '$0.14 for messages and $0.05 for reading, of $0.19';
    for (const explained of [
      await call(explainOneSender, { id: sender }),
      await call(explainOneCampaign, { id }),
    ])
      expect(explained.binding).toMatchObject({
        code: 'sender_budget',
        words: expect.stringContaining(figures),
        opens_at: nextDay().toISOString(),
      });
    await runUntil(new Date(forecast.ends_at!));
    const people = Object.values(await peopleOf(fixture, id));
    expect(people.map(({ status }) => status)).toEqual(people.map(() => 'completed'));
    expect(sentBy(seller).at(-1)).toEqual(new Date(forecast.ends_at!));
    const days = Map.groupBy(sentBy(seller), (at) => at.toISOString().slice(0, 10));
    expect([...days.values()].map((sent) => sent.length)).toEqual([4, 4, 4, 2]);
    await fixture.checkLaws();
  });

  it('reading counts, and never stops', async () => {
    const { seller, sender, handles } = await prepare(3);
    await readInboxes();
    await call(updateXAccount, { id: sender, daily_budget_usd: 0.15 });
    const id = await run('Flood', { sender, handles });
    for (let n = 0; n < 12; n += 1) x.write(handles[0]!, seller, `question ${n}`);
    await readInboxes();
    const { binding } = await call(explainOneSender, { id: sender });
    expect(binding).toMatchObject({ code: 'sender_budget' });
    expect(binding.words).toMatch(/\$0\.1[2-4] for reading, of \$0\.15/);
    x.write(handles[1]!, seller, 'and another');
    await readInboxes();
    expect((await peopleOf(fixture, id))[handles[1]!]).toMatchObject({ status: 'pending' });
    await call(updateXAccount, { id: sender, daily_budget_usd: null });
    expect((await call(explainOneSender, { id: sender })).binding.code).not.toBe('sender_budget');
  });

  it.each([0, 0.09, 0.105, -1, 1_000_001])('%f dollars are refused', async (daily_budget_usd) => {
    const { sender } = await prepare(0);
    expect(await fail(updateXAccount, { id: sender, daily_budget_usd })).toMatchObject({
      status: 400,
    });
  });
});
