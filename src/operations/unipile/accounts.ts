import { z } from 'zod';
import { openSeatLinks } from '../../db/accounts/seat-links.ts';
import { listSenders } from '../../db/accounts/senders.ts';
import { defineOperation } from '../../operation.ts';
import { senderOnWire, senderOutput } from '../senders/wire.ts';

const loginOutput = z.object({
  sender_id: z.uuid().nullable().describe('The sender that logs in again; null for a new account.'),
  expires_at: z.iso.datetime(),
  error: z.string().nullable().describe('Why the account could not become a sender.'),
});

export const listSeatsOfWorkspace = defineOperation({
  name: 'unipile.list',
  route: 'GET /api/unipile/accounts',
  cli: 'unipile account',
  summary: 'List the LinkedIn accounts, and the logins under way',
  scope: 'read',
  input: z.object({}),
  output: z.object({ accounts: z.array(senderOutput), logins: z.array(loginOutput) }),
  errors: [],
  async run({ db, workspaceId, now }) {
    const links = await openSeatLinks(db, workspaceId, now);
    return {
      accounts: (await listSenders(db, { workspaceId, type: 'linkedin' })).map(senderOnWire),
      logins: links.map(({ sender_id, expires_at, error }) => ({
        sender_id,
        expires_at: expires_at.toISOString(),
        error,
      })),
    };
  },
});
