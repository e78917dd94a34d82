import { z } from 'zod';
import { insertSender } from '../../db/accounts/senders.ts';
import { startLimits } from '../../domain/sending/sender-limit.ts';
import { campaignTypeNames } from '../../domain/sequence/campaign.ts';
import { emailAddress } from '../../domain/text.ts';
import { requireClock } from '../../engine/sandbox.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { profileColumns, someProfile } from '../email/profile.ts';
import { invalidRequest } from '../refusals.ts';
import { senderOnWire, senderOutput } from './wire.ts';

export const createSandboxSender = defineOperation({
  name: 'sender.create',
  route: 'POST /api/senders/sandbox',
  cli: 'sender create',
  summary: 'Create a simulated sender in a sandbox',
  description:
    'For campaigns of any type; nothing is checked, nothing leaves the sandbox. Only in ' +
    'sandbox workspaces, where mailboxes made with POST /api/email/accounts are simulated as ' +
    'well.',
  scope: 'write',
  input: z.object({
    type: z.enum(campaignTypeNames).default('email'),
    email_address: emailAddress().optional().describe('Required for the type email.'),
    ...someProfile.shape,
  }),
  output: z.object({ account: senderOutput }),
  status: 201,
  errors: ['workspace.not_sandbox', 'sender.exists'],
  async run({ db, workspaceId, memberId, newId, now }, { type, email_address, ...profile }) {
    await requireClock(db, workspaceId);
    if (type === 'email' && email_address === undefined) {
      const message = 'A sender of the type email needs an address; any address will do.';
      throw invalidRequest([{ pointer: '/email_address', code: 'required', message }]);
    }
    const row = await insertSender(db, {
      ...startLimits(type),
      ...profileColumns(profile),
      workspace_id: workspaceId,
      id: newId(),
      member_id: memberId,
      type,
      status: 'active',
      email_address: email_address ?? null,
      connection: '{}',
      created_at: now,
      updated_at: now,
    });
    if (!row) throw new AppError('sender.exists');
    return { account: senderOnWire(row) };
  },
});
