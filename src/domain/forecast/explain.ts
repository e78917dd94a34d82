import { type Constraint, type Figures, findBinding, openingOf } from '../sending/constraint.ts';
import type { Fate } from './forecast.ts';
import { type Holder, holderOf, type TouchOwners } from './holder.ts';
import { type Advice, holdMeanings, meanings, meaningsByCode } from './meanings.ts';

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

/** A limit with its use, and where it is kept; each absent where there is none. */
type Reason = { figures?: Figures | undefined; heldBy?: Holder | undefined };

/**
 * Why nothing is sent yet. The code is a `Because`, a `HoldCode`, `campaign_` with the campaign's
 * status, or the status with which the prospect has ended.
 */
export type Binding = Advice & Reason & { code: string };

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
