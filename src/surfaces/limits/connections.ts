import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { minuteMs } from '../../domain/time.ts';
import { AppError } from '../../errors.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The body is a file of any size: it may take its time as long as bytes come in. */
    streamed?: boolean;
  }
}

/** When a connection is closed, in ms, and how many there are at most. */
export type ConnectionLimits = {
  /** Until a request's head is complete, also before its first byte. */
  headMs: number;
  /** Until its body is complete, unless it is streamed. */
  bodyMs: number;
  /** Without a byte in either direction. */
  silenceMs: number;
  /** The same while a streamed body comes in. */
  streamSilenceMs: number;
  /** How often heads are looked at. */
  checkMs: number;
  max: number;
};

export const connectionLimits: ConnectionLimits = {
  headMs: 20_000,
  bodyMs: minuteMs,
  silenceMs: 2 * minuteMs,
  streamSilenceMs: 15 * minuteMs,
  checkMs: 5_000,
  max: 2_000,
};

/** The limits as options of fastify. `limitConnections` adds those that these cannot say. */
export function serverOptions({ headMs, silenceMs, checkMs }: ConnectionLimits) {
  const http = { headersTimeout: headMs, connectionsCheckingInterval: checkMs };
  // Node's own requestTimeout is off: it would also end a streamed body.
  return { http, connectionTimeout: silenceMs, requestTimeout: 0 };
}

/** Closes connections whose bodies do not end, and refuses more than there may be. */
export function limitConnections(app: FastifyInstance, limits: ConnectionLimits): void {
  app.server.maxConnections = limits.max;
  app.addHook('onRequest', (request, _reply, done) => {
    const { raw } = request;
    const { streamed = false } = request.routeOptions.config;
    // A request of a test may come without a connection.
    if (raw.socket instanceof Socket)
      raw.socket.setTimeout(streamed ? limits.streamSilenceMs : limits.silenceMs);
    if (!streamed) {
      const timer = setTimeout(() => raw.destroy(), limits.bodyMs);
      for (const event of ['end', 'close']) raw.once(event, () => clearTimeout(timer));
    }
    done();
  });
}

/** The most bytes of a refused body that are taken in, so that its sender reads the refusal. */
const maxDrained = 256 * 1024 * 1024;

/**
 * Takes in the rest of a body that is too large, up to a bound, and forgets it. Many clients read
 * no answer before they have sent all: closing the connection under them would look like a fault of
 * the network (EPIPE). The limits of time hold as for any body.
 */
export async function drainBody(raw: IncomingMessage): Promise<void> {
  if (raw.readableEnded || raw.destroyed) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  let left = maxDrained;
  raw.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) resolve();
  });
  for (const event of ['end', 'close', 'error']) raw.once(event, () => resolve());
  raw.resume();
  await promise;
  raw.removeAllListeners('data');
}

/** Aborted when the connection is closed, so that nothing of a request outlives it. */
export function signalOf(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () =>
    gone.abort(new AppError('request.malformed', 'The caller has hung up.')),
  );
  return gone.signal;
}
