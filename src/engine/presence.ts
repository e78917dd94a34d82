import type { PoolClient } from 'pg';
import { beat, holdPresence, leave, sweepWorkers } from '../db/workers.ts';
import type { Services } from '../operation.ts';
import { type Loop, startLoop } from './loop.ts';

const beatMs = 1_000;

/**
 * A worker's presence: one connection that holds its lock and is notified of woken lanes, and a
 * heartbeat. Each worker also removes those that are gone, so that their lanes are free within a
 * second or two. Losing the connection is not fatal: other workers may take over its lanes, which
 * the deadlines of its messages make safe, and the next beat registers it anew.
 */
export async function keepPresence(
  services: Services,
  workerId: string,
  onWake: () => void,
): Promise<{ stop: () => Promise<void> }> {
  const { db, pool, log } = services;
  let client: PoolClient | null = null;
  const drop = () => {
    client?.release(true);
    client = null;
  };
  const register = async () => {
    if (!client) {
      const fresh = await pool.connect();
      fresh.on('error', drop);
      fresh.on('notification', onWake);
      client = fresh;
      try {
        await holdPresence(fresh, workerId);
        await fresh.query('listen postrider_lanes');
      } catch (error) {
        drop();
        throw error;
      }
    }
    await beat(db, workerId);
    const gone = await sweepWorkers(db, workerId);
    if (gone.length > 0) {
      log.warn({ workers: gone }, 'workers are gone; their lanes are free');
      onWake();
    }
    return beatMs;
  };
  try {
    await register();
  } catch (error) {
    // A connection that is kept would keep the pool, and so the process, from ending.
    drop();
    throw error;
  }
  const loop: Loop = startLoop('presence', log, register);
  return {
    async stop() {
      await loop.stop();
      await leave(db, workerId);
      drop();
    },
  };
}
