import path from 'node:path';
import { z } from 'zod';
import { nearest } from './nearest.ts';
import { refuse } from './refusal.ts';

const seconds = z.coerce.number().int().min(1).max(3600);

/** Every setting: schema, default, meaning. The table in docs/settings.md is made from this. */
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
    'folder of the embedded database, the keys and the first API key',
  ],
  POSTRIDER_HOST: [z.string().default('127.0.0.1'), 'address to listen on'],
  POSTRIDER_PORT: [
    z.coerce.number().int().min(0).max(65535).default(4020),
    'port to listen on; 0 takes a free one',
  ],
  POSTRIDER_HEALTH_PORT: [
    z.coerce.number().int().min(1).max(65535).optional(),
    'another port with /healthz, /readyz and /metrics without a key, also of a worker',
  ],
  POSTRIDER_PUBLIC_URL: [
    z.url().optional(),
    'address at which recipients reach this server: unsubscribe links and open pixels need it',
  ],
  POSTRIDER_BASE_PATH: [
    z
      .string()
      .regex(/^(\/[\w.~-]+)*\/?$/, 'Must be a path such as /postrider')
      .optional(),
    'sub-path of this server behind a proxy, whether or not the proxy takes it off; ' +
      'the path of POSTRIDER_PUBLIC_URL unless set',
  ],
  POSTRIDER_ROLE: [z.enum(['all', 'api', 'worker']).default('all'), 'what this process does'],
  POSTRIDER_MASTER_KEY: [
    z
      .string()
      .regex(
        /^([0-9a-f]{64}|[A-Za-z0-9+/_-]{43}=?)$/i,
        'Must be 32 random bytes in base64 or hex, as "openssl rand -base64 32" prints. ' +
          'Secrets that a weaker one has sealed: give the weaker one as ' +
          'POSTRIDER_OLD_MASTER_KEY to "keys reseal" (docs/settings.md).',
      )
      .optional(),
    'seals the stored passwords; without it a key file in the data directory is used',
  ],
  POSTRIDER_OLD_MASTER_KEY: [
    z.string().min(1).optional(),
    'the master key of before, for keys reseal',
  ],
  POSTRIDER_LOG_LEVEL: [
    z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
    'how much is logged to stderr',
  ],
  POSTRIDER_SEND_SECONDS: [
    seconds.default(120),
    'how long a reserved message may take: half to hand it over, half to wait for the answer',
  ],
  POSTRIDER_SETTLE_SECONDS: [
    seconds.default(30),
    'how long a Sent folder is then given to show a message before it counts as absent',
  ],
  POSTRIDER_POLL_SECONDS: [seconds.default(60), 'how often a mailbox is polled, besides IDLE'],
  POSTRIDER_MAIL_CA: [
    z.string().optional(),
    'PEM file with certificates of private authorities to trust for SMTP and IMAP',
  ],
  POSTRIDER_MAIL_HOSTS: [
    z.enum(['any', 'public']).optional(),
    'public: mail servers at private addresses are refused; the default once ' +
      'POSTRIDER_PUBLIC_URL is set or POSTRIDER_HOST is not of this machine alone, else any',
  ],
  POSTRIDER_MAIL_PORTS: [
    z
      .string()
      .regex(/^(any|\d{1,5}(\s*,\s*\d{1,5})*)$/, 'Must be ports such as 1025,1143, or any.')
      .optional(),
    'ports that mail servers may have besides 25, 143, 465, 587, 993 and 2525; or any',
  ],
  POSTRIDER_UNIPILE_DSN: [
    z
      .string()
      .regex(
        /^(https?:\/\/)?[\w.-]+(:\d{1,5})?(\/api\/v1)?\/?$/,
        'Must be as the dashboard shows it, such as api1.unipile.com:13111',
      )
      .optional(),
    'address of your Unipile, as its dashboard shows it; LinkedIn needs it and the key',
  ],
  POSTRIDER_UNIPILE_API_KEY: [z.string().optional(), 'access token of your Unipile'],
  POSTRIDER_X_CLIENT_ID: [
    z.string().optional(),
    'client id of your app at X; X needs it, and logins need POSTRIDER_PUBLIC_URL too',
  ],
  POSTRIDER_X_CLIENT_SECRET: [
    z.string().optional(),
    'client secret of your app at X, when it is a confidential client',
  ],
  POSTRIDER_X_API_URL: [
    z.url().optional(),
    'another address for the API of X and its consent page, for tests',
  ],
  POSTRIDER_AI_PROVIDER: [
    z.enum(['openai-compatible', 'anthropic']).optional(),
    'API protocol of the model that writes texts; without it there are no AI nodes',
  ],
  POSTRIDER_AI_URL: [
    z.url().optional(),
    "base URL of the model's API, before /chat/completions or /messages, if not the usual one",
  ],
  POSTRIDER_AI_API_KEY: [
    z.string().optional(),
    'key of that API; any text for a server that needs none',
  ],
  POSTRIDER_AI_MODEL: [z.string().optional(), 'name of the model'],
  POSTRIDER_AI_DAILY_DRAFTS: [
    z.coerce.number().int().min(1).max(10_000_000).default(1000),
    'how many texts a model may write for one workspace in a day, failed tries included',
  ],
  POSTRIDER_AI_PER_MINUTE: [
    z.coerce.number().int().min(1).max(100_000).default(60),
    'how many texts a model may write in a minute',
  ],
  POSTRIDER_AI_TIMEOUT_SECONDS: [seconds.default(60), 'how long a model may take over one text'],
} as const satisfies Record<string, readonly [z.ZodType, string]>;

/** Access to the model that writes texts. */
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
  /** Null when no port serves health and metrics without a key. */
  healthPort: number | null;
  publicUrl: string | null;
  /** Without a slash at its end; empty at the root of a host. */
  basePath: string;
  role: 'all' | 'api' | 'worker';
  masterKey: string | null;
  oldMasterKey: string | null;
  logLevel: string;
  sendMs: number;
  settleMs: number;
  pollMs: number;
  mailCa: string | null;
  mailHosts: 'any' | 'public';
  mailPorts: ReadonlySet<number> | 'any';
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

/** Reads the settings. @throws Error that names the variable, its fault and its meaning */
export function readConfig(given: Record<string, string | undefined>): Config {
  const env = Object.fromEntries(
    Object.entries(given).filter(([name, value]) => !isServiceLink(name, value)),
  );
  const read = <Name extends keyof typeof settings>(
    name: Name,
  ): z.output<(typeof settings)[Name][0]> => {
    const [schema, meaning] = settings[name];
    const parsed = schema.safeParse(env[name] === '' ? undefined : env[name], { error: refuse });
    if (!parsed.success)
      throw new Error(`${name}: ${parsed.error.issues[0]?.message} Meaning: ${meaning}.`);
    return parsed.data as z.output<(typeof settings)[Name][0]>;
  };
  const unknownName = Object.keys(env).find(
    (name) => name.startsWith(prefix) && !(name in settings) && !clientSettings.includes(name),
  );
  if (unknownName)
    throw new Error(
      `${unknownName}: there is no such setting. ${guess(unknownName)}docs/settings.md lists them.`,
    );
  const publicUrl = read('POSTRIDER_PUBLIC_URL')?.replace(/\/$/, '') ?? null;
  const publicPath = publicUrl === null ? '' : new URL(publicUrl).pathname;
  return {
    databaseUrl: read('DATABASE_URL') ?? null,
    dataDir: path.resolve(read('POSTRIDER_DATA_DIR')),
    host: read('POSTRIDER_HOST'),
    port: read('POSTRIDER_PORT'),
    healthPort: read('POSTRIDER_HEALTH_PORT') ?? null,
    publicUrl,
    basePath: (read('POSTRIDER_BASE_PATH') ?? publicPath).replace(/\/$/, ''),
    role: read('POSTRIDER_ROLE'),
    masterKey: read('POSTRIDER_MASTER_KEY') ?? null,
    oldMasterKey: read('POSTRIDER_OLD_MASTER_KEY') ?? null,
    logLevel: read('POSTRIDER_LOG_LEVEL'),
    sendMs: read('POSTRIDER_SEND_SECONDS') * 1000,
    settleMs: read('POSTRIDER_SETTLE_SECONDS') * 1000,
    pollMs: read('POSTRIDER_POLL_SECONDS') * 1000,
    mailCa: read('POSTRIDER_MAIL_CA') ?? null,
    mailHosts:
      read('POSTRIDER_MAIL_HOSTS') ??
      (read('POSTRIDER_PUBLIC_URL') || !isLoopback(read('POSTRIDER_HOST')) ? 'public' : 'any'),
    mailPorts: mailPortsOf(read('POSTRIDER_MAIL_PORTS')),
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

const isLoopback = (host: string) => /^(localhost|127(\.\d+){3}|::1)$/i.test(host);

const usualMailPorts = [25, 143, 465, 587, 993, 2525];

function mailPortsOf(named = ''): Config['mailPorts'] {
  if (named === 'any') return named;
  return new Set([...usualMailPorts, ...named.split(',').filter(Boolean).map(Number)]);
}

const prefix = 'POSTRIDER_';

/**
 * Whether Kubernetes set the variable, because a service in the pod's namespace is named postrider:
 * https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
 */
function isServiceLink(name: string, value = ''): boolean {
  if (/^POSTRIDER_(\w+_)?PORT$/.test(name) && /^(tcp|udp|sctp):/.test(value)) return true;
  return /^POSTRIDER_(\w+_)?(SERVICE_(HOST|PORT)|PORT_\d+_(TCP|UDP|SCTP))(_\w+)?$/.test(name);
}

/** A hint at the setting with the nearest name, with a blank behind it; else an empty text. */
function guess(unknownName: string): string {
  const names = Object.keys(settings).flatMap((name) =>
    name.startsWith(prefix) ? [name.slice(prefix.length)] : [],
  );
  const meant = nearest(unknownName.slice(prefix.length), names);
  return meant ? `Did you mean ${prefix}${meant}? ` : '';
}

/** A sentence for each feature that is off because only some of its settings are given. */
export function incompleteFeatures(env: Record<string, string | undefined>): string[] {
  const x =
    env.POSTRIDER_X_CLIENT_ID && !env.POSTRIDER_PUBLIC_URL
      ? ['No account on X can be connected: POSTRIDER_PUBLIC_URL must be set too.']
      : [];
  const halves = Object.entries(coupledSettings).flatMap(([feature, names]) => {
    const missing = names.filter((name) => !env[name]);
    return missing.length > 0 && missing.length < names.length
      ? [`${feature} is off: ${missing.join(' and ')} must be set too.`]
      : [];
  });
  return [...halves, ...x];
}

/** Settings that have an effect only when all of their feature are given. */
const coupledSettings: Record<string, (keyof typeof settings)[]> = {
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

/** Variables that the CLI reads as a client of a running server. */
const clientSettings = ['POSTRIDER_API_KEY', 'POSTRIDER_BASE_URL', 'POSTRIDER_RECORD'];

/** Whether a host, as in a setting or a URL, is this machine seen only by itself. */
export const isLoopback = (host: string): boolean =>
  /^(localhost|127(\.\d+){3}|\[?::1\]?)$/.test(host);
