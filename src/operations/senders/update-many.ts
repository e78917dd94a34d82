import { z } from 'zod';
import { updateSenders } from '../../db/accounts/senders.ts';
import { transact } from '../../db/database.ts';
import { type LanedSender, pageSenders } from '../../db/forecast/sender-pages.ts';
import { wakeSenders } from '../../db/sending/lanes.ts';
import { maxOnX, maxPerDay } from '../../domain/sending/sender-limit.ts';
import { uuid } from '../../domain/text.ts';
import { forgetAccount } from '../../engine/accounts/mailboxes.ts';
import { resumeWithSenders } from '../../engine/campaigns/guard.ts';
import { type Context, defineOperation } from '../../operation.ts';
import { profileColumns, someProfile } from '../email/profile.ts';
import { invalidRequest } from '../refusals.ts';
import { isLoosened, requireSendForSender } from '../require-send.ts';
import { isEmpty } from '../unchanged.ts';
import { senderFilter, senderFilterOf } from './filter.ts';
import { senderOnWire } from './wire.ts';

/** Senders of one call: a fleet. */
const maxSenders = 10_000;

const { daily_limit, hourly_limit, min_gap_seconds, ramp_up } = someProfile.shape;

const input = z.object({
  ids: z.array(uuid).max(maxSenders).optional().describe('Only these.'),
  filter: z.object(senderFilter).optional().describe('Only those that it names.'),
  set: z.object({
    daily_limit,
    hourly_limit,
    min_gap_seconds,
    ramp_up,
    status: z.enum(['active', 'paused']).optional(),
  }),
  dry_run: z.boolean().default(false).describe('Only count.'),
});

type Input = z.output<typeof input>;

export const updateManySenders = defineOperation({
  name: 'sender.update_many',
  route: 'POST /api/senders/update',
  cli: 'sender update-many',
  summary: 'Change limits of many senders, or pause and resume them',
  description:
    `The senders are those of \`ids\`, or all that the filter names, as in GET /api/senders; at ` +
    `most ${maxSenders}. \`dry_run\` changes nothing and answers the same. Each is answered: one ` +
    'out of service is not resumed here, because its login has to be tried. A higher limit, and ' +
    'resuming, need a key with `send` once a campaign that uses them is launched.',
  scope: 'write',
  input,
  output: z.object({
    matched: z.int(),
    changed: z.int().describe('With dry_run: how many would be.'),
    unchanged: z.int().describe('They have these values already.'),
    refused: z.array(z.object({ id: z.uuid(), reason: z.string() })),
  }),
  errors: [],
  transaction: false,
  maxValues: 2 * maxSenders,
  async run(context, given) {
    const { db, workspaceId, now } = context;
    const { rows, changes, refused } = await readChanges(context, given);
    const senderIds = changes.map(({ id }) => id);
    const answer = {
      matched: rows.length,
      changed: changes.length,
      unchanged: rows.length - changes.length - refused.length,
      refused,
    };
    const loosened = changes.filter((row) => isLoosened(given.set, onWire(row)));
    if (loosened.length > 0)
      await requireSendForSender(context, { senderIds: loosened.map(({ id }) => id) });
    if (given.dry_run || changes.length === 0) return answer;
    const { status, ...profile } = given.set;
    const values = {
      ...profileColumns(profile),
      ...(status ? { status, status_reason: null } : {}),
      updated_at: now,
    };
    await transact(db, async (transaction) => {
      // The status may have changed meanwhile: an account out of service stays as it is.
      const statuses = status ? ['active', 'paused'] : null;
      await updateSenders(transaction, { workspaceId, senderIds, statuses }, values);
      await wakeSenders(transaction, { workspaceId, senderIds, now });
    });
    if (status === 'active') await resumeWithSenders(db, { workspaceId, senderIds, now });
    if (status === 'paused') for (const row of changes) void forgetAccount(context, row);
    return answer;
  },
});

/** The senders that match, those that change, and those that cannot. @throws request.invalid */
async function readChanges(context: Context, { ids, filter = {}, set }: Input) {
  if (isEmpty(set))
    throw invalidRequest([{ pointer: '/set', code: 'required', message: 'Set something.' }]);
  if (ids === undefined && isEmpty(filter)) {
    const message = 'Name senders by ids or by a filter: all would be too many by mistake.';
    throw invalidRequest([{ pointer: '/filter', code: 'required', message }]);
  }
  const rows: LanedSender[] = [];
  const wanted = { ...senderFilterOf(filter, context), ids };
  for (let after: string | undefined, more = true; more; after = rows.at(-1)?.id) {
    const page = await pageSenders(context.db, wanted, { after, limit: 1_000 });
    rows.push(...page.rows);
    more = page.more;
    if (rows.length > maxSenders) {
      const message = `More than ${maxSenders} senders match: narrow the filter.`;
      throw invalidRequest([{ pointer: '/filter', code: 'too_many', message }]);
    }
  }
  const refused = rows.flatMap((row) => {
    const reason = refusalOf(row, set);
    return reason ? [{ id: row.id, reason }] : [];
  });
  const isRefused = new Set(refused.map(({ id }) => id));
  const changes = rows.filter((row) => !isRefused.has(row.id) && differs(row, set));
  return { rows, changes, refused };
}

/** The sender with the status as it is stored, to compare with what is to be set. */
const onWire = (row: LanedSender) => ({ ...senderOnWire(row), status: row.status });

function differs(row: LanedSender, set: Input['set']): boolean {
  const before: Record<string, unknown> = onWire(row);
  return Object.entries(set).some(
    ([name, value]) =>
      value !== undefined && JSON.stringify(value) !== JSON.stringify(before[name]),
  );
}

function refusalOf({ type, status }: LanedSender, set: Input['set']): string | null {
  if (set.daily_limit !== undefined && set.daily_limit > maxPerDay(type))
    return `daily_limit: At most ${maxPerDay(type)} a day for this type.`;
  if (type === 'x' && (set.hourly_limit ?? 0) > maxOnX.hourly_limit)
    return `hourly_limit: At most ${maxOnX.hourly_limit} an hour for this type.`;
  if (set.status !== undefined && status !== 'active' && status !== 'paused')
    return `It is ${status}: mend it by itself, so that its login is tried.`;
  return null;
}
