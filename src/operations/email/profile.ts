import { z } from 'zod';
import { headerText, text } from '../../domain/text.ts';

const name = headerText({ max: 255 }).nullable().optional();

/** What a mailbox's owner can say of it besides how it is reached. */
export const profileInput = z.object({
  display_name: name.describe('Stands in From; first and last name otherwise.'),
  first_name: name,
  last_name: name,
  signature: text({ max: 10_000 }).nullable().optional().describe('Below each message; "" clears it.'),
  daily_limit: z.int().min(1).max(1_000_000).describe('Sends a day over all campaigns.'),
  min_gap_seconds: z.int().min(0).max(86_400).describe('Least time between two sends.'),
});
