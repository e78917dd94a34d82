import { isIP } from 'node:net';
import { z } from 'zod';

const seconds = z.coerce.number().int().min(1).max(3600);

const proxyNames = ['loopback', 'linklocal', 'uniquelocal'];

/** Whether fastify understands a list as `trustProxy`. */
function isProxyList(text: string): boolean {
  return text.split(',').every((part) => {
    const [address = '', bits = '0'] = part.trim().split('/');
    return proxyNames.includes(address) || (isIP(address) > 0 && /^\d{1,3}$/.test(bits));
  });
}

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
  POSTRIDER_TRUST_PROXY: [
    z
      .string()
      .refine(isProxyList, {
        error: 'Must be loopback, or addresses and networks such as 10.0.0.0/8, with commas',
      })
      .optional(),
    'proxies whose X-Forwarded-For says who asks; without it, all behind a proxy count as one',
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
    'how long a Sent folder is then given; five times as long later a second look decides',
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
  POSTRIDER_MAX_IMPORT_MB: [
    z.coerce.number().int().min(1).max(1_048_576).default(1_024),
    'megabytes that a file of people may have, and all that a workspace has waiting together',
  ],
  POSTRIDER_UNIPILE_DSN: [
    z
      .string()
      .regex(
        /^(https?:\/\/)?[\w.-]+(:\d{1,5})?(\/api\/v1|\/v2)?\/?$/,
        'Must be as the dashboard shows it, such as api1.unipile.com:13111 (version 1 of ' +
          'Unipile), or api.unipile.com (version 2)',
      )
      .optional(),
    'address of your Unipile: as its dashboard shows it, or api.unipile.com for its version 2; ' +
      'LinkedIn needs it and the key',
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
  POSTRIDER_X_CONSUMER_SECRET: [
    z.string().optional(),
    'API key secret of your app at X, which signs its webhooks',
  ],
  POSTRIDER_X_BEARER_TOKEN: [
    z.string().optional(),
    'app-only bearer token of your app at X, by which webhooks are set up',
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
