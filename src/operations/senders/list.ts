import { z } from 'zod';
import { listSenders as listRows } from '../../db/accounts/senders.ts';
import { campaignTypeNames } from '../../domain/sequence/campaign.ts';
import { defineOperation } from '../../operation.ts';
import { senderOnWire, senderOutput } from './wire.ts';

export const listSenders = defineOperation({
  name: 'sender.list',
  route: 'GET /api/senders',
  cli: 'sender',
  summary: 'List the sender accounts',
  description:
    'Newest first. Their ids are the `sender_account_ids` of campaigns of the same type.',
  scope: 'read',
  input: z.object({ type: z.enum(campaignTypeNames).optional() }),
  output: z.object({ accounts: z.array(senderOutput) }),
  errors: [],
  async run({ db, workspaceId }, { type }) {
    return { accounts: (await listRows(db, { workspaceId, type })).map(senderOnWire) };
  },
});
