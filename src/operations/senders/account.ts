import { z } from 'zod';
import type { SenderAccountRow } from '../../db/campaigns/campaign-senders.ts';
import { weeklyLimits } from '../../domain/sending/sender-limit.ts';
import { statusOnWire } from '../../domain/sending/sender-status.ts';

const text = z.string().nullable();
const limit = z.int().nullable();

/** The facts that every answer shows of a sender, in the same words. */
export const accountOutput = z.object({
  id: z.uuid(),
  type: z.string(),
  email_address: text,
  provider_account_id: text,
  display_name: text,
  first_name: text,
  last_name: text,
  status: z
    .string()
    .describe(
      'active, paused, credentials_required, error, disconnected, connecting or connected.',
    ),
  daily_limit: z.int(),
  weekly_connection_limit: limit,
  weekly_message_limit: limit,
  is_premium: z.boolean(),
});

/** The sender as every answer shows it; its weekly limits are those that count. */
export function accountOnWire(
  row: Pick<SenderAccountRow, keyof z.output<typeof accountOutput>>,
): z.input<typeof accountOutput> {
  return {
    id: row.id,
    type: row.type,
    email_address: row.email_address,
    provider_account_id: row.provider_account_id,
    display_name: row.display_name,
    first_name: row.first_name,
    last_name: row.last_name,
    status: statusOnWire(row),
    daily_limit: row.daily_limit,
    ...weeklyLimits(row),
    is_premium: row.is_premium,
  };
}
