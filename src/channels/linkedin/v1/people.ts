import { z } from 'zod';
import { type Client, nameText } from '../client.ts';
import { isFirstDegree, type Standing } from '../profile.ts';
import { instant } from '../received.ts';
import type { PeopleCalls } from '../unipile.ts';
import { pages } from './pages.ts';

const profile = z.object({
  provider_id: nameText,
  is_relationship: z.boolean().nullish(),
  network_distance: z.string().nullish(),
  public_identifier: z.string().nullish().catch(null),
  is_open_profile: z.boolean().nullish().catch(null),
  invitation: z.object({ type: z.string(), status: z.string() }).nullish().catch(null),
});
const inviteAnswer = z.object({
  invitation_id: nameText.nullish(),
  usage: z.number().nullish().catch(null),
});
const sentInvitation = z.object({ id: nameText, invited_user_id: z.string().nullish() });
const relation = z.object({ member_id: z.string().nullish(), created_at: z.number().nullish() });
const balance = z.object({ premium: z.number().nullish() });
const post = z.object({
  id: nameText,
  social_id: nameText.nullish().catch(null),
  parsed_datetime: instant.nullish().catch(null),
  is_repost: z.boolean().nullish().catch(null),
});

const maxInvitationPages = 100;
const maxRelationPages = 10;

export const peopleCalls = (client: Client): PeopleCalls => ({
  async readProfile(account_id, identifier, { product } = {}) {
    const query = { account_id, ...(product ? { linkedin_api: product } : {}) };
    return readUser(client, identifier, query);
  },
  async visit(account_id, identifier) {
    await readUser(client, identifier, { account_id, notify: 'true' });
  },
  follow: null,
  posts: {
    async list(account_id, personKey) {
      const path = `/users/${encodeURIComponent(personKey)}/posts`;
      const list = { item: post, query: { account_id, limit: 10 }, max: 1 };
      const rows = (await Array.fromAsync(pages(client, path, list))).flat();
      return rows.map(({ id, social_id, parsed_datetime, is_repost }) => ({
        id: social_id ?? id,
        at: parsed_datetime ? Date.parse(parsed_datetime) : null,
        isRepost: is_repost === true,
      }));
    },
    /** Reactions take the id by which LinkedIn itself knows the post (`social_id`). */
    async like(account_id, post_id) {
      const json = { account_id, post_id, reaction_type: 'like' };
      await client.call('POST', '/posts/reaction', { answer: z.unknown(), json });
    },
  },
  async invite(account_id, { personKey: provider_id, note, email }) {
    const json = {
      provider_id,
      account_id,
      ...(note ? { message: note } : {}),
      ...(email === null ? {} : { user_email: email }),
    };
    const made = await client.call('POST', '/users/invite', { answer: inviteAnswer, json });
    return { id: made.invitation_id ?? null, usage: made.usage ?? null };
  },
  async *listInvitations(account_id) {
    const query = { account_id, limit: 100 };
    const list = { item: sentInvitation, query, max: maxInvitationPages };
    for await (const items of pages(client, '/users/invite/sent', list))
      yield items.map(({ id, invited_user_id }) => ({ id, personKey: invited_user_id ?? null }));
  },
  async cancelInvitation(account_id, id) {
    const path = `/users/invite/sent/${encodeURIComponent(id)}`;
    await client.call('DELETE', path, { answer: z.unknown(), query: { account_id } });
  },
  async *listRelations(account_id) {
    const query = { account_id, limit: 100 };
    const list = { item: relation, query, max: maxRelationPages };
    for await (const items of pages(client, '/users/relations', list))
      yield items.flatMap(({ member_id, created_at }) =>
        member_id ? [{ personKey: member_id, at: created_at ?? null }] : [],
      );
  },
  async readBalance(account_id) {
    const query = { account_id };
    const found = await client.call('GET', '/linkedin/inmail_balance', { answer: balance, query });
    return found.premium ?? null;
  },
});

async function readUser(
  client: Client,
  identifier: string,
  query: Record<string, string>,
): Promise<Standing> {
  const path = `/users/${encodeURIComponent(identifier)}`;
  const found = await client.call('GET', path, { answer: profile, query });
  return {
    personKey: found.provider_id,
    connected: found.is_relationship === true || isFirstDegree(found.network_distance),
    invitation: invitationOf(found),
    isOpen: found.is_open_profile === true,
    slug: found.public_identifier ?? null,
  };
}

function invitationOf({ invitation }: z.output<typeof profile>): string | null {
  if (invitation?.type === 'SENT') return invitation.status;
  return invitation?.status === 'PENDING' ? 'RECEIVED' : null;
}
