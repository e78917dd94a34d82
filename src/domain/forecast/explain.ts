import { type Because, type Constraint, openingOf } from '../sending/constraint.ts';

/** Whether one constraint lets a touch through now, and from when it does (epoch ms; null when it never does by itself). */
export type Evaluated = { code: string; open: boolean; opensAt: number | null; words: string };

/** Why nothing is sent yet, in a code, in words, and what would unblock it. */
export type Binding = { code: string; words: string; unblock: string | null };

/** Each constraint by itself at `now`. */
export function evaluate(constraints: readonly Constraint[], now: number): Evaluated[] {
  return constraints.map((constraint) => {
    const at = constraint.from(now);
    const open = at !== null && at <= now;
    return {
      code: constraint.because,
      open,
      opensAt: open ? null : at,
      words: open ? 'Lets it through.' : meanings[constraint.because].words,
    };
  });
}

/** The constraint that binds, and the first instant at which all of them are open (epoch ms, null for never). */
export function bindingOf(
  constraints: readonly Constraint[],
  now: number,
): Binding & { opensAt: number | null } {
  const { at, because } = openingOf(constraints, now);
  return { code: because, ...meanings[because], opensAt: at };
}

/** What the planner's reasons mean to a person. */
export const meanings: Record<Because, { words: string; unblock: string | null }> = {
  due: { words: 'Nothing stands against it: it is sent as soon as its turn comes.', unblock: null },
  delay: {
    words: 'The delay before this touch has not run out.',
    unblock: 'Wait, or shorten the delay.',
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
      'Wait until older ones are 30 days old, set include_message to null so that invitations may go without, or use a premium seat.',
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
      "The sender's inbox cannot be read, so replies would go unseen: it does not write until it can.",
    unblock: 'Check the mailbox: POST /api/email/accounts/{id}/check.',
  },
  nothing_to_send: { words: 'Nobody is waiting to be written to.', unblock: 'Add people.' },
};

/** What holds of one person mean. */
const holds: Record<string, { words: string; unblock: string | null }> = {
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
      'The person must become a connection first: an invitation is out, or has to be accepted elsewhere. The wait ends at the instant named.',
    unblock: 'Wait for the acceptance, or change connection_timeout_days.',
  },
  withdrawing: {
    words: 'The invitation was not accepted in time and is being taken back.',
    unblock: null,
  },
  out_of_office: { words: 'The person is out of office.', unblock: 'Wait for the return date.' },
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

/** A person's hold, with what is known of it. */
export function bindingOfHold(hold: string, detail: string | null): Binding {
  const known = holds[hold] ??
    (hold in meanings ? meanings[hold as Because] : null) ?? {
      words: `Held: ${hold}.`,
      unblock: null,
    };
  return {
    code: hold,
    words: detail ? `${known.words} (${detail})` : known.words,
    unblock: known.unblock,
  };
}

/** Why a guard paused a campaign. */
const pauses: Record<string, { words: string; unblock: string }> = {
  bounce_rate: {
    words: 'too many of the people written to bounced.',
    unblock: 'Look at the addresses, then resume the campaign; bounces count anew from there.',
  },
  refused: {
    words: 'touch after touch was refused for good.',
    unblock: 'Look at the refusals and the texts, then resume the campaign.',
  },
  all_senders_down: {
    words: 'none of its senders can send.',
    unblock: 'Mend or add a sender: the campaign goes on by itself when one can send.',
  },
};

/** A campaign that does not send. */
export function bindingOfCampaign(status: string, pauseReason: string | null): Binding | null {
  if (status === 'active') return null;
  if (status === 'paused') {
    const why = pauses[pauseReason ?? ''];
    const words = `The campaign is paused${why ? `: ${why.words}` : pauseReason ? ` (${pauseReason}).` : '.'}`;
    return { code: 'campaign_paused', words, unblock: why?.unblock ?? 'Resume the campaign.' };
  }
  if (status === 'completed')
    return { code: 'campaign_completed', words: 'The campaign is completed.', unblock: null };
  return {
    code: `campaign_${status}`,
    words: 'The campaign is not launched.',
    unblock: 'Launch the campaign.',
  };
}
