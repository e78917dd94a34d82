import { getCampaign } from '../../../src/operations/campaigns/get.ts';
import { launchCampaign } from '../../../src/operations/campaigns/launch.ts';
import { updateCampaign } from '../../../src/operations/campaigns/update.ts';
import { updateRules } from '../../../src/operations/rules/update.ts';
import { createLists } from '../../factories/rosters.ts';
import { addSender } from '../../factories/rows.ts';
import type { TestDatabase } from '../../fixtures/database.ts';

/** Lists, and launched campaigns that they feed. */
export function createLiveCampaigns(test: TestDatabase) {
  const lists = createLists(test);
  const { call, makeCampaign } = lists;

  /** Launches a campaign of one email under these lead rules. Returns its id. */
  async function launch(rules: Record<string, unknown>): Promise<string> {
    const sender = await addSender(test.db, test);
    const id = await makeCampaign({ sender_account_ids: [sender] });
    const email = { type: 'email', subject: 'Hi', body: 'Hello %first_name%' };
    await call(updateCampaign, { id, sequence_nodes: [email, { type: 'end' }] });
    await call(updateRules, { id, ...rules });
    await call(launchCampaign, { id });
    return id;
  }

  const prospectId = async (campaignId: string, name: string): Promise<string> => {
    const { id } = await test.db
      .selectFrom('prospects')
      .select('id')
      .where('campaign_id', '=', campaignId)
      .where('first_name', '=', name)
      .executeTakeFirstOrThrow();
    return id;
  };

  const readCampaign = async (id: string) => (await call(getCampaign, { id })).campaign;
  return { ...lists, launch, prospectId, readCampaign };
}
