import { expect, it } from 'vitest';
import { testApi } from '../../fixtures/api.ts';
import { type Body, bare, dashed } from '../../fixtures/inbox-api.ts';
import { advanceTo, openSandboxFixture } from '../../fixtures/sandbox.ts';

const fixture = await openSandboxFixture({ clock: '2026-03-02T08:00:00Z' });
const { anonymous } = testApi(fixture.services);
const ask = async (route: string, body?: unknown): Promise<Body> => {
  const answer = await anonymous(route, body, { authorization: `Bearer ${fixture.key}` });
  expect(answer.status, `${route} ${answer.text}`).toBeLessThan(300);
  return answer.body;
};
const inbox = (route: string, body?: unknown) => ask(route.replace(' ', ' /api/v1'), body);
const createAccount = async () => {
  const { account } = await ask('POST /api/senders/sandbox', { type: 'x', daily_limit: 100 });
  return bare((account as { id: string }).id);
};

const [first, second] = [await createAccount(), await createAccount()];
const { id } = await inbox('POST /campaigns/v2', { name: 'Sending', accountLinkIds: [first] });
const uuid = dashed(id);
const targets = async () => (await inbox(`GET /campaigns/v2/${id}/leads`)).data as Body[];
const sent = async () =>
  (await ask(`GET /api/campaigns/${uuid}/generate-messages?status=sent`)).messages as {
    sent_at: string;
    account_id: string;
    body_text: string;
    prospect_id: string;
  }[];

it('an account sends at most its hourly rate, and each message equals its draft', async () => {
  const segments = [
    { type: 'variation', options: ['Hi', 'Hello', 'Hey'] },
    { type: 'static', text: '!' },
  ];
  const steps = [
    { type: 'message', data: { segments } },
    { type: 'delay', data: { delaySeconds: 172_800, unit: 'days' } },
    { type: 'message', data: { segments: [{ type: 'static', text: 'Again' }] } },
  ];
  await inbox(`PUT /campaigns/v2/${id}/sequence`, { steps });
  await inbox(`PATCH /campaigns/v2/${id}`, { hourlyMessageRate: 5 });
  await inbox(`POST /campaigns/v2/${id}/leads`, {
    usernames: Array.from({ length: 20 }, (_, index) => `user${index}`),
  });
  const { messages } = await ask(`POST /api/campaigns/${uuid}/generate-messages`, {
    action: 'resolve',
  });
  const drafts = new Map(
    (messages as { prospect_id: string; body_text: string }[]).map((draft) => [
      `${draft.prospect_id} ${draft.body_text}`,
      draft,
    ]),
  );
  expect(await inbox(`POST /campaigns/v2/${id}/enable`)).toMatchObject({
    status: 'active',
    hourlyMessageRate: 5,
  });
  await advanceTo(fixture, '2026-03-03T08:00:00Z');
  expect(await inbox(`GET /campaigns/v2/${id}`)).toMatchObject({
    contactedCount: 20,
    repliesCount: 0,
    replyRate: 0,
    completionRate: 0,
  });
  const out = await sent();
  expect(out).toHaveLength(20);
  const byHour = Map.groupBy(out, ({ sent_at }) => sent_at.slice(0, 13));
  for (const hour of byHour.values()) expect(hour.length).toBeLessThanOrEqual(5);
  for (const { prospect_id, body_text } of out)
    expect(drafts.has(`${prospect_id} ${body_text}`)).toBe(true);
});

it('a removed account hands its leads over to the account that remains', async () => {
  expect((await targets()).every(({ accountLinkId }) => accountLinkId === first)).toBe(true);
  expect(await inbox(`PATCH /campaigns/v2/${id}`, { accountLinkIds: [second] })).toMatchObject({
    accountLinkIds: [second],
    isBuildingPlan: false,
  });
  expect((await targets()).every(({ accountLinkId }) => accountLinkId === second)).toBe(true);
  await advanceTo(fixture, '2026-03-06T08:00:00Z');
  const again = (await sent()).filter((message) => message.body_text === 'Again');
  expect(new Set(again.map((message) => bare(message.account_id)))).toEqual(new Set([second]));
  expect(await inbox(`GET /campaigns/v2/${id}`)).toMatchObject({
    status: 'completed',
    completionRate: 1,
    completedAt: expect.any(String),
  });
  expect((await targets()).every(({ status }) => status === 'completed')).toBe(true);
});
