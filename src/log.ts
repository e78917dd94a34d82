import { type Logger, pino } from 'pino';

export type Log = Logger;

const secrets = ['password', 'pass', 'credentials', 'authorization', 'key', 'token', 'secret'];

/** JSON lines on stderr; secrets are struck out wherever they stand. */
export function createLog(level: string): Log {
  const paths = secrets.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
  return pino({ level, redact: { paths, censor: '[struck out]' } }, pino.destination(2));
}
