import { type Logger, pino } from 'pino';

export type Log = Logger;

const secrets = ['password', 'pass', 'credentials', 'authorization', 'key', 'token', 'secret'];

/** Logs JSON lines to stderr. Secrets are censored up to two levels deep. */
export function createLog(level: string): Log {
  const paths = secrets.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
  return pino({ level, redact: { paths, censor: '[struck out]' } }, pino.destination(2));
}
