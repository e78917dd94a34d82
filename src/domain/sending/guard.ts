/** The guards of a campaign that sets none: it pauses at these figures. */
export const guardDefaults = { bounceRate: 0.05, bounceMin: 100, refusedInRow: 10 } as const;

type BounceCounts = { contacted: number; bounced: number };

/**
 * Whether the campaign must stop, because at least `min` prospects were contacted since `from` and
 * the share `rate` of them bounced. `from` has the counts at the last stop. Where no `min` is set,
 * ten bounces are enough once they are that share of the usual `min`, because later people cannot
 * lower it enough.
 */
export function bouncesTooMuch(
  now: BounceCounts,
  from: BounceCounts,
  { rate, min }: { rate: number | null; min: number | null },
): boolean {
  const contacted = now.contacted - from.contacted;
  const bounced = now.bounced - from.bounced;
  const least = min ?? guardDefaults.bounceMin;
  const isEnough = contacted >= least || (min === null && bounced >= guardDefaults.refusedInRow);
  return isEnough && bounced / Math.max(contacted, least) >= (rate ?? guardDefaults.bounceRate);
}

/** The fate of one touch, as the guard of refusals sees it. */
export type Refusal = {
  /** `ok`: it went out or may have. `ended`: its person ends for it. `waits`: nothing is said. */
  end: 'ok' | 'failed' | 'bounced' | 'waits';
  /** The server's answer without the parts about one person; null when it is one person's. */
  answer: string | null;
  messageId: string;
};

/** The refusals of a campaign in a row. */
export type RefusedRow = {
  /** Touches refused for good since the last that went out. */
  count: number;
  /** The answer that the last of them share. */
  answer: string | null;
  /** Their messages, each of another person. */
  messageIds: readonly string[];
};

export const noRefusals: RefusedRow = { count: 0, answer: null, messageIds: [] };

/**
 * The row after one more outcome. Refusals of messages count whatever is said; bounces and refusals
 * of the sender count while the answer stays the same, because ten people do not fail alike.
 */
export function refusedAfter(row: RefusedRow, { end, answer, messageId }: Refusal): RefusedRow {
  if (end === 'ok') return noRefusals;
  const count = row.count + (end === 'failed' ? 1 : 0);
  if (answer === null) return { ...row, count };
  const others = row.messageIds.filter((id) => id !== messageId);
  const shared = row.answer === answer ? others : [];
  return { count, answer, messageIds: [...shared, messageId] };
}

/** Whether a campaign with this row must stop. */
export const refusesAll = ({ count, messageIds }: RefusedRow): boolean =>
  Math.max(count, messageIds.length) >= guardDefaults.refusedInRow;

/**
 * A server's answer without all that differs from one person to the next: addresses, ids, times.
 * @param isDead it has a positive sign that the address is dead: then only the very same answer
 * counts, and none that names the person, because many people of a list may be gone
 */
export function answerKey(answer: string, to: string, isDead: boolean): string | null {
  const words = answer.toLowerCase().replace(/\s+/g, ' ').trim();
  if (isDead)
    return words.includes(to.toLowerCase()) || words.includes('access denied') ? null : words;
  return words
    .replace(/<?[^\s<>]+@[^\s<>]+>?/g, '@')
    .replace(/ \S*\d\S*/g, ' #')
    .slice(0, 300);
}
