import { normaliseEmail } from '../identity.ts';
import { classify, type Inbound } from './inbound.ts';

/**
 * The ids of messages that a received one may be about, the surest first: that of a returned
 * message, those it refers to, one in its subject as a List-Unsubscribe mail has.
 */
export function keysNamed({ facts, subject }: Inbound): string[] {
  const { delivery, complaint, references } = facts;
  const named = /[^\s<>]+@[^\s<>]+/.exec(subject ?? '')?.[0];
  return [delivery?.originalKey, complaint?.originalKey, ...references, named].flatMap(
    (key) => key || [],
  );
}

/**
 * The addresses of the people that a received message may concern: those a bounce reports on; else
 * its author, then a further author, the Reply-To or a person in Cc, because an assistant may
 * answer for them.
 */
export function addressesConcerned(message: Inbound): string[] {
  const { kind, bounce } = classify(message);
  const { correspondents = [] } = message.facts;
  const named = kind === 'bounce' ? [bounce?.recipient] : [message.from, ...correspondents];
  return named.flatMap((address) => normaliseEmail(address ?? '') ?? []);
}
