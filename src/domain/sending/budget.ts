import { nextDayStart } from '../hours/schedule.ts';
import { dayMs } from '../time.ts';
import type { Usage } from './limit.ts';

/**
 * What a provider that charges for each call may cost a sender a day. Amounts in mills, thousandths
 * of a US dollar, in which X states its prices.
 */
export type MoneyBudget = {
  perDay: number;
  /** The most that one touch of a type can cost. */
  prices: Readonly<Record<string, number>>;
  /** Kept of each day for reading replies. */
  forReading: number;
};

/** The cost of reading on one day, which begins at `since` (epoch ms). */
export type ReadingCost = { since: number; mills: number };

/**
 * Prices by type of sender (docs.x.com, Pricing, August 2026). A message on X costs 15 mills; to
 * find its person by the handle costs 10, and reading it back among the received ones 10. A day's
 * looks show five messages of 10 mills.
 */
const costs: Record<string, Omit<MoneyBudget, 'perDay'>> = {
  x: { prices: { message: 15 + 10 + 10 }, forReading: 50 },
};

/** The least budget of a day, in dollars: a message, and reading the answer. */
export const minBudgetUsd = 0.1;

/** The budget of a sender; null where it has none, or its provider charges nothing. */
export function budgetOf(sender: {
  type: string;
  daily_budget_mills?: number | null;
}): MoneyBudget | null {
  const cost = costs[sender.type];
  return cost && sender.daily_budget_mills != null
    ? { ...cost, perDay: sender.daily_budget_mills }
    : null;
}

/** The most that a touch of each type can cost, in mills; null where nothing is charged. */
export const pricesOf = (type: string): MoneyBudget['prices'] | null => costs[type]?.prices ?? null;

type Spending = { usage: Usage; reading?: ReadingCost | null };

/** The start of the day by which X charges: of UTC. */
const dayOf = (at: number): number => Math.floor(at / dayMs) * dayMs;

/** What a budget's day has cost so far, in mills, and what is kept of it for reading. */
export function spentOn(
  { prices, forReading }: MoneyBudget,
  { usage, reading }: Spending,
  now: number,
): { touches: number; reading: number } {
  const since = dayOf(now);
  const touches = usage.reduce(
    (sum, { at, touch, n }) => (at >= since ? sum + n * (prices[touch] ?? 0) : sum),
    0,
  );
  const read = reading?.since === since ? reading.mills : 0;
  return { touches, reading: Math.max(read, forReading) };
}

/** How many touches of a type the budget still allows today. */
export function affordable(
  budget: MoneyBudget,
  spending: Spending,
  { touch, now }: { touch: string; now: number },
): number {
  const price = budget.prices[touch] ?? 0;
  if (price === 0) return Infinity;
  const spent = spentOn(budget, spending, now);
  return Math.max(0, Math.floor((budget.perDay - spent.touches - spent.reading) / price));
}

/** The first instant at or after `at` (epoch ms) that a budget allows a touch of a type. */
export function budgetFrom(
  budget: MoneyBudget,
  spending: Spending,
  { touch, now, at }: { touch: string; now: number; at: number },
): number {
  return affordable(budget, spending, { touch, now }) > 0
    ? at
    : Math.max(at, nextDayStart('UTC', now));
}

/** The figures of a budget in words for people. */
export function budgetInWords(budget: MoneyBudget, spending: Spending, now: number): string {
  const { touches, reading } = spentOn(budget, spending, now);
  return (
    `${inDollars(touches)} for messages and ${inDollars(reading)} for reading, ` +
    `of ${inDollars(budget.perDay)} for this day (UTC)`
  );
}

/** Mills as dollars, with cents, or thousandths where there are some. */
export const inDollars = (mills: number): string =>
  `$${(mills / 1000).toFixed(mills % 10 === 0 ? 2 : 3)}`;
