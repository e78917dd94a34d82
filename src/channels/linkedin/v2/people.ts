import { z } from 'zod';
import { type Client, nameText } from '../client.ts';
import { isFirstDegree, type Standing } from '../profile.ts';
import { instant } from '../received.ts';
import type { PeopleCalls } from '../unipile.ts';
import { fresh, inAccount, pages } from './pages.ts';

const profile = z.object({
  id: nameText,
  public_identifier: z.string().nullish().catch(null),
  specifics: z
    .object({
      network_distance: z.string().nullish().catch(null),
      relation_request: z.object({ type: z.string() }).nullish().catch(null),
      relation_request_status: z.string().nullish().catch(null),
      is_open_profile: z.boolean().nullish().catch(null),
      notify_visit_token: z.string().nullish().catch(null),
    })
    .nullish()
    .catch(null),
});
const request = z.object({
  id: nameText,
  user: z.object({ id: z.string() }).nullish().catch(null),
});
const relation = z.object({
  user: z.object({ id: z.string() }),
  created_at: instant.nullish().catch(null),
});
const credits = z.object({ credits: z.object({ classic: z.number().nullish() }).nullish() });

const maxRequestPages = 100;
const maxRelationPages = 10;

export const peopleCalls = (client: Client): PeopleCalls => ({
  async readProfile(accountId, identifier, { product, isFresh = false } = {}) {
    const found = await client.call('GET', inAccount(accountId, 'users', identifier), {
      answer: profile,
      ...(product ? { query: { variant: `linkedin_${product}` } } : {}),
      ...(isFresh ? fresh : {}),
    });
    return toStanding(found);
  },
  /** LinkedIn tells the person when the token of a fresh profile is sent back. */
  async visit(accountId, identifier) {
    const found = await client.call('GET', inAccount(accountId, 'users', identifier), {
      answer: profile,
      ...fresh,
    });
    const token = found.specifics?.notify_visit_token;
    if (!token) return;
    const path = inAccount(accountId, 'users', 'visit-profile');
    await client.call('POST', path, { answer: z.unknown(), query: { token } });
  },
  async follow(accountId, personKey) {
    const path = inAccount(accountId, 'users', 'me', 'follow', personKey);
    await client.call('POST', path, { answer: z.unknown() });
  },
  /** The word for a like is not documented: the plain one is refused by LinkedIn. */
  posts: null,
  /** There is no place for the person's mail address, and no word of how much is used up. */
  async invite(accountId, { personKey, note }) {
    const json = { user_id: personKey, ...(note ? { message: note } : {}) };
    const path = inAccount(accountId, 'users', 'me', 'relation-requests');
    const answer = z.object({ id: nameText.nullish() });
    return { id: (await client.call('POST', path, { answer, json })).id ?? null, usage: null };
  },
  async *listInvitations(accountId) {
    const path = inAccount(accountId, 'users', 'me', 'relation-requests');
    const query = { type: 'sent', limit: 100 };
    const list = { item: request, query, max: maxRequestPages };
    for await (const { items } of pages(client, path, list))
      yield items.map(({ id, user }) => ({ id, personKey: user?.id ?? null }));
  },
  async cancelInvitation(accountId, id) {
    const path = inAccount(accountId, 'users', 'me', 'relation-requests', id, 'cancel');
    await client.call('POST', path, { answer: z.unknown() });
  },
  async *listRelations(accountId) {
    const path = inAccount(accountId, 'users', 'me', 'relations');
    const list = { item: relation, query: { limit: 100 }, max: maxRelationPages };
    for await (const { items } of pages(client, path, list))
      yield items.map(({ user, created_at }) => ({
        personKey: user.id,
        at: created_at ? Date.parse(created_at) : null,
      }));
  },
  async readBalance(accountId) {
    const path = inAccount(accountId, 'linkedin', 'inmail-credits');
    const found = await client.call('GET', path, { answer: credits, ...fresh });
    return found.credits?.classic ?? null;
  },
});

function toStanding({ id, public_identifier, specifics }: z.output<typeof profile>): Standing {
  const { relation_request, relation_request_status: status } = specifics ?? {};
  const sent = status ?? (relation_request ? 'PENDING' : null);
  return {
    personKey: id,
    connected: isFirstDegree(specifics?.network_distance),
    invitation: relation_request?.type === 'received' ? 'RECEIVED' : sent,
    isOpen: specifics?.is_open_profile === true,
    slug: public_identifier ?? null,
  };
}
