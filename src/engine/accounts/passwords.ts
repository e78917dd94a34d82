import { type Argon2Parameters, argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { isLongEnough, minPasswordLength } from '../../domain/password.ts';
import { createRateCounter } from '../../domain/rate.ts';
import { minuteMs } from '../../domain/time.ts';
import { AppError } from '../../errors.ts';
import { type Origin, originKey } from './sessions.ts';

const derive = promisify(argon2);

/** OWASP's least for argon2id: 19 MiB (in KiB), two passes, one lane. */
const cost = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 };
const saltLength = 16;
/** Each takes 19 MiB and a thread of the pool that also reads files and looks up names. */
const atOnce = 2;
/** So many may wait for their turn, some two seconds of work. */
const maxWaiting = 20;
const triesPerMinute = 5;

export type Passwords = {
  /** The PHC text of a password. @throws request.rate_limited when too many wait */
  hash: (password: string) => Promise<string>;
  /**
   * Whether a password is the stored one. Takes as long without a stored one, so that nobody can
   * tell who has an account. @throws request.rate_limited when too many wait
   */
  isRight: (password: string, stored: string | null) => Promise<boolean>;
  /**
   * Counts a try under each of the names before it is made: five a minute. Returns a function that
   * takes it back, because it was right. @throws request.rate_limited
   */
  countTry: (names: readonly string[], now: Date) => () => void;
};

/** Hashes passwords with argon2id (RFC 9106), and bounds the work and the tries of a process. */
export function createPasswords(): Passwords {
  const inTurn = createTurns();
  const tries = createRateCounter([{ limit: triesPerMinute, ms: minuteMs }]);
  return {
    hash: async (password) => {
      const nonce = randomBytes(saltLength);
      const tag = await inTurn(() => derive('argon2id', { message: password, nonce, ...cost }));
      return writePhc({ nonce, tag, ...cost });
    },
    isRight: async (password, stored) => {
      const known = stored === null ? unknown : readPhc(stored);
      const { tag, ...parameters } = known;
      const given = await inTurn(() => derive('argon2id', { message: password, ...parameters }));
      return timingSafeEqual(given, tag) && stored !== null;
    },
    countTry: (names, at) => {
      const now = at.getTime();
      for (const name of names)
        if (tries.isSpent(name, now)) {
          const { reset } = tries(name, now);
          throw new AppError('request.rate_limited', 'Too many tries to sign in within a minute.', {
            extra: { retry_after: Math.max(1, Math.ceil((reset - now) / 1000)) },
          });
        }
      for (const name of names) tries(name, now);
      return () => {
        for (const name of names) tries.giveBack(name);
      };
    },
  };
}

/** Checks a password, and counts the try. @throws auth.refused, request.rate_limited */
export async function checkPassword(
  passwords: Passwords,
  given: { email: string; stored: string | null; password: string; from: Origin; now: Date },
): Promise<void> {
  const names = [`account ${given.email}`, originKey(given.from)];
  const forget = passwords.countTry(names, given.now);
  if (!(await passwords.isRight(given.password, given.stored))) throw new AppError('auth.refused');
  forget();
}

/** @throws request.invalid when a chosen password is too short */
export function requireLength(field: string, password: string): void {
  if (!isLongEnough(password))
    throw refuseField(field, `Must have at least ${minPasswordLength} characters.`);
}

/** The refusal of one field. */
export function refuseField(field: string, message: string): AppError {
  const errors = [{ pointer: `/${field}`, code: 'invalid', message }];
  return new AppError('request.invalid', `${field}: ${message}`, { errors });
}

/** Runs at most `atOnce` at a time; the others wait in a row of `maxWaiting`. */
function createTurns() {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async <T>(run: () => Promise<T>): Promise<T> => {
    if (running < atOnce) running += 1;
    else {
      if (waiting.length >= maxWaiting)
        throw new AppError('request.rate_limited', 'Too many sign in at this moment.', {
          extra: { retry_after: 2 },
        });
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
    try {
      return await run();
    } finally {
      const next = waiting.shift();
      // The turn goes from one to the next, so the count stays.
      if (next) next();
      else running -= 1;
    }
  };
}

type Derived = Omit<Argon2Parameters, 'message'> & { nonce: Buffer; tag: Buffer };

/** Compared with, where an address has no account or no password. */
const unknown: Derived = {
  ...cost,
  nonce: randomBytes(saltLength),
  tag: Buffer.alloc(cost.tagLength),
};

const base64 = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');

/** `$argon2id$v=19$m=…,t=…,p=…$salt$hash`, as other programs read it (the PHC string format). */
function writePhc({ memory, passes, parallelism, nonce, tag }: Derived): string {
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(nonce)}$${base64(tag)}`;
}

function readPhc(stored: string): Derived {
  const [, memory, passes, parallelism, nonce = '', hash = ''] =
    /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]+)$/.exec(stored) ?? [];
  const tag = Buffer.from(hash, 'base64');
  return {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    nonce: Buffer.from(nonce, 'base64'),
    tagLength: tag.length,
    tag,
  };
}
