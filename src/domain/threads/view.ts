/** Sets of conversations that a list can show, as Puffle names them, and more. */
export const threadViews = [
  'inbox',
  'needs_reply',
  'active_thread',
  'sent',
  'drafts',
  'archived',
  'unread',
  'bounced',
  'absences',
  'snoozed',
  'all',
] as const;
export type ThreadView = (typeof threadViews)[number];

export const threadStatuses = ['active', 'archived', 'draft'] as const;
export type ThreadStatus = (typeof threadStatuses)[number];

/** Puffle's words for how a conversation stands; `warmup` never occurs here. */
export const inboxStates = [
  'draft',
  'needs_reply',
  'active_thread',
  'sent_one_off',
  'sent_campaign',
  'archived',
  'warmup',
  'empty',
] as const;
export type InboxState = (typeof inboxStates)[number];

type Counts = {
  sent: number;
  received: number;
  awaits_answer: boolean;
  done: boolean;
  campaign_id: string | null;
  has_draft: boolean;
};

export function statusOf({ sent, received, done, has_draft }: Counts): ThreadStatus {
  if (done) return 'archived';
  return sent + received === 0 && has_draft ? 'draft' : 'active';
}

export function inboxStateOf(thread: Counts): InboxState {
  if (thread.done) return 'archived';
  if (thread.awaits_answer) return 'needs_reply';
  if (thread.received > 0) return 'active_thread';
  if (thread.sent > 0) return thread.campaign_id === null ? 'sent_one_off' : 'sent_campaign';
  return thread.has_draft ? 'draft' : 'empty';
}
