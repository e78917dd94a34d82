/** In the order in which a prospect can pass through them; see docs/dev/states.md. */
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

/** Why a person cannot join a campaign while another one has the person. */
export const inOtherCampaign = 'in another active campaign';

/** The way a person answered another campaign, so that `exclude_replied` skips them. */
export type PastAnswer = 'replied' | 'unsubscribed';

/** Why a person that answered elsewhere is skipped. */
export const answeredElsewhere: Record<PastAnswer, string> = {
  replied: 'replied in another campaign',
  unsubscribed: 'unsubscribed in another campaign',
};
