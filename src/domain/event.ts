/** Every kind of event, with what it says. The feed, webhooks and audit read these. */
export const eventKinds = {
  'message.sent': 'a touch went out',
  'message.failed': 'a touch was refused for good',
  'message.unknown': 'nobody can tell whether a touch went out; it will not be sent again by guess',
  'prospect.replied': 'a person replied',
  'prospect.bounced': 'a touch could not be delivered',
  'prospect.unsubscribed': 'a person asked not to be written to, or complained',
  'prospect.skipped': 'a suppressed person was passed over',
  'prospect.held': 'a person waits for something to be mended',
  'campaign.completed': 'everybody in the campaign has reached an end',
  'sender.suspended': 'a sender needs attention; its people are held',
} as const;
export type EventKind = keyof typeof eventKinds;

export type NewEvent = {
  kind: EventKind;
  /** When it happened; the instant of the whole log entry unless told. */
  at?: Date;
  campaignId?: string | null;
  prospectId?: string | null;
  senderId?: string | null;
  data?: Record<string, unknown>;
};
