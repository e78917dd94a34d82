/** Figures in words, and the sums that several pages show. */
import type { Schemas } from '../api/schema.gen.d.ts';

const whole = new Intl.NumberFormat('en-GB');
const percent = new Intl.NumberFormat('en-GB', { style: 'percent', maximumFractionDigits: 1 });

export const count = (n: number): string => whole.format(n);

/** "1 person", "3 people". */
export const plural = (n: number, one: string, many: string): string =>
  `${count(n)} ${n === 1 ? one : many}`;

/** A share of fewer than so many says little, and is shown as a fraction. */
const leastForRate = 50;

/** "7.1 %"; "3 of 20" where a rate would pretend; "–" without anybody. */
export function rateText(part: number, of: number): string {
  if (of === 0) return '–';
  return of < leastForRate ? `${count(part)} of ${count(of)}` : percent.format(part / of);
}

export type Progress = { pending: number; underway: number; answered: number; ended: number };

/** The people of a campaign by how far they have come; the four add up to `total`. */
export function progressOf(stats: Schemas['CampaignStats']): Progress {
  return {
    pending: stats.pending,
    underway: stats.sent + stats.connection_sent + stats.connected + stats.message_sent,
    answered: stats.replied,
    ended: stats.completed + stats.bounced + stats.timed_out + stats.cancelled,
  };
}

type Node = Pick<Schemas['SequenceNode'], 'id' | 'type'>;

export type FunnelStep = { id: string; before: number; passed: number };

const isTouch = ({ type }: Node): boolean => type !== 'delay' && type !== 'end';

/**
 * The touches of a sequence with the people that stand before each, and those who have had it:
 * everybody before a later touch, and everybody who has gone through. `none` are those who stand
 * before no touch: the pool before the first, the others behind the last.
 */
export function funnelOf(
  nodes: readonly Node[],
  byNode: Readonly<Record<string, Readonly<Record<string, number>>>>,
  waiting: number,
): FunnelStep[] {
  const touches = nodes.filter(isTouch);
  const standing = touches.map(({ id }) =>
    Object.values(byNode[id] ?? {}).reduce((sum, n) => sum + n, 0),
  );
  return touches.map(({ id }, at) => ({
    id,
    before: standing[at]! + (at === 0 ? waiting : 0),
    passed: standing.slice(at + 1).reduce((sum, n) => sum + n, 0),
  }));
}

/** The length of a delay in words: "3 days", "1 day 4 hours"; "at once" for none. */
export function delayText(node: {
  delay_days?: number | null | undefined;
  delay_hours?: number | null | undefined;
  delay_minutes?: number | null | undefined;
}): string {
  const parts = (
    [
      [node.delay_days, 'day'],
      [node.delay_hours, 'hour'],
      [node.delay_minutes, 'minute'],
    ] as const
  ).flatMap(([n, unit]) => (n ? [plural(n, unit, `${unit}s`)] : []));
  return parts.join(' ') || 'at once';
}
