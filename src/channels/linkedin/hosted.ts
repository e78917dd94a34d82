import { z } from 'zod';
import { hourMs } from '../../domain/time.ts';
import type { Client } from './client.ts';

/** How long a link to Unipile's login page can be used. */
export const linkMs = hourMs;
/**
 * How long after that a login begun in time may take: where seats are found by looking, a seat of
 * another login must not be mistaken for it.
 */
export const lateMs = hourMs / 4;

type Wish = {
  /**
   * The name that Unipile gives back after a login; it is a secret, because knowing it is enough to
   * claim the seat.
   */
  name: string;
  expiresAt: Date;
  /** The seat to log in again; null for a new one. */
  providerAccountId: string | null;
  /** Where Unipile tells that somebody has logged in; null when it cannot reach this server. */
  notifyUrl: string | null;
};

/**
 * A link to Unipile's own page, where somebody logs in to LinkedIn. @throws UnipileError,
 * Unanswered
 */
export async function createLink(
  client: Client,
  { name, expiresAt, providerAccountId, notifyUrl }: Wish,
): Promise<string> {
  const what = providerAccountId
    ? { type: 'reconnect', reconnect_account: providerAccountId }
    : { type: 'create' };
  const told = notifyUrl ? { notify_url: notifyUrl } : {};
  const json = {
    ...what,
    providers: ['LINKEDIN'],
    api_url: client.url,
    expiresOn: expiresAt.toISOString(),
    name,
    ...told,
  };
  const { url } = await client.call('POST', '/hosted/accounts/link', {
    answer: z.object({ url: z.url() }),
    json,
  });
  return url;
}

/** Takes a seat out of Unipile. @throws UnipileError, Unanswered */
export async function deleteSeat(client: Client, providerAccountId: string): Promise<void> {
  await client.call('DELETE', `/accounts/${encodeURIComponent(providerAccountId)}`, {
    answer: z.unknown(),
  });
}

/** The header with which Unipile's webhooks prove that they come from it. */
export const secretHeader = 'x-postrider-secret';

const subscriptions = [
  { source: 'messaging', events: ['message_received'] },
  { source: 'users', events: ['new_relation'] },
  { source: 'account_status' },
];
const hookSchema = z.object({
  id: z.string(),
  request_url: z.string().nullish(),
  source: z.string().nullish(),
  name: z.string().nullish(),
});

/**
 * Subscribes this address to Unipile's webhooks; subscriptions made before, or with another secret,
 * are replaced. @throws UnipileError, Unanswered
 */
export async function subscribe(
  client: Client,
  { url, secret, name }: { url: string; secret: string; name: string },
): Promise<void> {
  const { items } = await client.call('GET', '/webhooks', {
    answer: z.object({ items: z.array(hookSchema) }),
    query: { limit: 250 },
  });
  const ours = items.filter(({ request_url }) => request_url === url);
  for (const hook of ours.filter((one) => one.name !== name)) {
    await client.call('DELETE', `/webhooks/${encodeURIComponent(hook.id)}`, {
      answer: z.unknown(),
    });
  }
  // Webhooks made by the API carry no content type of their own.
  const headers = [
    { key: 'content-type', value: 'application/json' },
    { key: secretHeader, value: secret },
  ];
  for (const wanted of subscriptions) {
    if (ours.some((one) => one.name === name && one.source === wanted.source)) continue;
    const json = { ...wanted, request_url: url, name, format: 'json', enabled: true, headers };
    await client.call('POST', '/webhooks', { answer: z.unknown(), json });
  }
}
