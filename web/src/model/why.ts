/**
 * The codes of `because`, holds and ends, as the page shows them. The words of a reason are the
 * server's; here is what it looks like and where it can be mended.
 */
export type Tone = 'runs' | 'waits' | 'held' | 'rests' | 'over';

/** A page of the campaign, or of the workspace, that holds the setting in question. */
export type Remedy = {
  label: string;
  at: 'schedule' | 'senders' | 'people' | 'sequence' | 'fleet';
};

export type Reason = { tone: Tone; short: string; remedy: Remedy | null };

const reason = (tone: Tone, short: string, remedy: Remedy | null = null): Reason => ({
  tone,
  short,
  remedy,
});
const hours: Remedy = { label: 'Change hours', at: 'schedule' };
const limits: Remedy = { label: 'Change limits', at: 'schedule' };
const senders: Remedy = { label: 'Look at senders', at: 'fleet' };
const people: Remedy = { label: 'Show these people', at: 'people' };

/** One entry for every word of the glossary's tables "Because" and "Hold". */
export const reasons: Record<string, Reason> = {
  due: reason('runs', 'goes out now'),
  planning: reason('runs', 'about to be planned'),
  queue: reason('waits', 'others come first'),
  nothing_to_send: reason('over', 'nobody to write to'),
  delay: reason('waits', 'delay runs'),
  operating_hours: reason('waits', 'outside hours', hours),
  local_hours: reason('waits', 'outside hours where they live', hours),
  never_open: reason('held', 'hours never open', hours),
  pacing: reason('waits', 'keeps its pace'),
  sender_daily_limit: reason('waits', "sender's daily limit used up", senders),
  sender_hourly_limit: reason('waits', "sender's hourly limit used up", senders),
  sender_weekly_limit: reason('waits', "sender's weekly limit used up", senders),
  note_quota: reason('waits', 'notes used up', senders),
  sender_budget: reason('waits', "sender's budget used up", senders),
  campaign_daily_limit: reason('waits', "campaign's daily limit used up", limits),
  campaign_hourly_limit: reason('waits', "campaign's hourly limit used up", limits),
  account_limit: reason('waits', "sender's share used up", limits),
  domain_limit: reason('waits', 'enough for this domain today', limits),
  company_limit: reason('waits', 'enough for this company today', limits),
  start_date: reason('waits', 'starts later', hours),
  suppressed: reason('over', 'suppressed, will be skipped'),
  in_other_campaign: reason('over', 'in another campaign, will be skipped'),
  replied_elsewhere: reason('over', 'answered elsewhere, will be skipped'),
  no_worker: reason('held', 'no worker runs'),
  sender_not_active: reason('held', 'sender not active', senders),
  inbox_unreachable: reason('held', 'inbox unreachable', senders),
  provider_unreachable: reason('rests', 'mail server away', senders),
  provider_rate_limit: reason('rests', 'mail server asked to slow down', senders),
  reserved: reason('runs', 'on its way'),
  passing: reason('over', 'being skipped'),
  retry: reason('waits', 'tried again later'),
  missing_variable: reason('held', 'a value is missing', people),
  draft_pending: reason('waits', 'text is being written'),
  draft_failed: reason('held', 'text could not be written', people),
  out_of_office: reason('rests', 'out of office'),
  possible_reply: reason('held', 'may have answered', people),
  awaiting_connection: reason('waits', 'invitation not accepted yet'),
  withdrawing: reason('over', 'invitation is taken back'),
  sender_disconnected: reason('held', 'sender deleted', senders),
  sender_removed: reason('held', 'sender taken off', { label: 'Add a sender', at: 'senders' }),
  paused: reason('held', 'paused by hand', people),
  campaign_draft: reason('over', 'not launched'),
  campaign_launching: reason('runs', 'launching'),
  campaign_paused: reason('held', 'campaign paused'),
  campaign_completed: reason('over', 'campaign completed'),
  pending: reason('waits', 'not written to yet'),
  sent: reason('waits', 'under way'),
  connection_sent: reason('waits', 'invited'),
  connected: reason('waits', 'connected'),
  message_sent: reason('waits', 'under way'),
  replied: reason('over', 'answered'),
  bounced: reason('over', 'bounced'),
  completed: reason('over', 'sequence ended'),
  timed_out: reason('over', 'invitation ran out'),
  cancelled: reason('over', 'stopped'),
  unsubscribed: reason('over', 'unsubscribed'),
  failed: reason('over', 'could not be delivered'),
  skipped: reason('over', 'skipped'),
};

/** A code that a newer server knows reads as its own words. */
export function reasonOf(code: string): Reason {
  return Object.hasOwn(reasons, code) ? reasons[code]! : reason('waits', code.replaceAll('_', ' '));
}
