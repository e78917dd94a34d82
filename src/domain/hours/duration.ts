const units = ['milliseconds', 'seconds', 'minutes', 'hours', 'days', 'weeks', 'months'] as const;
type Unit = (typeof units)[number];

const unitWords: Record<string, Unit> = {
  ms: 'milliseconds',
  s: 'seconds',
  sec: 'seconds',
  m: 'minutes',
  min: 'minutes',
  h: 'hours',
  d: 'days',
  w: 'weeks',
};
for (const unit of units) {
  unitWords[unit] = unit;
  unitWords[unit.slice(0, -1)] = unit;
}
const amountsWithUnits = /^(?:\s*\d{1,9}\s*[a-z]+\s*(?:,|and)?)+$/i;

/**
 * Reads "5 days", "2h 30m", ISO 8601 (P5D, PT36H), or milliseconds; null when it is no duration.
 */
export function readDuration(text: string): Temporal.Duration | null {
  const given = text.trim();
  if (/^\d{1,15}$/.test(given)) return Temporal.Duration.from({ milliseconds: Number(given) });
  if (/^P/i.test(given)) return parseIso(given);
  if (!amountsWithUnits.test(given)) return null;
  const parts: Partial<Record<Unit, number>> = {};
  for (const [, amount, word = ''] of given.toLowerCase().matchAll(/(\d+)\s*([a-z]+)/g)) {
    const unit = Object.hasOwn(unitWords, word) ? unitWords[word] : undefined;
    if (!unit || parts[unit] !== undefined) return null;
    parts[unit] = Number(amount);
  }
  return Temporal.Duration.from(parts);
}

function parseIso(given: string): Temporal.Duration | null {
  try {
    return Temporal.Duration.from(given.toUpperCase());
  } catch {
    return null;
  }
}

/**
 * The instant (epoch ms) a duration after another. Days, weeks and months are those of the zone's
 * calendar. Null when the instant is beyond the range of `Temporal.Instant`.
 */
export function addDuration(
  at: number,
  duration: Temporal.Duration,
  timeZone: string,
): number | null {
  try {
    return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).add(duration)
      .epochMilliseconds;
  } catch {
    return null;
  }
}
