import { z } from 'zod';
import { senderTypes } from '../../db/campaigns/campaign-senders.ts';
import { type CampaignValues, namesLike } from '../../db/campaigns/campaigns.ts';
import { holidaysInput } from '../../domain/hours/holidays.ts';
import { operatingHours } from '../../domain/hours/schedule.ts';
import { guardDefaults } from '../../domain/sending/guard.ts';
import {
  type CampaignField,
  fieldRules,
  freeName,
  nameLength,
  nameStem,
  whyIgnored,
} from '../../domain/sequence/campaign.ts';
import { connectionTimeout } from '../../domain/sequence/invitation.ts';
import { text, timeZone, uuid } from '../../domain/text.ts';
import { AppError, type Problem } from '../../errors.ts';
import { parseInput } from '../../input.ts';
import { toJsonSchema } from '../../json-schema.ts';
import type { Context } from '../../operation.ts';

export const campaignName = text(nameLength).refine(
  (name) => name === '' || name.trim() !== '',
  'Must not be blank.',
);

export const dailyLimit = z.int().min(1).max(500);

export const hourlyLimit = z.int().min(1).max(25);

const capLimit = z.int().min(1).max(100_000);

export const numberName = z
  .boolean()
  .optional()
  .describe(
    "Gives a name that is in use a number, instead of a 409; Inbox's API shows the name as it " +
      'was given.',
  );

/** Settings that create and PATCH share. */
export const settingInputs = {
  description: text({ max: 2000 }).nullable().optional(),
  operating_hours: operatingHours
    .optional()
    .describe(
      'Per weekday ("0" Sunday to "6", or names) {start, end} in minutes of the day or as ' +
        '"09:00", or a list of them; "09:00-17:00" works too. Answers have numbers. null or {} ' +
        'is always open.',
    ),
  timezone: timeZone()
    .nullable()
    .optional()
    .describe("IANA zone of operating_hours; null uses the workspace's."),
  starts_at: z.iso
    .datetime({ offset: true })
    .nullable()
    .optional()
    .describe('No touch goes out before this instant, also when the launch was earlier.'),
  holidays: holidaysInput
    .nullable()
    .optional()
    .describe(
      "Days without sends, by the campaign's zone: own dates, and public holidays of " +
        'countries (DE, US-CA).',
    ),
  roster: z
    .enum(['frozen', 'open'])
    .optional()
    .describe('open: people can be added after the launch too. frozen by default.'),
  guard_bounce_rate: z
    .number()
    .gt(0)
    .max(1)
    .nullable()
    .optional()
    .describe(
      'The campaign is paused when this share of the people written to has bounced; null ' +
        `means ${guardDefaults.bounceRate}.`,
    ),
  guard_bounce_min: z
    .int()
    .min(1)
    .max(1_000_000)
    .nullable()
    .optional()
    .describe(
      'Number of people written to before guard_bounce_rate is checked; null means ' +
        `${guardDefaults.bounceMin}, or ten bounces before that.`,
    ),
  dry_run: z
    .boolean()
    .optional()
    .describe(
      'The campaign runs on its real schedule with its real texts and delivers nothing. It ' +
        'takes turns and uses limits of its senders as a real campaign does; POST …/promote ' +
        'gives these back and starts it over for real. Draft only.',
    ),
  local_hours: z
    .boolean()
    .optional()
    .describe(
      'operating_hours and holidays count by the clock of each person, where it is known: a ' +
        'custom field timezone or time_zone, else the country of the phone number, of the ' +
        "address, or of the company's site, when that has one time; by the campaign's " +
        'otherwise. Draft only.',
    ),
  domain_daily_limit: capLimit
    .nullable()
    .optional()
    .describe('Email only. Maximum touches a day to addresses of one domain; null for no limit.'),
  company_daily_limit: capLimit
    .nullable()
    .optional()
    .describe(
      'Maximum touches a day to people of one company, as their profiles name it; null for no ' +
        'limit.',
    ),
  hourly_limit: hourlyLimit
    .nullable()
    .optional()
    .describe(
      "Touches an hour of each sender in this campaign, by the clock hours of the campaign's " +
        'zone; null for no limit.',
    ),
  daily_limit: dailyLimit
    .nullable()
    .optional()
    .describe('Email and X. Touches a day over all senders; null for no limit.'),
  connection_timeout_days: z
    .int()
    .min(connectionTimeout.min)
    .max(connectionTimeout.max)
    .nullable()
    .optional()
    .describe(
      'LinkedIn only. How long an invitation waits for its answer; then it is taken back and ' +
        `the person timed out. null means ${connectionTimeout.usual}. A change counts at once, ` +
        'also for people who wait already.',
    ),
  skip_other_campaigns: z
    .boolean()
    .optional()
    .describe('Skip people who are in another active campaign of the same type.'),
  exclude_replied: z
    .boolean()
    .optional()
    .describe(
      'Skip people who replied to, or unsubscribed from, another campaign of the workspace, also ' +
        'when they do so later. true by default. Bounced and suppressed people are always skipped.',
    ),
  stop_on_reply: z
    .boolean()
    .optional()
    .describe('Email only; true by default. A reply ends the sequence for that person.'),
  open_tracking: z
    .boolean()
    .optional()
    .describe('Email only; false by default. Adds an open pixel.'),
  signature: text({ max: 20_000 })
    .nullable()
    .optional()
    .describe('Email only. Template with %sender_*% and %first_name% variables.'),
  sender_account_ids: z
    .array(uuid)
    .max(1000)
    .optional()
    .describe("Senders of the campaign's type, in turn order."),
};

type Settings = z.output<z.ZodObject<typeof settingInputs>>;

/**
 * The same fields, described alike, with any value: whether a field applies decides whether its
 * value counts, and only the campaign tells. `applicable` checks the values.
 */
export function unchecked<Shape extends z.ZodRawShape>(shape: Shape) {
  return Object.fromEntries(
    Object.entries(shape).map(([name, schema]) => {
      const described = toJsonSchema(schema as z.ZodType, 'input') as Record<string, unknown>;
      return [name, z.unknown().optional().meta(described)];
    }),
  ) as { [Name in keyof Shape]: z.ZodOptional<z.ZodUnknown> };
}

/** `status` is null while the campaign is being created. */
type Rated = { type: string; status: string | null };

/**
 * The given fields that apply to the campaign, checked by their schemas. Warns of every other field
 * with the reason, whatever its value. @throws request.invalid naming each field at fault
 */
export function applicable<Shape extends z.ZodRawShape>(
  context: Context,
  shape: Shape,
  { input, campaign }: { input: Record<string, unknown>; campaign: Rated },
): z.output<z.ZodObject<Shape>> {
  const given = Object.entries(input).filter(
    ([name, value]) => name in fieldRules && value !== undefined,
  );
  const applies = given.filter(([name, value]) => {
    const reason = whyIgnored(name as CampaignField, campaign);
    // Null is how a campaign shows a field that its channel does not have.
    if (reason && value !== null) context.warn(name, reason);
    return reason === null;
  });
  return parseInput(z.object(shape), Object.fromEntries(applies));
}

/** The columns of the given settings. */
export function settingColumns(fields: Partial<Settings>): CampaignValues {
  const {
    operating_hours: hours,
    holidays,
    timezone,
    starts_at: startsAt,
    sender_account_ids: _senders,
    ...columns
  } = fields;
  return {
    ...columns,
    time_zone: timezone,
    starts_at: typeof startsAt === 'string' ? new Date(startsAt) : startsAt,
    operating_hours: hours && JSON.stringify(hours),
    holidays: holidays && JSON.stringify(holidays),
  };
}

/**
 * The ids, each once, when all are senders of this type.
 * @throws request.invalid, campaign.sender_mismatch naming the positions in the request
 */
export async function checkSenders(
  { db, workspaceId }: Context,
  type: string,
  ids: readonly string[],
): Promise<string[]> {
  const types = await senderTypes(db, { workspaceId, ids });
  const unknown: Problem[] = [];
  const mismatched: Problem[] = [];
  for (const [index, id] of ids.entries()) {
    const pointer = `/sender_account_ids/${index}`;
    const found = types.get(id);
    if (found === undefined) {
      const message = `There is no sender ${id}.`;
      unknown.push({ pointer, code: 'sender.not_found', message });
    } else if (found !== type) {
      const message = `Sender ${id} is of type ${found}, the campaign of type ${type}.`;
      mismatched.push({ pointer, code: 'campaign.sender_mismatch', message });
    }
  }
  if (unknown[0])
    throw new AppError('request.invalid', `sender_account_ids: ${unknown[0].message}`, {
      errors: unknown,
    });
  if (mismatched[0])
    throw new AppError('campaign.sender_mismatch', mismatched[0].message, { errors: mismatched });
  return [...new Set(ids)];
}

/** The 409 for a name in use, with a free one. `taken` comes from `namesAround`. */
export function nameTaken(name: string, taken: ReadonlySet<string>): AppError {
  const suggestion = freeName(name, taken);
  return new AppError(
    'campaign.name_taken',
    `You have a campaign named "${name}". Free: "${suggestion}".`,
    {
      errors: [
        {
          pointer: '/name',
          code: 'campaign.name_taken',
          message: `Use another name, for example "${suggestion}".`,
        },
      ],
      extra: { suggested_name: suggestion },
    },
  );
}

/** The member's campaign names that begin as this name does. */
export function namesAround(
  { db, workspaceId }: Context,
  memberId: string,
  name: string,
): Promise<Set<string>> {
  return namesLike(db, { workspaceId, memberId, stem: nameStem(name) });
}

/** Warns of every ignored field with the reason. */
export function warnOfIgnored(
  { warn }: Context,
  ignored: readonly { pointer: string; message: string }[],
): void {
  for (const { pointer, message } of ignored) warn(pointer.slice(1), message);
}
