import {
  type Because,
  type Constraint,
  type Figures,
  findBinding,
  openingOf,
} from '../sending/constraint.ts';
import type { Fate } from './forecast.ts';
import { holdMeanings, type Meaning, meanings, meaningsByCode } from './meanings.ts';

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

/**
 * Why nothing is sent yet. The code is a `Because`, a `HoldCode`, `campaign_` with the campaign's
 * status, or the status with which the prospect has ended.
 */
export type Binding = Meaning & Reason & { code: string };

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
