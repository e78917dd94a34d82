import type { FastifyReply } from 'fastify';
import { AppError } from '../../errors.ts';

/** Aborted when the connection is closed, so that nothing of a request outlives it. */
export function signalOf(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () =>
    gone.abort(new AppError('request.malformed', 'The caller has hung up.')),
  );
  return gone.signal;
}
