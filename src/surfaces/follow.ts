import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { countedAs } from '../access.ts';
import { minuteMs } from '../domain/time.ts';
import { AppError } from '../errors.ts';
import {
  type Call,
  type Caller,
  type Operation,
  readProgressState,
  runOperation,
  type Services,
} from '../operation.ts';
import { type Authenticate, requireSameCaller } from './auth.ts';

/**
 * How an operation is followed: the least time between two looks at it (`everyMs`), the longest
 * stream (`maxMs`), and the streams at once of one key or person (`max`) and of one workspace
 * (`maxOfAll`).
 */
export type FollowOptions = { everyMs: number; maxMs: number; max: number; maxOfAll: number };

const defaults: FollowOptions = { everyMs: 500, maxMs: 10 * minuteMs, max: 20, maxOfAll: 200 };
/** After so much silence a comment is sent, so that a broken connection is noticed. */
const keepAliveMs = 15_000;
/** A look is followed by a pause of this many times its duration, to bound the load. */
const pausePerLook = 10;

type FollowRequest = {
  operation: Operation;
  call: Call;
  request: FastifyRequest;
  reply: FastifyReply;
};

/** Whether the caller asks for a stream of answers instead of one answer. */
export function wantsFollowing(operation: Operation, request: FastifyRequest): boolean {
  return (
    operation.follow !== undefined &&
    request.method === 'GET' &&
    /\btext\/event-stream\b/i.test(request.headers.accept ?? '')
  );
}

/**
 * Answers with server-sent events: `progress` when the answer has changed, `done` with the last
 * one. The stream ends without `done` when the server stops, the key is revoked or the session
 * ended, or `maxMs` are over: then the caller asks again. Nothing continues after the connection is
 * closed.
 */
export function createFollower(
  app: FastifyInstance,
  services: Services,
  { authenticate, options }: { authenticate: Authenticate; options?: Partial<FollowOptions> },
) {
  const { max, maxOfAll, ...timing } = { ...defaults, ...options };
  /** The caller of each open stream. */
  const open = new Map<AbortController, Caller>();
  app.addHook('preClose', async () => {
    for (const stream of open.keys()) stream.abort();
  });
  return async ({ operation, call, request, reply }: FollowRequest): Promise<FastifyReply> => {
    const { workspaceId } = call.caller;
    const ofWorkspace = [...open.values()].filter((caller) => caller.workspaceId === workspaceId);
    const own = ofWorkspace.filter((caller) => countedAs(caller) === countedAs(call.caller));
    if (own.length >= max || ofWorkspace.length >= maxOfAll) {
      reply.header('retry-after', '5');
      throw new AppError(
        'request.rate_limited',
        `A key or person follows ${max} things at once at most, and a workspace ${maxOfAll}.`,
      );
    }
    const end = new AbortController();
    open.set(end, call.caller);
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
          ...timing,
          signal: end.signal,
          isStillKnown: () => requireSameCaller(authenticate, request),
        },
      );
      // Errors of the request are answered before the stream begins.
      const first = await answers.next();
      reply.headers({
        'content-type': 'text/event-stream; charset=utf-8',
        'x-accel-buffering': 'no',
      });
      return reply.send(Readable.from(concat(first, answers)));
    } catch (error) {
      close();
      throw error;
    }
  };
}

async function* concat(
  first: IteratorResult<string>,
  rest: AsyncGenerator<string>,
): AsyncGenerator<string> {
  if (!first.done) yield first.value;
  yield* rest;
}

/** `isStillKnown` throws when the key is no longer valid. */
type FollowRun = Omit<FollowOptions, 'max' | 'maxOfAll'> & {
  signal: AbortSignal;
  isStillKnown: () => unknown;
};

async function* follow(
  services: Services,
  { operation, call: first }: Pick<FollowRequest, 'operation' | 'call'>,
  { everyMs, maxMs, signal, isStillKnown }: FollowRun,
): AsyncGenerator<string> {
  const until = performance.now() + maxMs;
  let call = first;
  let isFirst = true;
  let seen: string | null = null;
  let sentAt = performance.now();
  while (!signal.aborted) {
    const lookedAt = performance.now();
    try {
      if (!isFirst) await isStillKnown();
      const state = await readProgressState(operation, services, call);
      if (state !== seen) {
        const { body } = await runOperation(operation, services, call);
        const isOver = operation.follow!.isOver(body);
        yield `event: ${isOver ? 'done' : 'progress'}\ndata: ${JSON.stringify(body)}\n\n`;
        if (isOver) return;
        isFirst = false;
        const next = operation.follow!.next?.(body as never);
        if (next) call = { ...call, raw: { ...call.raw, ...next.input } };
        [seen, sentAt] = [next ? next.state : state, performance.now()];
      } else if (performance.now() - sentAt > keepAliveMs) {
        yield ': still here\n\n';
        sentAt = performance.now();
      }
    } catch (error) {
      if (isFirst) throw error;
      if (!(error instanceof AppError))
        services.log.warn(
          { err: error, operation: operation.name },
          'a stream of answers failed; the caller asks again',
        );
      return;
    }
    const pauseMs = Math.max(everyMs, pausePerLook * (performance.now() - lookedAt));
    if (performance.now() + pauseMs > until) return;
    await pause(pauseMs, undefined, { signal }).catch(() => undefined);
  }
}
