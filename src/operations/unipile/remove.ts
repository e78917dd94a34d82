import { z } from 'zod';
import { UnipileError } from '../../channels/linkedin/client.ts';
import { text } from '../../domain/text.ts';
import { setHealth } from '../../engine/accounts/health.ts';
import { disconnectedByOwner } from '../../engine/accounts/seat-binding.ts';
import { defineOperation } from '../../operation.ts';
import { ask, requireSeat, requireUnipile } from './link.ts';

export const disconnectSeat = defineOperation({
  name: 'unipile.delete',
  route: 'DELETE /api/unipile/accounts',
  cli: 'unipile account delete',
  summary: 'Disconnect a LinkedIn account',
  description:
    'Removes the account from Unipile. The sender stays as "disconnected" with everything it ' +
    'sent; the people it still has to write to are held with this reason. Connecting the same ' +
    'LinkedIn account again (POST /api/unipile/connect) lets them go on. DELETE ' +
    '/api/accounts/{id} removes the sender for good.',
  scope: 'write',
  input: z.object({
    accountId: text({ min: 1, max: 200 }).describe("The sender's id, or its provider_account_id."),
  }),
  output: z.object({ success: z.literal(true) }),
  errors: ['unipile.not_set_up', 'unipile.failed', 'sender.not_found', 'workspace.sandbox'],
  transaction: false,
  async run(context, { accountId }) {
    const row = await requireSeat(context, accountId);
    const client = requireUnipile(context);
    await ask(client.removeSeat(row.provider_account_id).catch(ignoreNotFound));
    await setHealth(
      context,
      { workspaceId: context.workspaceId, senderId: row.id },
      { status: 'disconnected', reason: disconnectedByOwner },
    );
    return { success: true as const };
  },
});

/** An account that Unipile no longer has is disconnected already. @throws any other error */
function ignoreNotFound(error: unknown): void {
  if (!(error instanceof UnipileError) || error.status !== 404) throw error;
}
