import {
  type Because,
  type Constraint,
  type Figures,
  findBinding,
  openingOf,
} from '../sending/constraint.ts';
import type { HoldReason } from '../sending/hold.ts';
import type { Fate } from './forecast.ts';

/**
 * Whether one constraint lets a touch through now, and the instant from which it does (epoch ms;
 * null when it is open, or never opens by itself).
 */
export type Evaluated = Reason & {
  code: string;
  open: boolean;
  opensAt: number | null;
  words: string;
};

/** The resource on which a limit, a state or a hold is kept: the place to change it. */
export type Holder = { kind: 'sender' | 'campaign' | 'person'; id: string };

/** A limit with its use, and where it is kept; each absent where there is none. */
type Reason = { figures?: Figures | undefined; heldBy?: Holder | undefined };

/** The sender and the campaign of a touch; null where no sender is known. */
export type TouchOwners = { senderId: string | null; campaignId: string };

/** A reason in words, and the action that would end the wait; null when there is none. */
type Meaning = { words: string; unblock: string | null };

/**
 * Why nothing is sent yet. The code is a `Because`, a `HoldCode`, `campaign_` with the campaign's
 * status, or the status with which the prospect has ended.
 */
export type Binding = Meaning & Reason & { code: string };

/** A stored hold; or `sender_removed`, when the prospect's sender was taken off the campaign. */
type HoldCode = HoldReason | 'sender_removed';

/** Each constraint by itself at `now`. */
export function evaluate(
  constraints: readonly Constraint[],
  now: number,
  owners: TouchOwners,
): Evaluated[] {
  return constraints.map((constraint) => {
    const at = constraint.from(now);
    const open = at !== null && at <= now;
    return {
      code: constraint.because,
      open,
      opensAt: open ? null : at,
      words: withFigures(
        open ? 'Lets it through.' : meanings[constraint.because].words,
        constraint.inWords,
      ),
      figures: constraint.figures?.(now),
      heldBy: holderOf(constraint.because, owners),
    };
  });
}

/**
 * The constraint that binds, and the first instant at which all constraints are open (epoch ms,
 * null for never).
 */
export function bindingOf(
  constraints: readonly Constraint[],
  now: number,
  owners: TouchOwners,
): Binding & { opensAt: number | null } {
  const { at, because } = openingOf(constraints, now);
  const { binding } = findBinding(constraints, now);
  const { words, unblock } = meanings[because];
  return {
    code: because,
    words: withFigures(words, binding?.inWords),
    unblock,
    opensAt: at,
    figures: binding?.figures?.(now),
    heldBy: holderOf(because, owners),
  };
}

/** The figures follow the words in parentheses. */
const withFigures = (words: string, figures: string | undefined): string =>
  figures === undefined ? words : `${words} (${figures})`;

/** Where the limit or the state behind a `because` is kept; undefined where no one place has it. */
export function holderOf(
  because: Because,
  { senderId, campaignId }: Partial<TouchOwners>,
): Holder | undefined {
  const kind = holderKinds[because];
  const id = kind === 'sender' ? senderId : campaignId;
  return kind && id ? { kind, id } : undefined;
}

const holderKinds: Record<Because, 'sender' | 'campaign' | null> = {
  due: null,
  planning: null,
  queue: 'sender',
  nothing_to_send: null,
  delay: 'campaign',
  start_date: 'campaign',
  operating_hours: 'campaign',
  local_hours: 'campaign',
  never_open: 'campaign',
  pacing: 'sender',
  sender_daily_limit: 'sender',
  sender_hourly_limit: 'sender',
  sender_weekly_limit: 'sender',
  note_quota: 'sender',
  sender_budget: 'sender',
  campaign_daily_limit: 'campaign',
  campaign_hourly_limit: 'campaign',
  account_limit: 'campaign',
  domain_limit: 'campaign',
  company_limit: 'campaign',
  no_worker: null,
  sender_not_active: 'sender',
  inbox_unreachable: 'sender',
  provider_unreachable: 'sender',
  provider_rate_limit: 'sender',
};

/** Each `Because` in words for people. */
export const meanings: Record<Because, Meaning> = {
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
const holdMeanings: Record<Exclude<HoldCode, Because>, Meaning> = {
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

const meaningsByCode: Partial<Record<string, Meaning>> = { ...meanings, ...holdMeanings };

/** A prospect's hold as a binding; `detail` follows its words in parentheses. */
export function bindingOfHold(hold: string, detail: string | null): Binding {
  const { words, unblock } = meaningsByCode[hold] ?? { words: `Held: ${hold}.`, unblock: null };
  return { code: hold, words: detail ? `${words} (${detail})` : words, unblock };
}

/**
 * Why a person will not get the touch when its turn comes, in words for people. The code of a hold
 * is that of the hold to come.
 */
export function bindingOfFate({ act, code, detail }: Fate): Binding {
  if (act === 'hold') {
    const { words, unblock } = holdMeanings.missing_variable;
    return {
      code: 'missing_variable',
      words: `${words} The person will be held (${code}: ${detail}).`,
      unblock,
    };
  }
  if (code === 'suppressed')
    return {
      code,
      words: `The person is suppressed (${detail}) and will be skipped.`,
      unblock: 'Take the entry off: DELETE /api/suppressions.',
    };
  if (code === 'answered')
    return {
      code: 'replied_elsewhere',
      words: `The person ${detail} and will be skipped.`,
      unblock:
        'Set exclude_replied to false, if people who answered elsewhere are to be written to.',
    };
  return {
    code: 'in_other_campaign',
    words: 'Another active campaign has the person, who will be skipped here.',
    unblock:
      'Wait until that campaign is done with the person, or set skip_other_campaigns to false.',
  };
}

/** Why a guard paused a campaign; the words end a sentence. */
const pauseMeanings: Record<string, { words: string; unblock: string }> = {
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

/** Why a campaign does not send; null when it is active. */
export function bindingOfCampaign({
  id,
  status,
  pause_reason,
}: {
  id: string;
  status: string;
  pause_reason: string | null;
}): Binding | null {
  if (status === 'active') return null;
  const heldBy = { kind: 'campaign' as const, id };
  if (status === 'paused') {
    const meaning = pauseMeanings[pause_reason ?? ''];
    const unblock = meaning?.unblock ?? 'Resume the campaign.';
    const stated = pause_reason ? ` (${pause_reason}).` : '.';
    const words = `The campaign is paused${meaning ? `: ${meaning.words}` : stated}`;
    return { code: 'campaign_paused', words, unblock, heldBy };
  }
  if (status === 'completed')
    return {
      code: 'campaign_completed',
      words: 'The campaign is completed.',
      unblock: null,
      heldBy,
    };
  return {
    code: `campaign_${status}`,
    words: 'The campaign is not launched.',
    unblock: 'Launch the campaign.',
    heldBy,
  };
}
