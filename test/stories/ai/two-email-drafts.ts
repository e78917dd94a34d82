import { campaignSteps } from '../../factories/campaigns.ts';
import { addPeople, idleChannel } from '../../factories/rows.ts';
import { testApi } from '../../fixtures/api.ts';
import { testDatabase } from '../../fixtures/database.ts';

/** A message as the API answers it. */
export type Message = {
  id: string;
  prospect_id: string;
  node_id: string;
  subject: string;
  body_text: string;
  status: string;
  manually_edited: boolean;
};

/** A database with the API, and `draft` for campaigns of two emails. */
export async function openTwoEmailDrafts() {
  const database = await testDatabase({ channels: [idleChannel('email')] });
  const { db, services } = database;
  const { as } = testApi(services);
  const send = await as(database);
  const { ok, createReady } = campaignSteps(send, database);

  /** Makes a draft of two emails, the second a reply, for Jane and Sam. */
  async function draft() {
    const { id, person: jane } = await createReady({ signature: '-- \n%sender_first%' });
    await ok(`POST /api/campaigns/${id}/sequence/nodes`, { type: 'delay', delay_days: 1 });
    await ok(`POST /api/campaigns/${id}/sequence/nodes`, {
      type: 'email',
      body: 'Any news from %company|your team%?',
      is_reply: true,
    });
    const [sam] = await addPeople(db, database, id, [{ first_name: 'Sam', company: 'Acme' }]);
    const route = `/api/campaigns/${id}/generate-messages`;
    const list = async (query = '') => (await ok(`GET ${route}${query}`)).messages as Message[];
    return {
      id,
      route,
      jane,
      sam: sam!,
      list,
      resolve: (body: object = { action: 'resolve' }) => ok(`POST ${route}`, body),
    };
  }

  return { database, db, services, as, send, ok, draft };
}
