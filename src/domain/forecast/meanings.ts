import type { Because } from '../sending/constraint.ts';
import type { HoldReason } from '../sending/hold.ts';

/** A reason in words, and the action that would end the wait; null when there is none. */
export type Advice = { words: string; unblock: string | null };

/** A stored hold; or `sender_removed`, when the prospect's sender was taken off the campaign. */
type HoldCode = HoldReason | 'sender_removed';

/** Each `Because` in words for people. */
export const meanings: Record<Because, Advice> = {
  planning: { words: 'The sender is about to be planned again.', unblock: null },
  queue: {
    words:
      'Others of this sender come first: touches that were due before, follow-ups, ' +
      'and people who were added before.',
    unblock: 'Wait, add senders, or raise the daily limit.',
  },
  due: { words: 'Nothing stands against it: it is sent as soon as its turn comes.', unblock: null },
  delay: {
    words: 'The delay before this touch has not run out.',
    unblock: 'Wait, or shorten the delay.',
  },
  start_date: {
    words: 'The campaign starts later.',
    unblock: 'Wait, or set an earlier starts_at.',
  },
  operating_hours: {
    words: "The campaign's operating hours are closed.",
    unblock: 'Wait until they open, or widen operating_hours.',
  },
  local_hours: {
    words: 'The operating hours are closed where the person lives.',
    unblock: "Wait until they open there, widen operating_hours, or correct the person's zone.",
  },
  never_open: {
    words: "The campaign's operating hours never open.",
    unblock: 'Set operating_hours with at least one window.',
  },
  sender_daily_limit: {
    words: "The sender's daily limit is used up.",
    unblock: "Wait for the next day, or raise the sender's daily_limit.",
  },
  sender_hourly_limit: {
    words: "The sender's hourly limit is used up.",
    unblock: "Wait for the next hour, or raise the sender's hourly_limit.",
  },
  sender_weekly_limit: {
    words: "The sender's limit for seven days is used up.",
    unblock: 'Wait until older ones are seven days old, or raise the weekly limit.',
  },
  note_quota: {
    words: "The sender's notes with invitations are used up: a free seat has few in any 30 days.",
    unblock:
      'Wait until older ones are 30 days old, set include_message to null so that invitations ' +
      'may go without, or use a premium seat.',
  },
  sender_budget: {
    words: "The sender's budget for this day is used up.",
    unblock: "Wait until the day turns (UTC), or raise the sender's daily_budget_usd.",
  },
  campaign_daily_limit: {
    words: "The campaign's daily limit is used up.",
    unblock: "Wait for the next day, or raise the campaign's daily_limit.",
  },
  campaign_hourly_limit: {
    words: "The campaign's hourly limit for this sender is used up.",
    unblock: "Wait for the next hour, or raise the campaign's hourly_limit.",
  },
  account_limit: {
    words: "The campaign's own limit for this sender is used up.",
    unblock: 'Wait for the next day, or raise account_limits.',
  },
  domain_limit: {
    words: "The campaign's daily limit for the domain of the address is used up.",
    unblock: 'Wait for the day that is named, or raise domain_daily_limit.',
  },
  company_limit: {
    words: "The campaign's daily limit for the person's company is used up.",
    unblock: 'Wait for the day that is named, or raise company_daily_limit.',
  },
  pacing: {
    words: 'The sender keeps a gap between two touches, so that the day is spread evenly.',
    unblock: 'Wait, add senders, or raise the daily limit.',
  },
  no_worker: {
    words: 'No worker is running, so nothing is sent.',
    unblock: 'Start a process with POSTRIDER_ROLE=all or worker.',
  },
  sender_not_active: {
    words: 'The sender is not active.',
    unblock: 'Mend the sender: its status_reason says what is wrong.',
  },
  provider_rate_limit: {
    words:
      'The provider asked the sender to slow down, or a limit of its own is used up: it rests.',
    unblock: 'Wait: asking again sooner makes it worse.',
  },
  provider_unreachable: {
    words: "The sender's provider did not answer.",
    unblock: 'Wait: it is tried again by itself.',
  },
  inbox_unreachable: {
    words:
      "The sender's inbox cannot be read, so replies would go unseen: " +
      'it does not write until it can.',
    unblock: 'Check the mailbox: POST /api/email/accounts/{id}/check.',
  },
  nothing_to_send: { words: 'Nobody is waiting to be written to.', unblock: 'Add people.' },
};

/** Each hold in words for people; holds that lanes wait for too are in `meanings`. */
export const holdMeanings: Record<Exclude<HoldCode, Because>, Advice> = {
  reserved: {
    words: 'The touch is being sent right now, or is being looked for after an interruption.',
    unblock: null,
  },
  retry: { words: 'The last try was refused for now; it is tried again.', unblock: null },
  passing: { words: 'The person is being passed over.', unblock: null },
  paused: {
    words: 'The person was paused by hand.',
    unblock: 'Resume the person: POST …/leads/{prospectId}/resume.',
  },
  awaiting_connection: {
    words:
      'The person must become a connection first: an invitation is out, ' +
      'or has to be accepted elsewhere. The wait ends at the instant named.',
    unblock: 'Wait for the acceptance, or change connection_timeout_days.',
  },
  withdrawing: {
    words: 'The invitation was not accepted in time and is being taken back.',
    unblock: null,
  },
  out_of_office: { words: 'The person is out of office.', unblock: 'Wait for the return date.' },
  possible_reply: {
    words: 'A mail came in that may be from this person, and matched nobody for sure.',
    unblock: 'Attach or dismiss it (GET /api/unmatched-mails), or wait for the instant named.',
  },
  missing_variable: {
    words: 'A value that the text needs is missing.',
    unblock: 'Fill it in with PATCH …/leads, or give the variable a fallback.',
  },
  draft_pending: {
    words: 'The text of this touch is still being written.',
    unblock: 'Wait, or look at GET …/drafts: it says what it waits for.',
  },
  draft_failed: {
    words: 'The text of this touch could not be written.',
    unblock: 'Mend what the reason says, then POST …/drafts/retry; or change the text of the node.',
  },
  sender_removed: {
    words: 'The sender that writes to this person was taken off the campaign.',
    unblock: 'Add it again, or take it off with reassign=true.',
  },
  sender_disconnected: {
    words: 'The sender that writes to this person was removed.',
    unblock: 'Connect the mailbox again.',
  },
};

/** Both, by the codes under which they are stored. */
export const meaningsByCode: Partial<Record<string, Advice>> = { ...meanings, ...holdMeanings };
