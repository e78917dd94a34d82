import { z } from 'zod';
import { type Client, UnipileError } from '../client.ts';
import type { Unipile } from '../unipile.ts';
import { fresh } from './pages.ts';

const account = [
  'account.add',
  'account.reconnect',
  'account.remove',
  'account.status.running',
  'account.status.disconnected',
  'account.status.errored',
];
/**
 * The events that we read, by their names of today and of the beta: an endpoint with a name that
 * Unipile does not know is refused ("Event types", "CreateWebhookEndpoint").
 */
const generations = [
  [...account, 'account.status.degraded', 'account.status.partial', 'account.locked'].concat(
    'account.unlocked',
    'message.new',
    'relation.new',
  ),
  [...account, 'account.status.paused', 'message.new', 'relation.request.accept'],
];
const endpoint = z.object({
  id: z.string(),
  url: z.string().nullish(),
  description: z.string().nullish(),
  enabled: z.boolean().nullish(),
  secret: z.string().nullish(),
});
const path = '/webhooks/endpoints/';

/** `name` stands in the description. An endpoint that was switched off is made anew. */
export const hookCalls = (client: Client): Pick<Unipile, 'subscribe' | 'hookKeys'> => ({
  async hookKeys(url) {
    return (await endpointsOf(client, url)).flatMap(({ secret }) => (secret ? [secret] : []));
  },
  async subscribe({ url, name }) {
    let isThere = false;
    for (const hook of await endpointsOf(client, url)) {
      const isRight = hook.description === name && hook.enabled !== false;
      if (isRight && !isThere) isThere = true;
      else await client.call('DELETE', `${path}${hook.id}`, { answer: z.unknown() });
    }
    if (!isThere) await create(client, { url, description: name });
  },
});

async function endpointsOf(client: Client, url: string): Promise<z.output<typeof endpoint>[]> {
  const answer = z.object({ data: z.array(endpoint) });
  const { data } = await client.call('GET', path, { answer, ...fresh });
  return data.filter((hook) => hook.url === url);
}

async function create(client: Client, json: { url: string; description: string }): Promise<void> {
  for (const [index, trigger_events] of generations.entries()) {
    try {
      await client.call('POST', path, { answer: z.unknown(), json: { ...json, trigger_events } });
      return;
    } catch (error) {
      const isUnknown = error instanceof UnipileError && error.status === 400;
      if (!isUnknown || index === generations.length - 1) throw error;
    }
  }
}
