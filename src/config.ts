import path from 'node:path';
import type { z } from 'zod';
import { nearest } from './nearest.ts';
import { refuse } from './refusal.ts';
import { settings } from './settings.ts';

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
  /** Addresses of proxies whose X-Forwarded-For is believed; false for none. */
  trustProxy: string | false;
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
  /** Of one file, and of all that a workspace has waiting. */
  maxImportBytes: number;
  /** Null until address and key are both set. */
  unipile: { url: string; apiKey: string; version: 'v1' | 'v2' } | null;
  xClientId: string | null;
  xClientSecret: string | null;
  xApiUrl: string | null;
  /** Null until secret, token and a public address that X takes are all set. */
  xHook: { consumerSecret: string; bearer: string; url: string } | null;
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
    trustProxy: read('POSTRIDER_TRUST_PROXY') ?? false,
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
    maxImportBytes: read('POSTRIDER_MAX_IMPORT_MB') * 1024 * 1024,
    unipile: unipileOf(read('POSTRIDER_UNIPILE_DSN'), read('POSTRIDER_UNIPILE_API_KEY')),
    xClientId: read('POSTRIDER_X_CLIENT_ID') ?? null,
    xClientSecret: read('POSTRIDER_X_CLIENT_SECRET') ?? null,
    xApiUrl: read('POSTRIDER_X_API_URL')?.replace(/\/$/, '') ?? null,
    xHook: xHookOf(
      publicUrl,
      read('POSTRIDER_X_CONSUMER_SECRET'),
      read('POSTRIDER_X_BEARER_TOKEN'),
    ),
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
  const hook =
    env.POSTRIDER_X_BEARER_TOKEN && !isHookAddress(env.POSTRIDER_PUBLIC_URL ?? null)
      ? ['Webhooks of X are off: POSTRIDER_PUBLIC_URL must begin with https:// and name no port.']
      : [];
  const halves = Object.entries(coupledSettings).flatMap(([feature, names]) => {
    const missing = names.filter((name) => !env[name]);
    return missing.length > 0 && missing.length < names.length
      ? [`${feature} is off: ${missing.join(' and ')} must be set too.`]
      : [];
  });
  return [...halves, ...x, ...hook];
}

/** Settings that have an effect only when all of their feature are given. */
const coupledSettings: Record<string, (keyof typeof settings)[]> = {
  LinkedIn: ['POSTRIDER_UNIPILE_DSN', 'POSTRIDER_UNIPILE_API_KEY'],
  'Hearing of messages by the webhooks of X': [
    'POSTRIDER_X_CONSUMER_SECRET',
    'POSTRIDER_X_BEARER_TOKEN',
  ],
  'Writing by a model': ['POSTRIDER_AI_PROVIDER', 'POSTRIDER_AI_API_KEY', 'POSTRIDER_AI_MODEL'],
};

/** The addresses that X posts to: of https, without a port (docs.x.com, Webhooks). */
function isHookAddress(publicUrl: string | null): publicUrl is string {
  const url = publicUrl === null ? null : URL.parse(publicUrl);
  return url?.protocol === 'https:' && url.port === '';
}

function xHookOf(
  publicUrl: string | null,
  consumerSecret?: string,
  bearer?: string,
): Config['xHook'] {
  if (!consumerSecret || !bearer || !isHookAddress(publicUrl)) return null;
  return { consumerSecret, bearer, url: `${publicUrl}/x/news` };
}

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

/** Version 2 of Unipile has one address for all; each account of version 1 has its own. */
function unipileOf(dsn?: string, apiKey?: string): Config['unipile'] {
  if (!dsn || !apiKey) return null;
  const host = dsn.replace(/\/?(api\/v1|v2)?\/?$/, '');
  const isV2 = /\/v2\/?$/.test(dsn) || /^(https?:\/\/)?api\.unipile\.com$/i.test(host);
  const url = /^https?:/.test(host) ? host : `https://${host}`;
  return { url, apiKey, version: isV2 ? 'v2' : 'v1' };
}

/** Variables that the CLI reads as a client of a running server. */
const clientSettings = ['POSTRIDER_API_KEY', 'POSTRIDER_BASE_URL', 'POSTRIDER_RECORD'];

/** Whether a host, as in a setting or a URL, is this machine seen only by itself. */
export const isLoopback = (host: string): boolean =>
  /^(localhost|127(\.\d+){3}|\[?::1\]?)$/i.test(host);

/** The time zone that the machine is set to (TZ, else the system's); null when it is not known. */
export function machineTimeZone(
  { timeZone } = Intl.DateTimeFormat().resolvedOptions(),
): string | null {
  if (/^(etc\/)?(utc|gmt|universal|zulu)$/i.test(timeZone)) return 'UTC';
  return timeZone === 'Etc/Unknown' ? null : timeZone;
}
