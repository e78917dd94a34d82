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

/** The limits as options of fastify. `limitConnections` adds what these cannot say. */
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

/** Aborted when the connection is closed, so that nothing of a request outlives it. */
export function signalOf(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () =>
    gone.abort(new AppError('request.malformed', 'The caller has hung up.')),
  );
  return gone.signal;
}
