import { expect, it } from 'vitest';
import { hourMs } from '../../../src/domain/time.ts';
import { testApi } from '../../fixtures/api.ts';
import { type Body, bare, inboxSteps } from '../../fixtures/inbox-api.ts';
import { openXFixture } from '../../fixtures/x.ts';

const fixture = await openXFixture();
const { x, runFor, readInboxes } = fixture;
const { as } = testApi(fixture.services, { inboxWindows: [{ limit: 100_000, ms: 60_000 }] });
const { inbox, ok } = inboxSteps(await as(fixture), fixture);

it('a program written for Inbox runs a campaign on X', async () => {
  const account = bare(await fixture.connect('sam_sells'));
  const links = JSON.parse((await inbox('GET /account-links')).text) as Body[];
  expect(links).toMatchObject([
    {
      id: account,
      platform: 'twitter',
      platformId: expect.stringMatching(/^\d+$/),
      username: 'sam_sells',
      status: 'active',
    },
  ]);
  const ids = Object.fromEntries(['jane', 'joe', 'ann'].map((name) => [name, x.addUser(name).id]));
  x.addUser('shy', { closed: true });
  const { id } = await ok('POST /campaigns/v2', {
    name: 'Q1 DM outreach',
    accountLinkIds: [account],
  });
  const steps = [
    {
      type: 'message',
      data: {
        segments: [
          { type: 'static', text: 'Hi @' },
          { type: 'variable', name: 'username', fallback: 'you' },
        ],
      },
    },
    { type: 'delay', data: { delaySeconds: 10_800, unit: 'hours' } },
    { type: 'message', data: { segments: [{ type: 'static', text: 'Any thoughts?' }] } },
  ];
  await ok(`PUT /campaigns/v2/${id}/sequence`, { steps });
  const people = { platformIds: [ids.ann], usernames: ['@Jane', 'joe', 'shy', 'nobody_at_all'] };
  expect(await ok(`POST /campaigns/v2/${id}/leads`, people)).toEqual({
    added: 5,
    skipped: 0,
    failed: 0,
  });
  await ok(`POST /campaigns/v2/${id}/enable`);
  await runFor(2 * hourMs);
  expect(x.conversation('sam_sells', 'jane')).toEqual(['> Hi @jane']);
  expect(x.conversation('sam_sells', 'ann')).toHaveLength(1);
  x.write('jane', 'sam_sells', 'Tell me more');
  await readInboxes();
  expect(await ok(`GET /campaigns/v2/${id}`)).toMatchObject({
    status: 'active',
    targetsCount: 5,
    contactedCount: 3,
    repliesCount: 1,
    replyRate: 1 / 3,
  });
  await runFor(12 * hourMs);
  expect(x.conversation('sam_sells', 'joe')).toEqual(['> Hi @joe', '> Any thoughts?']);
  expect(x.conversation('sam_sells', 'jane')).toHaveLength(2);
  expect(await ok(`GET /campaigns/v2/${id}`)).toMatchObject({
    status: 'completed',
    completionRate: 2 / 5,
    completedAt: expect.any(String),
  });
  const { data } = await ok(`GET /campaigns/v2/${id}/leads`);
  expect(
    Object.fromEntries(
      (data as Body[]).map(({ username, platformId, status }) => [username ?? platformId, status]),
    ),
  ).toEqual({
    jane: 'replied',
    joe: 'completed',
    [ids.ann!]: 'completed',
    shy: 'failed',
    nobody_at_all: 'failed',
  });
  await fixture.checkLaws();
});
