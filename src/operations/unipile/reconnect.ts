import { z } from 'zod';
import { text } from '../../domain/text.ts';
import { defineOperation } from '../../operation.ts';
import { beginLogin, requireSeat } from './link.ts';

export const reconnectSeat = defineOperation({
  name: 'unipile.reconnect',
  route: 'POST /api/unipile/reconnect',
  cli: 'unipile reconnect',
  summary: 'Log in to a LinkedIn account again',
  description:
    'For a sender that is "credentials_required": LinkedIn has ended its session, or asks for ' +
    'a check. Returns a link as POST /api/unipile/connect does. After the login the sender ' +
    'goes on by itself with the people who waited for it.',
  scope: 'write',
  input: z.object({
    accountId: text({ min: 1, max: 200 }).describe("The sender's id, or its provider_account_id."),
  }),
  output: z.object({ url: z.url() }),
  errors: ['unipile.not_set_up', 'unipile.failed', 'sender.not_found', 'workspace.sandbox'],
  transaction: false,
  secret: true,
  async run(context, { accountId }) {
    const row = await requireSeat(context, accountId);
    return {
      url: await beginLogin(context, {
        senderId: row.id,
        providerAccountId: row.provider_account_id,
      }),
    };
  },
});
