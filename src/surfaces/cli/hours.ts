import { readHours } from '../../domain/hours/spelling.ts';
import type { Operation } from '../../operation.ts';
import { UsageError } from '../cli-values.ts';
import type { Row } from './values.ts';

/**
 * The flags with hours as the API takes them: "mon-fri 9-17" becomes windows by weekday. A new
 * campaign gets working days unless hours are given, because nobody means to write at night.
 * @throws UsageError for a text that says no hours
 */
export function withHours(operation: Operation, flags: Row): Row {
  const { operating_hours, hours: own, ...others } = flags;
  const isNew = operation.name === 'campaign.create';
  const usual = isNew ? 'working_days' : undefined;
  // Null is a value: always open.
  const given = [operating_hours, own, usual].find((one) => one !== undefined);
  if (given === undefined) return flags;
  if (given === 'working_days') return { ...others, hours: given };
  const hours = typeof given === 'string' ? readHours(given) : given;
  if (typeof given === 'string' && hours === null)
    throw new UsageError(
      `--operating-hours is written as "mon-fri 9-17", "mon-thu 8:30-12 13-17, fri 9-12" or ` +
        `"always", or as JSON; not "${given}".`,
    );
  return { ...others, [isNew ? 'hours' : 'operating_hours']: hours };
}
