import { z } from 'zod';
import { readTimeZone } from '../../db/settings.ts';
import { findMemberName, findWorkspace } from '../../db/workspaces.ts';
import { defaultTimeZone } from '../../domain/sequence/campaign.ts';
import { defineOperation, scopes } from '../../operation.ts';

export const getAccount = defineOperation({
  name: 'account.get',
  route: 'GET /api/account',
  cli: 'account',
  summary: 'Show the owner of the API key, and what it may do',
  scope: 'read',
  input: z.object({}),
  output: z.object({
    account: z.object({
      id: z.uuid().describe('The member: `user_id` of what it makes.'),
      name: z.string(),
      workspace: z.object({ id: z.uuid(), name: z.string(), mode: z.enum(['live', 'sandbox']) }),
      key: z
        .object({ id: z.uuid(), scopes: z.array(z.enum(scopes)) })
        .nullable()
        .describe('Null when somebody has signed in: GET /api/session.'),
      timezone: z.string(),
    }),
  }),
  errors: [],
  async run({ db, workspaceId, memberId, keyId, scopes: granted }) {
    const { id, name, mode } = await findWorkspace(db, workspaceId);
    const account = {
      id: memberId,
      name: await findMemberName(db, { workspaceId, memberId }),
      workspace: { id, name, mode },
      key: keyId === null ? null : { id: keyId, scopes: [...granted] },
      timezone: (await readTimeZone(db, workspaceId)) ?? defaultTimeZone,
    };
    return { account };
  },
});
