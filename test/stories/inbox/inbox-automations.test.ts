import { expect, it } from 'vitest';
import { idleChannel } from '../../factories/rows.ts';
import { testApi } from '../../fixtures/api.ts';
import { testDatabase } from '../../fixtures/database.ts';
import { type Body, bare, inboxSteps } from '../../fixtures/inbox-api.ts';

const database = await testDatabase({ channels: [idleChannel('x')] });
const { services } = database;
const { as } = testApi(services, { inboxWindows: [{ limit: 100_000, ms: 60_000 }] });
const { ok, fail, create } = inboxSteps(await as(database), database);

it('a campaign has pairs of trigger and action that can be switched off one by one', async () => {
  const { id } = await create();
  const { id: statusId } = await ok('POST /statuses', { name: 'Won', color: 'green' });
  const { id: tagId } = await ok('POST /tags', { name: 'Hot' });
  const automations = [
    { trigger: 'replied', action: 'setStatus', actionData: { statusId }, enabled: true },
    { trigger: 'contacted', action: 'addTag', actionData: { tagId }, enabled: false },
    { trigger: 'bounced', action: 'notify', actionData: { text: 'Look' }, enabled: true },
    { trigger: 'replied', action: 'stopInOtherCampaigns', actionData: {}, enabled: true },
  ];
  const { automations: made } = await ok(`PUT /campaigns/v2/${id}/automations`, { automations });
  expect(made).toEqual(
    automations.map((automation) => ({
      id: expect.stringMatching(/^[0-9a-z]+$/),
      ...automation,
    })),
  );
  expect((await ok(`GET /campaigns/v2/${id}`)).automations).toEqual(made);
  const [first, second] = made as (Body & { id: string })[];
  const patched = await ok(`PATCH /campaigns/v2/${id}/automations`, {
    automations: [
      { id: first!.id, enabled: false },
      { id: second!.id, enabled: true },
    ],
  });
  expect(patched.automations).toMatchObject([
    { ...first, enabled: false },
    { ...second, enabled: true },
    {},
    {},
  ]);
  expect(await ok(`PUT /campaigns/v2/${id}/automations`, { automations: [second] })).toEqual({
    automations: [second],
  });
  for (const wrong of [
    { trigger: 'sneezed', action: 'notify' },
    { trigger: 'replied', action: 'setStatus' },
    { trigger: 'replied', action: 'addTag', actionData: { tagId: bare(services.newId()) } },
  ])
    expect(
      await fail(`PUT /campaigns/v2/${id}/automations`, { automations: [wrong] }),
    ).toMatchObject({ status: 400 });
  const { id: other } = await create();
  expect(
    await fail(`PATCH /campaigns/v2/${other}/automations`, { automations: [{ id: second!.id }] }),
  ).toMatchObject({
    status: 404,
    code: 'AUTOMATION_NOT_FOUND',
  });
});
