import { createClient, type UnipileSettings } from '../client.ts';
import type { Unipile } from '../unipile.ts';
import { chatCalls } from './chats.ts';
import { peopleCalls } from './people.ts';
import { seatCalls } from './seats.ts';
import { hookCalls } from './webhooks.ts';

/**
 * Version 1 of Unipile's API (developer.unipile.com/reference), where the account stands in the
 * query or the body.
 */
export function createV1(settings: UnipileSettings, answerMs: number): Unipile {
  const client = createClient(settings, answerMs);
  return {
    version: 'v1',
    url: settings.url,
    ...seatCalls(client),
    ...hookCalls(client),
    ...peopleCalls(client),
    ...chatCalls(client),
  };
}
