import { z } from 'zod';
import { readTimeZone } from '../../db/settings.ts';
import { addDuration, readDuration } from '../../domain/hours/duration.ts';
import { defaultTimeZone } from '../../domain/sequence/campaign.ts';
import { text } from '../../domain/text.ts';
import { dayMs } from '../../domain/time.ts';
import { advance } from '../../engine/forecast/advance.ts';
import { requireClock } from '../../engine/sandbox.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { invalidRequest } from '../refusals.ts';
import { clockOnWire, clockOutput } from './wire.ts';

/** Ten years. */
const maxAdvanceMs = 10 * 366 * dayMs;

export const advanceClock = defineOperation({
  name: 'clock.advance',
  route: 'POST /api/clock/advance',
  cli: 'clock advance',
  summary: "Advance a sandbox's clock",
  description:
    'Walks from event to event with the engine that sends in live workspaces: every send, ' +
    'answer and end of a hold at its instant. One call works for up to ten seconds. 200: the ' +
    'clock stands at the target. 202: it is under way; repeat the call with `to` set to the ' +
    "answer's `to` to go on. Counts are those of the whole advance so far. Only one advance " +
    'runs at a time.',
  scope: 'admin',
  input: z.object({
    to: z.iso.datetime({ offset: true }).optional().describe('The target; give this or by.'),
    by: z
      .union([text({ min: 1, max: 100 }), z.number().min(0).max(maxAdvanceMs)])
      .optional()
      .describe(
        'How far: "5 days", "2h 30m", ISO 8601 (P5D), or milliseconds. Days are those of the ' +
          "workspace's time zone.",
      ),
  }),
  output: z.object({
    reached: z.boolean(),
    from: z.iso.datetime(),
    to: z.iso.datetime(),
    clock: clockOutput,
    events: z.record(z.string(), z.int()).describe('Number of events by kind.'),
    sends: z
      .array(z.object({ date: z.iso.date(), sends: z.int() }))
      .describe("Sends by day of the workspace's time zone."),
  }),
  errors: ['workspace.not_sandbox', 'clock.busy'],
  transaction: false,
  async run(context, input) {
    const { db, workspaceId, signal } = context;
    await requireClock(db, workspaceId);
    const timeZone = (await readTimeZone(db, workspaceId)) ?? defaultTimeZone;
    const done = await advance(context, {
      workspaceId,
      timeZone,
      signal,
      target: (from) => readTarget(input, from, timeZone),
    });
    if (!done) throw new AppError('clock.busy');
    if (!done.reached) context.setStatus(202);
    const { reached, from, to, events, sends } = done;
    return {
      reached,
      from: from.toISOString(),
      to: to.toISOString(),
      clock: clockOnWire(await requireClock(db, workspaceId)),
      events,
      sends,
    };
  },
  continueWith: (body) =>
    body.reached ? null : { input: { to: body.to }, progress: `${body.clock.now} of ${body.to}` },
});

type Target = { to?: string | undefined; by?: string | number | undefined };

/** The target of an advance. @throws request.invalid when it cannot be read, or is out of range */
function readTarget({ to, by }: Target, from: Date, timeZone: string): Date {
  if ((to === undefined) === (by === undefined))
    throw invalidTarget('/by', 'Give either to or by.');
  if (to !== undefined) return checkRange(from, Date.parse(to), '/to');
  const duration =
    typeof by === 'number' ? readDuration(String(Math.round(by))) : readDuration(by!);
  if (!duration)
    throw invalidTarget(
      '/by',
      'Must be a length of time: "5 days", "2h 30m", P5D, or milliseconds.',
    );
  return checkRange(from, addDuration(from.getTime(), duration, timeZone) ?? Infinity, '/by');
}

/** @throws request.invalid when the target lies before the clock, or beyond ten years */
function checkRange(from: Date, target: number, pointer: string): Date {
  if (target < from.getTime())
    throw invalidTarget(pointer, `The clock stands at ${from.toISOString()} and does not go back.`);
  if (target - from.getTime() > maxAdvanceMs)
    throw invalidTarget(pointer, 'The clock advances ten years at most in one call.');
  return new Date(target);
}

function invalidTarget(pointer: string, message: string): AppError {
  return invalidRequest([{ pointer, code: 'invalid', message }]);
}
