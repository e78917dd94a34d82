import { createHash } from 'node:crypto';
import { Kysely, PostgresDialect } from 'kysely';
import type pg from 'pg';
import type { Db } from './database.ts';
import type { Schema } from './schema.gen.ts';

const maxWaitMs = 10_000;

/**
 * A database over one connection that belongs to the caller alone, for thousands of small steps:
 * statements are prepared once and run one after another. A transaction has the connection to
 * itself: a second one begun inside it fails after ten seconds.
 */
export function singleConnection(client: pg.PoolClient): Db {
  let free = Promise.resolve();
  let release = () => {};
  const own = new Proxy(client, {
    get(target, member) {
      if (member === 'release') return () => release();
      if (member === 'query')
        return (text: string, values?: unknown[]) =>
          target.query(values?.length ? prepared(text, values) : text);
      return Reflect.get(target, member, target);
    },
  });
  const connect = async () => {
    const before = free;
    const turn = Promise.withResolvers<void>();
    free = before.then(() => turn.promise);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(
        () => reject(new Error('The pinned connection was not given back')),
        maxWaitMs,
      );
    });
    await Promise.race([before, late]).finally(() => clearTimeout(timer));
    release = turn.resolve;
    return own;
  };
  return new Kysely<Schema>({
    dialect: new PostgresDialect({ pool: { connect, end: async () => {}, options: {} } }),
  });
}

const names = new Map<string, string>();

function prepared(text: string, values: unknown[]): pg.QueryConfig {
  const name = names.get(text) ?? createHash('sha256').update(text).digest('base64url');
  names.set(text, name);
  return { name, text, values };
}
