import { seeded } from '../sending/pacing.ts';
import { hourMs } from '../time.ts';

/**
 * The habits of people in a rehearsal, as shares of all (0 to 1). Those with a time do it within so
 * many days, each at a time of their own.
 */
export type Habits = {
  reply: { share: number; within_days: number };
  unsubscribe: { share: number; within_days: number };
  bounce: { share: number };
  out_of_office: { share: number; days: number };
  /** LinkedIn: invitations that are accepted; the others never are. */
  accept: { share: number; within_days: number };
};

export const usualHabits: Habits = {
  reply: { share: 0.05, within_days: 2 },
  unsubscribe: { share: 0.01, within_days: 2 },
  bounce: { share: 0.02 },
  out_of_office: { share: 0.03, days: 5 },
  accept: { share: 0.4, within_days: 4 },
};

/** A time within so many days, in whole hours, at least one (`scripted-address.ts` reads it). */
function hoursWithin(days: number, chance: number): string {
  const hours = Math.max(1, Math.ceil((chance * days * 24 * hourMs) / hourMs));
  return `${Math.min(hours, 9999)}h`;
}

/**
 * The words of one person's script, drawn from a seed: the same seed draws the same for the same
 * person. One of the four answers at most, and with invitations whether they are accepted.
 */
export function drawScript(
  habits: Habits,
  { seed, person, invited }: { seed: string; person: string; invited: boolean },
): string[] {
  const chance = (what: string) => seeded(seed, person, what);
  const when = chance('when');
  const answers: [number, string][] = [
    [habits.reply.share, `reply-${hoursWithin(habits.reply.within_days, when)}`],
    [habits.unsubscribe.share, `unsubscribe-${hoursWithin(habits.unsubscribe.within_days, when)}`],
    [habits.bounce.share, 'bounce'],
    [habits.out_of_office.share, `ooo-${habits.out_of_office.days}d`],
  ];
  let left = chance('answer');
  const drawn = answers.find(([share]) => {
    left -= share;
    return left < 0;
  });
  const accepts =
    chance('accept') < habits.accept.share
      ? `accept-${hoursWithin(habits.accept.within_days, chance('acceptance'))}`
      : 'never';
  return [...(invited ? [accepts] : []), drawn?.[1] ?? 'never'];
}

/**
 * An address, a profile's address or a handle with these words before its own, so that they count
 * (`readScript`).
 */
export function withScript(name: string, words: readonly string[]): string {
  const at = name.lastIndexOf('@');
  if (at > 0) {
    const [local, ...own] = name.slice(0, at).split('+');
    return `${[local, ...words, ...own].join('+')}${name.slice(at)}`;
  }
  if (name.includes('/')) return [name, ...words].join('+');
  return [name, ...words.map((word) => word.replace('-', '_'))].join('__');
}
