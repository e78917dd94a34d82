import { z } from 'zod';
import type { SenderValues } from '../../db/accounts/senders.ts';
import { headerText, text } from '../../domain/text.ts';
import type { Context } from '../../operation.ts';

const name = headerText({ max: 255 }).nullable().optional();

/** The settings of a sender besides its connection: names, signature, limits. */
export const profileInput = z.object({
  display_name: name.describe('Shown in From; first and last name by default.'),
  first_name: name,
  last_name: name,
  signature: text({ max: 10_000 })
    .nullable()
    .optional()
    .describe('Put below each message; "" clears it.'),
  daily_limit: z.int().min(1).max(1_000_000).describe('Sends a day over all campaigns.'),
  min_gap_seconds: z.int().min(0).max(86_400).describe('Minimum time between two sends.'),
  hourly_limit: z
    .int()
    .min(1)
    .max(1_000_000)
    .nullable()
    .optional()
    .describe("Sends in a clock hour of the workspace's zone; null for no limit."),
  daily_window: z
    .enum(['calendar', 'rolling'])
    .optional()
    .describe(
      "The time that daily_limit covers: a calendar day of the workspace's zone, or any 24 " +
        'hours (as Gmail and Microsoft count). calendar by default.',
    ),
  ramp_up: z
    .strictObject({
      start: z.int().min(1).max(1_000_000),
      step: z.int().min(0).max(1_000_000),
      every_days: z.int().min(1).max(365).default(1),
      started_on: z.iso.date().describe('Its first day.'),
    })
    .nullable()
    .optional()
    .describe(
      'A daily limit that begins at start and grows by step every every_days days, up to ' +
        'daily_limit; null for none.',
    ),
});

/** The same, with every field optional. */
export const someProfile = profileInput.partial();

/** Cold mail from one mailbox beyond this in a day soon ends in spam folders. */
const usualDailyMax = 500;

/** Warns of limits under which a mailbox loses its reputation. */
export function adviseLimits(
  { advise }: Pick<Context, 'advise'>,
  { daily_limit, min_gap_seconds }: z.output<typeof someProfile>,
): void {
  const unusual = (field: string, message: string) =>
    advise({ pointer: `/${field}`, code: 'unusual', message: `${field}: ${message}` });
  if (daily_limit !== undefined && daily_limit > usualDailyMax)
    unusual(
      'daily_limit',
      `${daily_limit} a day is far more than providers take from one mailbox; ` +
        'most people stay below 100.',
    );
  if (min_gap_seconds === 0)
    unusual('min_gap_seconds', '0 lets mails go out in bursts; 60 is usual.');
}

/** The columns of the given fields. */
export function profileColumns({
  signature,
  ramp_up,
  ...plain
}: z.output<typeof someProfile>): SenderValues {
  const columns = {
    ...plain,
    signature: signature === '' ? null : signature,
    ramp_up: ramp_up && JSON.stringify(ramp_up),
  };
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined));
}
