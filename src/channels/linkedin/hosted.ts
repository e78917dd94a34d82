import { z } from 'zod';
import { hourMs } from '../../domain/time.ts';
import type { Client } from './client.ts';

/** How long a link to Unipile's login page is valid. */
export const linkMs = hourMs;
/**
 * How long a login that began in time may take after the link has expired. It bounds the search for
 * its seat where Unipile cannot notify us, so that the seat of another login is not taken for it.
 */
export const lateMs = hourMs / 4;

type LinkOptions = {
  /** Unipile returns it after the login. A secret: a caller that knows it can claim the seat. */
  name: string;
  expiresAt: Date;
  /** The seat that logs in again; null for a new one. */
  providerAccountId: string | null;
  /** The URL that Unipile calls after the login; null when Unipile cannot reach this server. */
  notifyUrl: string | null;
};

/**
 * Creates a link to Unipile's own login page for LinkedIn (hosted auth).
 * @throws UnipileError, Unanswered
 */
export async function createLink(
  client: Client,
  { name, expiresAt, providerAccountId, notifyUrl }: LinkOptions,
): Promise<string> {
  const purpose = providerAccountId
    ? { type: 'reconnect', reconnect_account: providerAccountId }
    : { type: 'create' };
  const json = {
    ...purpose,
    providers: ['LINKEDIN'],
    api_url: client.url,
    expiresOn: expiresAt.toISOString(),
    name,
    ...(notifyUrl ? { notify_url: notifyUrl } : {}),
  };
  const { url } = await client.call('POST', '/hosted/accounts/link', {
    answer: z.object({ url: z.url() }),
    json,
  });
  return url;
}

/** Removes a seat from Unipile. @throws UnipileError, Unanswered */
export async function deleteSeat(client: Client, providerAccountId: string): Promise<void> {
  await client.call('DELETE', `/accounts/${encodeURIComponent(providerAccountId)}`, {
    answer: z.unknown(),
  });
}

/** The header with the secret that proves that a webhook comes from Unipile. */
export const secretHeader = 'x-postrider-secret';

const subscriptions = [
  { source: 'messaging', events: ['message_received'] },
  { source: 'users', events: ['new_relation'] },
  { source: 'account_status' },
];
const hookSchema = z.object({
  id: z.string(),
  request_url: z.string().nullish(),
  name: z.string().nullish(),
});

/**
 * Subscribes a URL to Unipile's webhooks. `name` identifies the version of the subscription; each
 * source has a name of its own, because lists do not always tell sources. Hooks of the URL with
 * other names are deleted first, and those that are there more than once.
 * @throws UnipileError, Unanswered
 */
export async function subscribe(
  client: Client,
  { url, secret, name }: { url: string; secret: string; name: string },
): Promise<void> {
  const { items } = await client.call('GET', '/webhooks', {
    answer: z.object({ items: z.array(hookSchema) }),
    query: { limit: 250 },
  });
  const wanted = new Set(subscriptions.map(({ source }) => `${name} ${source}`));
  const kept = new Set<string>();
  for (const hook of items.filter(({ request_url }) => request_url === url)) {
    if (hook.name && wanted.has(hook.name) && !kept.has(hook.name)) kept.add(hook.name);
    else
      await client.call('DELETE', `/webhooks/${encodeURIComponent(hook.id)}`, {
        answer: z.unknown(),
      });
  }
  // Webhooks that were created by the API have no content type unless we set one.
  const headers = [
    { key: 'content-type', value: 'application/json' },
    { key: secretHeader, value: secret },
  ];
  for (const subscription of subscriptions) {
    const ownName = `${name} ${subscription.source}`;
    if (kept.has(ownName)) continue;
    const json = {
      ...subscription,
      request_url: url,
      name: ownName,
      format: 'json',
      enabled: true,
      headers,
    };
    await client.call('POST', '/webhooks', { answer: z.unknown(), json });
  }
}
