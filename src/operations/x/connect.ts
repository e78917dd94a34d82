import { z } from 'zod';
import { campaignTypes } from '../../domain/sequence/campaign.ts';
import { uuid } from '../../domain/text.ts';
import { beginLogin } from '../../engine/accounts/logins.ts';
import { acknowledge, hasAcknowledged } from '../../engine/campaigns/acknowledge.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { acknowledgeRules } from '../acknowledge-rules.ts';
import { requireSendForSender } from '../require-send.ts';
import { findXAccount } from './account.ts';

export const connectX = defineOperation({
  name: 'x_account.connect',
  route: 'POST /api/x/connect',
  cli: 'x connect',
  summary: 'Connect an account on X, or connect it again',
  description:
    'Returns the page on X where the owner of the account allows the connection; the owner ' +
    'need not be you. The link works once, for an hour. Until then the sender is ' +
    '`connecting`; with `account_id` an existing sender gets a new login, and keeps its ' +
    'status meanwhile. An account that is a sender of the workspace already is connected ' +
    'again, not twice. Needs POSTRIDER_X_CLIENT_ID and POSTRIDER_PUBLIC_URL; the callback of ' +
    'your app at X is `{POSTRIDER_PUBLIC_URL}/x/callback`. X allows automated messages only ' +
    'to people who wrote first or agreed: somebody of the workspace acknowledges it once, ' +
    'which is kept as an event.',
  scope: 'write',
  input: z.object({
    account_id: uuid.optional().describe('Sender to connect again.'),
    acknowledge_rules: acknowledgeRules,
  }),
  output: z.object({
    url: z.url(),
    account_id: z.uuid(),
    expires_at: z.iso.datetime(),
    warning: z.string().describe('What the rules of X allow.'),
  }),
  errors: ['x.not_set_up', 'x.rules_not_acknowledged', 'sender.not_found'],
  secret: true,
  async run(context, { account_id, acknowledge_rules }) {
    const { channels, db, workspaceId, memberId } = context;
    if (context.sandbox)
      throw new AppError(
        'x.not_set_up',
        'A sandbox reaches nobody: make its senders with POST /api/senders/sandbox.',
      );
    const login = channels.get('x')?.login;
    if (!login) throw new AppError('x.not_set_up');
    if (!acknowledge_rules && !(await hasAcknowledged(db, { workspaceId, type: 'x' })))
      throw new AppError('x.rules_not_acknowledged', campaignTypes.x.warning);
    const sender = account_id === undefined ? null : await findXAccount(context, account_id);
    // The owner of a new sender's login may turn out to be any account there is.
    const isKnown = sender && sender.provider_account_id !== null;
    await requireSendForSender(context, isKnown ? { senderId: sender.id } : { type: 'x' });
    const { url, senderId, expiresAt } = await beginLogin(context, login, {
      member: { workspaceId, memberId },
      type: 'x',
      sender,
    });
    if (acknowledge_rules) await acknowledge(db, { ...context, type: 'x' });
    const { warning } = campaignTypes.x;
    return { url, account_id: senderId, expires_at: expiresAt.toISOString(), warning };
  },
});
