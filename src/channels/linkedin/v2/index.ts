import { createClient, type UnipileSettings } from '../client.ts';
import type { Unipile } from '../unipile.ts';
import { chatCalls } from './chats.ts';
import { peopleCalls } from './people.ts';
import { seatCalls } from './seats.ts';
import { hookCalls } from './webhooks.ts';
import { typeOf } from './words.ts';

/**
 * Version 2 of Unipile's API (developer.unipile.com/v2.0), where the account stands in the path and
 * each read asks LinkedIn, or a cache of up to an hour.
 */
export function createV2(settings: UnipileSettings, answerMs: number): Unipile {
  const client = createClient(settings, answerMs, { path: '/v2', typeOf });
  return {
    version: 'v2',
    url: settings.url,
    ...seatCalls(client),
    ...hookCalls(client),
    ...peopleCalls(client),
    ...chatCalls(client),
  };
}
