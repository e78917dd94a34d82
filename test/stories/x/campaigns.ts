import { openXFixture } from '../../fixtures/x.ts';

export const hello = { type: 'message', body: 'Hi %first_name%, @%x_handle% & co.' };
export const pause = { type: 'delay', delay_hours: 5 };
export const followUp = { type: 'message', body: 'Any thoughts?' };

/** The X fixture, with steps that the tests of campaigns share. */
export async function openXCampaigns(options: { hooks?: boolean } = {}) {
  const fixture = await openXFixture(options);
  const { x, db, workspaceId, launch } = fixture;
  let serial = 0;
  return {
    ...fixture,
    /**
     * Connects the account `seller` as a sender and makes people on X. Their handles end in
     * `serial`, so that no other test knows them.
     */
    async prepare(count: number, options: { closed?: boolean } = {}) {
      serial += 1;
      const seller = `own_${serial}`;
      const sender = await fixture.connect(seller);
      const handles = Array.from({ length: count }, (_, n) => `p${serial}_${n}`);
      for (const handle of handles) x.addUser(handle, options);
      return { serial, seller, sender, handles };
    },
    /** Launches a campaign of one sender. Returns its id. */
    run: (
      name: string,
      { sender, handles }: { sender: string; handles: string[] },
      nodes: object[] = [hello],
    ) => launch({ name, senders: [sender], nodes, handles }),
    async laneOf(senderId: string) {
      const [lane] = await db
        .selectFrom('lanes')
        .selectAll()
        .where('workspace_id', '=', workspaceId)
        .where('sender_id', '=', senderId)
        .execute();
      return lane!;
    },
  };
}
