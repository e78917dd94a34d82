import { daysBetween } from './when.ts';

type Sends = { date: string; sender_id: string; sends: number };

/** Sums by day over all senders, from the first to the last day, days without any included. */
export function sumByDay(days: readonly Sends[]): { date: string; value: number }[] {
  const sums = new Map<string, number>();
  for (const { date, sends } of days) sums.set(date, (sums.get(date) ?? 0) + sends);
  const dates = [...sums.keys()].sort();
  if (dates.length === 0) return [];
  return daysBetween(dates[0]!, dates.at(-1)!).map((date) => ({
    date,
    value: sums.get(date) ?? 0,
  }));
}

/** Sends of one sender by day. */
export type HeatRow = { id: string; total: number; cells: readonly number[] };

/** The table of senders by days: one row each, a column for each day of `dates`. */
export function heatRows(days: readonly Sends[], dates: readonly string[]): HeatRow[] {
  const at = new Map(dates.map((date, index) => [date, index]));
  const rows = new Map<string, number[]>();
  for (const { date, sender_id, sends } of days) {
    const row = rows.get(sender_id) ?? dates.map(() => 0);
    rows.set(sender_id, row);
    const index = at.get(date);
    if (index !== undefined) row[index]! += sends;
  }
  return [...rows].map(([id, cells]) => ({
    id,
    cells,
    total: cells.reduce((sum, n) => sum + n, 0),
  }));
}

/** One of five steps of colour: 0 for nothing, 4 for the most there is. */
export function heatStep(value: number, most: number): number {
  if (value <= 0 || most <= 0) return 0;
  return Math.min(4, Math.max(1, Math.ceil((value / most) * 4)));
}
