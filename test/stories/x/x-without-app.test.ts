import { describe, expect, it } from 'vitest';
import { createCampaign } from '../../../src/operations/campaigns/create.ts';
import { launchCampaign } from '../../../src/operations/campaigns/launch.ts';
import { addProspects } from '../../../src/operations/roster/add.ts';
import { createWorkspace } from '../../../src/operations/workspaces/create.ts';
import { connectX } from '../../../src/operations/x/connect.ts';
import { createCaller } from '../../fixtures/caller.ts';
import { testDatabase } from '../../fixtures/database.ts';
import { openXFixture } from '../../fixtures/x.ts';

const fixture = await openXFixture();
const { services, db, call, workspaceId } = fixture;

describe('without an app at X', () => {
  it('without an app, campaigns on X can be prepared but not launched', async () => {
    const bare = await testDatabase();
    const { call: ask, fail: refuse } = createCaller(bare.services, bare);
    expect(await refuse(connectX, {})).toMatchObject({
      status: 400,
      code: 'x.not_set_up',
      hint: expect.stringContaining('POSTRIDER_X_CLIENT_ID'),
    });
    const { campaign } = await ask(createCampaign, {
      type: 'x',
      name: 'Prepared',
      operating_hours: { '1': { start: 540, end: 1020 } },
      daily_limit: 20,
    });
    expect(campaign).toMatchObject({
      type: 'x',
      daily_limit: 20,
      operating_hours: { '1': expect.anything() },
      stop_on_reply: null,
    });
    expect(campaign.sequence_nodes.map(({ type }) => type)).toEqual(['message', 'end']);
    await ask(addProspects, { id: campaign.id, prospects: [{ x_handle: '@Jane' }] });
    const { errors } = await refuse(launchCampaign, { id: campaign.id });
    expect(errors).toContainEqual(
      expect.objectContaining({
        code: 'channel_unavailable',
        message: expect.stringContaining('POSTRIDER_X_CLIENT_ID'),
      }),
    );
  });

  it('a sandbox cannot connect a real account', async () => {
    const { workspace } = await call(createWorkspace, { name: 'Rehearsal' });
    const [member] = await db
      .selectFrom('members')
      .selectAll()
      .where('workspace_id', '=', workspace.id)
      .execute();
    const sandbox = createCaller(services, {
      workspaceId: workspace.id,
      memberId: member!.id,
      sandbox: true,
    });
    expect(await sandbox.fail(connectX, {})).toMatchObject({
      code: 'x.not_set_up',
      detail: expect.stringContaining('POST /api/senders/sandbox'),
    });
    expect(workspaceId).not.toBe(workspace.id);
  });
});
