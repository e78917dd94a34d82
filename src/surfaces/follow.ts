import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { minuteMs } from '../domain/time.ts';
import { AppError } from '../errors.ts';
import { type Call, lookAt, type Operation, runOperation, type Services } from '../operation.ts';
import type { Authenticate } from './auth.ts';

/**
 * How an operation is followed: how often it is looked at, for how long, and by how many at once of
 * one workspace.
 */
export type FollowWishes = { everyMs: number; maxMs: number; max: number };

const usual: FollowWishes = { everyMs: 500, maxMs: 10 * minuteMs, max: 20 };
/** So often something is written, so that a connection which is gone is noticed. */
const stillHereMs = 15_000;
/** A look that takes long is followed by a rest so many times as long. */
const restPerLook = 10;

type Asked = { operation: Operation; call: Call; request: FastifyRequest; reply: FastifyReply };

/** Whether the caller wants the answers one after the other instead of one. */
export function wantsFollowing(operation: Operation, request: FastifyRequest): boolean {
  return (
    operation.follow !== undefined &&
    request.method === 'GET' &&
    /\btext\/event-stream\b/i.test(request.headers.accept ?? '')
  );
}

/**
 * Answers with server-sent events: `progress` whenever the answer has changed, `done` with the last
 * one. It ends without `done` when the server stops, the key is revoked, or after ten minutes: then
 * one asks again. Nothing of it outlives the connection.
 */
export function createFollower(
  app: FastifyInstance,
  services: Services,
  tools: { authenticate: Authenticate; wishes?: Partial<FollowWishes> },
) {
  const wishes = { ...usual, ...tools.wishes };
  const open = new Map<AbortController, string>();
  app.addHook('preClose', async () => {
    for (const one of open.keys()) one.abort();
  });
  return async ({ operation, call, request, reply }: Asked): Promise<FastifyReply> => {
    const { workspaceId } = call.caller;
    if ([...open.values()].filter((one) => one === workspaceId).length >= wishes.max) {
      reply.header('retry-after', '5');
      throw new AppError(
        'request.rate_limited',
        `This workspace follows ${wishes.max} things already, which are the most at once.`,
      );
    }
    const end = new AbortController();
    open.set(end, workspaceId);
    const close = () => {
      open.delete(end);
      end.abort();
    };
    reply.raw.once('close', close);
    try {
      const answers = follow(
        services,
        { operation, call },
        {
          ...wishes,
          signal: end.signal,
          isStillKnown: () => tools.authenticate(request.headers.authorization),
        },
      );
      // Errors of the request are answered before the stream begins.
      const first = await answers.next();
      reply.headers({
        'content-type': 'text/event-stream; charset=utf-8',
        'x-accel-buffering': 'no',
      });
      return reply.send(Readable.from(from(first, answers)));
    } catch (error) {
      close();
      throw error;
    }
  };
}

async function* from(
  first: IteratorResult<string>,
  rest: AsyncGenerator<string>,
): AsyncGenerator<string> {
  if (!first.done) yield first.value;
  yield* rest;
}

type Course = FollowWishes & { signal: AbortSignal; isStillKnown: () => unknown };

async function* follow(
  services: Services,
  { operation, call }: Pick<Asked, 'operation' | 'call'>,
  course: Course,
): AsyncGenerator<string> {
  const until = performance.now() + course.maxMs;
  let seen: string | null = null;
  let saidAt = performance.now();
  while (!course.signal.aborted) {
    const from = performance.now();
    try {
      if (seen !== null) await course.isStillKnown();
      const now = await lookAt(operation, services, call);
      if (now !== seen) {
        const { body } = await runOperation(operation, services, call);
        const isOver = operation.follow!.isOver(body);
        yield `event: ${isOver ? 'done' : 'progress'}\ndata: ${JSON.stringify(body)}\n\n`;
        if (isOver) return;
        [seen, saidAt] = [now, performance.now()];
      } else if (performance.now() - saidAt > stillHereMs) {
        yield ': still here\n\n';
        saidAt = performance.now();
      }
    } catch (error) {
      if (seen === null) throw error;
      if (!(error instanceof AppError))
        services.log.warn(
          { err: error, operation: operation.name },
          'following ended; whoever follows asks again',
        );
      return;
    }
    const rest = Math.max(course.everyMs, restPerLook * (performance.now() - from));
    if (performance.now() + rest > until) return;
    await pause(rest, undefined, { signal: course.signal }).catch(() => undefined);
  }
}
