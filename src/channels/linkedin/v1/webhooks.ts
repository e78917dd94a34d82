import { z } from 'zod';
import type { Client } from '../client.ts';
import { secretHeader } from '../hosted.ts';
import type { Unipile } from '../unipile.ts';

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
 * `name` identifies the version of the subscription; each source has a name of its own, because
 * lists do not always tell sources. Hooks of the URL with other names are deleted first, and those
 * that are there more than once. Webhooks carry our secret, and no signature.
 */
export const hookCalls = (client: Client): Pick<Unipile, 'subscribe' | 'hookKeys'> => ({
  hookKeys: async () => [],
  async subscribe({ url, secret, name }) {
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
  },
});
