import path from 'node:path';
import { z } from 'zod';
import { nearest } from './nearest.ts';
import { refuse } from './refusal.ts';

const seconds = z.coerce.number().int().min(1).max(3600);

/** Every setting, its default and what it means. The table in docs/settings.md is checked against this. */
export const settings = {
  DATABASE_URL: [
    z
      .string()
      .regex(
        /^(postgres(ql)?|socket):|^\//,
        'Must be a URL such as postgres://user:password@host:5432/name.',
      )
      .optional(),
    'PostgreSQL 15 to 18 to use instead of the embedded one',
  ],
  POSTRIDER_DATA_DIR: [
    z.string().default('.data'),
    'where the embedded database, the keys and the first API key lie',
  ],
  POSTRIDER_HOST: [z.string().default('127.0.0.1'), 'address to listen on'],
  POSTRIDER_PORT: [
    z.coerce.number().int().min(0).max(65535).default(4020),
    'port to listen on; 0 takes a free one',
  ],
  POSTRIDER_PUBLIC_URL: [
    z.url().optional(),
    'how recipients reach this server: unsubscribe links and open pixels need it',
  ],
  POSTRIDER_ROLE: [z.enum(['all', 'api', 'worker']).default('all'), 'what this process does'],
  POSTRIDER_MASTER_KEY: [
    z.string().min(16).optional(),
    'seals the stored passwords; without it a key file in the data directory does',
  ],
  POSTRIDER_LOG_LEVEL: [
    z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
    'how much is logged to stderr',
  ],
  POSTRIDER_SEND_SECONDS: [
    seconds.default(120),
    'how long a reserved message may take: half to hand it over, half to hear the answer',
  ],
  POSTRIDER_SETTLE_SECONDS: [
    seconds.default(30),
    'how long after that a Sent folder is given to show a message before it counts as absent',
  ],
  POSTRIDER_POLL_SECONDS: [seconds.default(60), 'how often a mailbox is polled, besides IDLE'],
  POSTRIDER_MAIL_CA: [
    z.string().optional(),
    'file of PEM certificates of private authorities to trust for SMTP and IMAP',
  ],
  POSTRIDER_MAIL_HOSTS: [
    z.enum(['any', 'public']).default('any'),
    'public: mail servers at private addresses are refused',
  ],
  POSTRIDER_UNIPILE_DSN: [
    z
      .string()
      .regex(
        /^(https?:\/\/)?[\w.-]+(:\d{1,5})?(\/api\/v1)?\/?$/,
        'Must be as the dashboard shows it, such as api1.unipile.com:13111',
      )
      .optional(),
    'where your Unipile is, as its dashboard shows it; without it and the key there is no LinkedIn',
  ],
  POSTRIDER_UNIPILE_API_KEY: [z.string().optional(), 'an access token of it'],
  POSTRIDER_X_CLIENT_ID: [
    z.string().optional(),
    'client id of your app at X; without it there is no X, and logins need POSTRIDER_PUBLIC_URL too',
  ],
  POSTRIDER_X_CLIENT_SECRET: [
    z.string().optional(),
    'its client secret, when it is a confidential client',
  ],
  POSTRIDER_X_API_URL: [
    z.url().optional(),
    'another address for the API of X and its page of consent, for tests',
  ],
  POSTRIDER_AI_PROVIDER: [
    z.enum(['openai-compatible', 'anthropic']).optional(),
    'whose protocol the model that writes texts speaks; without it there are no AI nodes',
  ],
  POSTRIDER_AI_URL: [
    z.url().optional(),
    "where its API is, if not at the provider's own address: the part before /chat/completions or /messages",
  ],
  POSTRIDER_AI_API_KEY: [
    z.string().optional(),
    'the key of that API; any text for a server that wants none',
  ],
  POSTRIDER_AI_MODEL: [z.string().optional(), 'the name of the model'],
  POSTRIDER_AI_DAILY_DRAFTS: [
    z.coerce.number().int().min(1).max(10_000_000).default(1000),
    'how many texts a model may write for one workspace in a day, failed tries included',
  ],
  POSTRIDER_AI_PER_MINUTE: [
    z.coerce.number().int().min(1).max(100_000).default(60),
    'how many of them in a minute',
  ],
  POSTRIDER_AI_TIMEOUT_SECONDS: [seconds.default(60), 'how long a model may take over one text'],
} as const satisfies Record<string, readonly [z.ZodType, string]>;

/** The model that writes texts, and how much of it a workspace may use. */
export type AiConfig = {
  provider: 'openai-compatible' | 'anthropic';
  url: string | null;
  apiKey: string;
  model: string;
};

export type Config = {
  databaseUrl: string | null;
  dataDir: string;
  host: string;
  port: number;
  publicUrl: string | null;
  role: 'all' | 'api' | 'worker';
  masterKey: string | null;
  logLevel: string;
  sendMs: number;
  settleMs: number;
  pollMs: number;
  mailCa: string | null;
  mailHosts: 'any' | 'public';
  /** Null until address and key are both set. */
  unipile: { url: string; apiKey: string } | null;
  xClientId: string | null;
  xClientSecret: string | null;
  xApiUrl: string | null;
  /** Null until provider, key and model are all set. */
  ai: AiConfig | null;
  aiDailyDrafts: number;
  aiPerMinute: number;
  aiTimeoutMs: number;
};

/** Reads the settings. @throws Error that names the variable, its value's fault and what it is for */
export function readConfig(env: Record<string, string | undefined>): Config {
  const read = <Name extends keyof typeof settings>(
    name: Name,
  ): z.output<(typeof settings)[Name][0]> => {
    const [schema, meaning] = settings[name];
    const parsed = schema.safeParse(env[name] === '' ? undefined : env[name], { error: refuse });
    if (!parsed.success)
      throw new Error(`${name}: ${parsed.error.issues[0]?.message} It says: ${meaning}.`);
    return parsed.data as z.output<(typeof settings)[Name][0]>;
  };
  const stray = Object.keys(env).find(
    (name) => name.startsWith(prefix) && !(name in settings) && !clientSettings.includes(name),
  );
  if (stray)
    throw new Error(
      `${stray}: there is no such setting. ${guess(stray)}docs/settings.md lists them.`,
    );
  return {
    databaseUrl: read('DATABASE_URL') ?? null,
    dataDir: path.resolve(read('POSTRIDER_DATA_DIR')),
    host: read('POSTRIDER_HOST'),
    port: read('POSTRIDER_PORT'),
    publicUrl: read('POSTRIDER_PUBLIC_URL')?.replace(/\/$/, '') ?? null,
    role: read('POSTRIDER_ROLE'),
    masterKey: read('POSTRIDER_MASTER_KEY') ?? null,
    logLevel: read('POSTRIDER_LOG_LEVEL'),
    sendMs: read('POSTRIDER_SEND_SECONDS') * 1000,
    settleMs: read('POSTRIDER_SETTLE_SECONDS') * 1000,
    pollMs: read('POSTRIDER_POLL_SECONDS') * 1000,
    mailCa: read('POSTRIDER_MAIL_CA') ?? null,
    mailHosts: read('POSTRIDER_MAIL_HOSTS'),
    unipile: unipileOf(read('POSTRIDER_UNIPILE_DSN'), read('POSTRIDER_UNIPILE_API_KEY')),
    xClientId: read('POSTRIDER_X_CLIENT_ID') ?? null,
    xClientSecret: read('POSTRIDER_X_CLIENT_SECRET') ?? null,
    xApiUrl: read('POSTRIDER_X_API_URL')?.replace(/\/$/, '') ?? null,
    ai: aiOf(
      read('POSTRIDER_AI_PROVIDER'),
      read('POSTRIDER_AI_URL'),
      read('POSTRIDER_AI_API_KEY'),
      read('POSTRIDER_AI_MODEL'),
    ),
    aiDailyDrafts: read('POSTRIDER_AI_DAILY_DRAFTS'),
    aiPerMinute: read('POSTRIDER_AI_PER_MINUTE'),
    aiTimeoutMs: read('POSTRIDER_AI_TIMEOUT_SECONDS') * 1000,
  };
}

const prefix = 'POSTRIDER_';

function guess(stray: string): string {
  const names = Object.keys(settings).flatMap((name) =>
    name.startsWith(prefix) ? [name.slice(prefix.length)] : [],
  );
  const meant = nearest(stray.slice(prefix.length), names);
  return meant ? `Did you mean ${prefix}${meant}? ` : '';
}

/** Settings that count only together, of which some are there and others not: what is off, and what it lacks. */
export function halfSet(env: Record<string, string | undefined>): string[] {
  const x =
    env.POSTRIDER_X_CLIENT_ID && !env.POSTRIDER_PUBLIC_URL
      ? ['No account on X can be connected: POSTRIDER_PUBLIC_URL must be set too.']
      : [];
  const halves = Object.entries(batchSize).flatMap(([what, names]) => {
    const lacking = names.filter((name) => !env[name]);
    return lacking.length > 0 && lacking.length < names.length
      ? [`${what} is off: ${lacking.join(' and ')} must be set too.`]
      : [];
  });
  return [...halves, ...x];
}

const batchSize: Record<string, (keyof typeof settings)[]> = {
  LinkedIn: ['POSTRIDER_UNIPILE_DSN', 'POSTRIDER_UNIPILE_API_KEY'],
  'Writing by a model': ['POSTRIDER_AI_PROVIDER', 'POSTRIDER_AI_API_KEY', 'POSTRIDER_AI_MODEL'],
};

function aiOf(
  provider: AiConfig['provider'] | undefined,
  url?: string,
  apiKey?: string,
  model?: string,
): AiConfig | null {
  return provider && apiKey && model
    ? { provider, url: url?.replace(/\/$/, '') ?? null, apiKey, model }
    : null;
}

function unipileOf(dsn?: string, apiKey?: string): Config['unipile'] {
  if (!dsn || !apiKey) return null;
  const host = dsn.replace(/\/(api\/v1\/?)?$/, '');
  return { url: /^https?:/.test(host) ? host : `https://${host}`, apiKey };
}

/** What the CLI reads as a client of a running server. */
const clientSettings = ['POSTRIDER_API_KEY', 'POSTRIDER_BASE_URL', 'POSTRIDER_RECORD'];
