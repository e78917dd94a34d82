import { describe, expect, it } from 'vitest';
import { launchCampaign } from '../../../src/operations/campaigns/launch.ts';
import { validateCampaign } from '../../../src/operations/campaigns/validate.ts';
import { listEvents } from '../../../src/operations/events/list.ts';
import { connectX } from '../../../src/operations/x/connect.ts';
import { listXAccounts } from '../../../src/operations/x/list.ts';
import { draftCampaign } from '../../factories/campaigns.ts';
import { openXFixture } from '../../fixtures/x.ts';

const fixture = await openXFixture();
const { services, db, call, fail } = fixture;

describe('the rules of X', () => {
  it('what X allows is acknowledged once, and kept as an event', async () => {
    const told = async () =>
      (await call(listEvents, { kind: ['rules.acknowledged'] })).events.map(({ data }) => data);
    for (const acknowledge_rules of [undefined, false])
      expect(await fail(connectX, { acknowledge_rules })).toMatchObject({
        status: 409,
        code: 'x.rules_not_acknowledged',
        detail: expect.stringContaining('only to people who wrote to the account first'),
      });
    expect(await told()).toEqual([]);
    expect((await call(listXAccounts, {})).accounts).toEqual([]);
    for (const more of [{ acknowledge_rules: true }, { acknowledge_rules: true }, {}])
      await call(connectX, more);
    expect(await told()).toEqual([
      expect.objectContaining({
        rules: 'X Developer Guidelines 2026',
        words: expect.stringContaining('wrote to the account first or agreed'),
        member_id: fixture.memberId,
      }),
    ]);
  });

  it('a launch asks for it where nobody has acknowledged it yet', async () => {
    const sender = await fixture.connect('early');
    const id = await draftCampaign(fixture, {
      type: 'x',
      name: 'Early',
      senders: [sender],
      nodes: [{ type: 'message', body: 'Hi' }],
      people: [{ x_handle: 'jane' }],
    });
    await db.deleteFrom('acknowledgements').execute();
    await call(launchCampaign, { id, dry_run: true, acknowledge_rules: true });
    const missing = expect.objectContaining({ code: 'rules_not_acknowledged' });
    expect((await fail(launchCampaign, { id })).errors).toEqual([missing]);
    expect((await call(validateCampaign, { id })).problems).toEqual([missing]);
    await call(launchCampaign, { id, acknowledge_rules: true });
    const { rows } = await services.pool.query('select rules, member_id from acknowledgements');
    expect(rows).toEqual([{ rules: 'X Developer Guidelines 2026', member_id: fixture.memberId }]);
  });
});
