import type { FastifyInstance } from 'fastify';
import type { Log } from '../../log.ts';

/** A piece of work that kept the thread from everything else for so long is logged. */
const maxHoldMs = 500;
const lookMs = 100;

/**
 * Logs that the loop was held, with the requests that were under way or ended meanwhile: one of
 * them did it, or a chore of this process.
 */
export function watchLoop(app: FastifyInstance, log: Log): void {
  const open = new Map<string, string>();
  const ended = new Map<string, string>();
  app.addHook('onRequest', (request, _reply, done) => {
    open.set(request.id, `${request.method} ${request.routeOptions.url ?? '(no route)'}`);
    done();
  });
  app.addHook('onResponse', (request, _reply, done) => {
    ended.set(request.id, open.get(request.id)!);
    open.delete(request.id);
    done();
  });
  app.addHook('onRequestAbort', (request, done) => {
    open.delete(request.id);
    done();
  });
  let lookedAt = performance.now();
  const look = () => {
    const heldMs = Math.round(performance.now() - lookedAt - lookMs);
    if (heldMs > maxHoldMs) {
      const requests = [...ended, ...open].map(([request_id, route]) => ({ request_id, route }));
      log.warn({ held_ms: heldMs, requests: requests.slice(-20) }, 'the event loop was held');
    }
    ended.clear();
    lookedAt = performance.now();
  };
  const timer = setInterval(look, lookMs).unref();
  app.addHook('onClose', async () => clearInterval(timer));
}
