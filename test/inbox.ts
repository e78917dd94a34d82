import { expect } from 'vitest';
import type { Send } from './api.ts';
import { addSender } from './campaigns.ts';
import type { TestDatabase } from './database.ts';

export type Body = Record<string, unknown>;
export type InboxCampaign = Body & { id: string; accountLinkIds: string[]; sequence: { version: number; steps: { id: string }[] } };

export const bare = (id: string) => id.replaceAll('-', '');

/** Two steps as Inbox writes them. */
export const twoSteps = [
  {
    type: 'message',
    data: {
      segments: [
        { type: 'static', text: 'Hi ' },
        { type: 'variable', name: 'first-name', fallback: 'there' },
      ],
    },
  },
  { type: 'delay', data: { delaySeconds: 86_400, unit: 'days' } },
  { type: 'message', data: { segments: [{ type: 'static', text: 'Bumping this.' }] } },
];

/** What tests of Inbox's API do over and over. Paths are below its base. */
export function inboxSteps(send: Send, database: TestDatabase) {
  let serial = 0;
  const inbox: Send = (route, body, headers) => send(route.replace(' ', ' /api/v1'), body, headers);
  const ok = async (route: string, body?: unknown): Promise<Body> => {
    const answer = await inbox(route, body);
    expect(answer.status, `${route} ${answer.text}`).toBe(200);
    return answer.body;
  };
  const fail = async (route: string, body?: unknown): Promise<{ code: string; message: string; status: number }> => {
    const answer = await inbox(route, body);
    expect(answer.status, `${route} ${answer.text}`).toBeGreaterThanOrEqual(400);
    expect(answer.body).toEqual({ error: { code: expect.any(String), message: expect.any(String), status: answer.status } });
    return answer.body.error as { code: string; message: string; status: number };
  };
  const account = (given: Parameters<typeof addSender>[2] = {}) => addSender(database.db, database, { type: 'x', ...given });
  const create = async (fields: Body = {}): Promise<InboxCampaign> => {
    serial += 1;
    const accountLinkIds = fields.accountLinkIds ?? [bare(await account())];
    return (await ok('POST /campaigns/v2', { name: `Inbox ${serial}`, accountLinkIds, ...fields })) as InboxCampaign;
  };
  /** A draft with a sequence and people; ready to be enabled. */
  const createReady = async (usernames: readonly string[] = ['jane']): Promise<InboxCampaign> => {
    const campaign = await create();
    await ok(`PUT /campaigns/v2/${campaign.id}/sequence`, { steps: twoSteps });
    if (usernames.length > 0) await ok(`POST /campaigns/v2/${campaign.id}/leads`, { platform: 'twitter', usernames });
    return campaign;
  };
  return { inbox, ok, fail, account, create, createReady };
}
