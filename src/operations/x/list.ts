import { z } from 'zod';
import { listSenders } from '../../db/accounts/senders.ts';
import { defineOperation } from '../../operation.ts';
import { senderOnWire, senderOutput } from '../senders/wire.ts';

export const listXAccounts = defineOperation({
  name: 'x_account.list',
  route: 'GET /api/x/accounts',
  cli: 'x account',
  summary: 'List the accounts on X that send',
  description: 'Newest first. `provider_account_id` is the numeric user id.',
  scope: 'read',
  input: z.object({}),
  output: z.object({ accounts: z.array(senderOutput) }),
  errors: [],
  async run({ db, workspaceId }) {
    return { accounts: (await listSenders(db, { workspaceId, type: 'x' })).map(senderOnWire) };
  },
});
