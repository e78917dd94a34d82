import { expect, it } from 'vitest';
import { reportCampaign } from '../../../src/operations/reports/campaign.ts';
import { advanceTo, launchIn, openSandboxFixture } from '../../fixtures/sandbox.ts';

const fixture = await openSandboxFixture({ clock: '2026-03-02T09:00:00Z' });
const { call, fail } = fixture;

it('a report says what each step, sender and day achieved', async () => {
  const id = await launchIn(fixture, {
    name: 'Reported',
    senders: 2,
    dailyLimit: 50,
    nodes: [
      { type: 'email', subject: 'A question', body: 'Hello' },
      { type: 'delay', delay_days: 2 },
      { type: 'email', is_reply: true, body: 'Did you see it?' },
    ],
    people: ['ann+reply-1d', 'bob', 'cid+bounce', 'dan+unsubscribe', 'eva'].map((name) => ({
      email: `${name}@people.test`,
    })),
  });
  await advanceTo(fixture, '2026-03-06T09:00:00Z');
  const report = await call(reportCampaign, { id });
  expect(report).toMatchObject({ from: '2026-03-02', to: '2026-03-06', by: 'day' });
  const figures = { sent: 7, contacted: 5, replied: 1, bounced: 1, unsubscribed: 1 };
  expect(report.totals).toEqual({ ...figures, reply_rate: 0.2, bounce_rate: 0.2 });
  expect(report.steps).toMatchObject([
    { position: 0, sent: 5, replied: 1, bounced: 1, unsubscribed: 1, reply_rate: 0.2 },
    { position: 2, sent: 2, replied: 0, bounced: 0, unsubscribed: 0, reply_rate: 0 },
  ]);
  const sumOf = (rows: readonly Record<string, unknown>[], name: string) =>
    rows.reduce((sum, row) => sum + Number(row[name]), 0);
  for (const [name, n] of Object.entries(figures)) {
    expect([name, sumOf(report.senders, name)]).toEqual([name, n]);
    expect([name, sumOf(report.periods, name)]).toEqual([name, n]);
  }
  expect(report.senders[0]!.name).toContain('@');
  const weeks = await call(reportCampaign, { id, by: 'week' });
  expect(weeks.periods).toEqual([{ from: '2026-03-02', ...figures }]);
  const later = await call(reportCampaign, { id, from: '2026-03-04' });
  expect(later.totals).toMatchObject({ sent: 2, contacted: 0, replied: 0, reply_rate: null });
});

it.each([
  [{ from: '2026-03-05', to: '2026-03-04' }, /must not lie after/i],
  [{ from: '2025-01-01', to: '2026-03-04' }, /366 days/],
])('a period such as %j is refused', async (period, message) => {
  const id = await launchIn(fixture, {
    name: `refused-${period.from}`,
    senders: 1,
    dailyLimit: 5,
    nodes: [{ type: 'email', subject: 'Hi', body: 'Hello' }],
    people: [{ email: 'zoe@people.test' }],
  });
  expect(await fail(reportCampaign, { id, ...period })).toMatchObject({
    status: 400,
    errors: [{ pointer: '/from', message: expect.stringMatching(message) }],
  });
});
