import { z } from 'zod';
import { connectionSchema } from '../../channels/email/connection.ts';
import type { SenderRow } from '../../db/accounts/senders.ts';
import { accountOnWire, accountOutput } from './account.ts';

const text = z.string().nullable();
const absent = z.null().describe('Kept for compatibility; there is no such thing here.');

export const senderOutput = accountOutput
  .extend({
    user_id: z.uuid(),
    status_reason: text.describe('Why it does not send, and what to do.'),
    profile_url: text,
    signature: text,
    min_gap_seconds: z.int().describe('Minimum time between two sends.'),
    hourly_limit: z.int().nullable(),
    daily_budget_usd: z
      .number()
      .nullable()
      .describe('Most that X may charge for it in a day (UTC), in dollars.'),
    daily_window: z.string().describe('calendar or rolling: the day that daily_limit counts.'),
    ramp_up: z
      .object({ start: z.int(), step: z.int(), every_days: z.int(), started_on: z.iso.date() })
      .nullable(),
    connection: z
      .record(z.string(), z.unknown())
      .describe('How the provider is reached; never the secrets.'),
    has_sales_navigator: absent,
    domain_id: absent,
    agentmail_inbox_id: absent,
    instantly_account_id: absent,
    instantly_tag_id: absent,
    instantly_warmup_tag_id: absent,
    warmup_status: absent,
    email_domains: absent,
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'Sender' });

/** The sender as the wire shows it. */
export function senderOnWire(row: SenderRow): z.input<typeof senderOutput> {
  return {
    ...accountOnWire(row),
    user_id: row.member_id,
    status_reason: row.status_reason,
    profile_url: row.profile_url,
    signature: row.signature,
    min_gap_seconds: row.min_gap_seconds,
    hourly_limit: row.hourly_limit,
    daily_budget_usd: row.daily_budget_mills === null ? null : row.daily_budget_mills / 1000,
    daily_window: row.daily_window,
    ramp_up: row.ramp_up,
    connection: row.connection,
    has_sales_navigator: null,
    domain_id: null,
    agentmail_inbox_id: null,
    instantly_account_id: null,
    instantly_tag_id: null,
    instantly_warmup_tag_id: null,
    warmup_status: null,
    email_domains: null,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}

export const stepsOutput = z.array(
  z.object({ step: z.string(), ok: z.boolean(), detail: z.string() }),
);

/** The members of a mailbox's connection, as callers give them. */
const { smtp, imap, username, sent_copy } = connectionSchema.shape;
export const connectionInput = {
  smtp: smtp.describe(
    'The server that takes mail; tls is "tls" (port 465), "starttls" (587) or "none" (a relay ' +
      'on this network).',
  ),
  imap: imap.describe(
    'The server with replies and bounces; tls is "tls" (port 993), "starttls" (143) or ' +
      '"none". null receives nothing.',
  ),
  username: username.describe('The address by default; null for a relay without login.'),
  sent_copy: sent_copy.describe(
    'How a copy gets into Sent: server (by itself), append (Postrider files it), or none; ' +
      'null means as known for the host.',
  ),
};
