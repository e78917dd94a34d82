/** In the order a prospect can pass through them (design 3). */
export const prospectStatuses = [
  'pending',
  'sent',
  'connection_sent',
  'connected',
  'message_sent',
  'replied',
  'bounced',
  'completed',
  'timed_out',
  'cancelled',
  'unsubscribed',
  'failed',
  'skipped',
] as const;
export type ProspectStatus = (typeof prospectStatuses)[number];

export const terminalStatuses = [
  'replied',
  'bounced',
  'completed',
  'timed_out',
  'cancelled',
  'unsubscribed',
  'failed',
  'skipped',
] as const satisfies readonly ProspectStatus[];

export function isTerminal(status: string): boolean {
  return (terminalStatuses as readonly string[]).includes(status);
}

/** Why somebody is left out whom another campaign has. */
export const inOtherCampaign = 'in another active campaign';
