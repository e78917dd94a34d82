import { z } from 'zod';
import { listSenders } from '../../db/accounts/senders.ts';
import { defineOperation } from '../../operation.ts';
import { senderOnWire, senderOutput } from '../senders/wire.ts';

export const listMailboxes = defineOperation({
  name: 'email_account.list',
  route: 'GET /api/email/accounts',
  cli: 'email account',
  summary: 'List the mailboxes that send',
  description: 'Newest first.',
  scope: 'read',
  input: z.object({}),
  output: z.object({ accounts: z.array(senderOutput) }),
  errors: [],
  async run({ db, workspaceId }) {
    return { accounts: (await listSenders(db, { workspaceId, type: 'email' })).map(senderOnWire) };
  },
});
