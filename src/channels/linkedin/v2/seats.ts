import { z } from 'zod';
import { type Client, nameText } from '../client.ts';
import { healthOfAll, oneLine, type Seat } from '../seat.ts';
import type { Unipile } from '../unipile.ts';
import { fresh, inAccount } from './pages.ts';

const accountSchema = z.object({
  id: nameText,
  provider: z.string(),
  status: z.string(),
  user_id: z.string().nullish(),
  name: z.string().nullish(),
  created_at: z.string().nullish(),
  metadata: z
    .object({ products_connection_status: z.record(z.string(), z.unknown()).nullish() })
    .nullish()
    .catch(null),
});
const owner = z.object({
  id: nameText,
  public_identifier: z.string().nullish(),
  display_name: z.string().nullish(),
  specifics: z.object({ is_premium: z.boolean().nullish() }).nullish().catch(null),
});
const accountList = z.object({ data: z.array(z.unknown()), has_more: z.boolean().nullish() });

const pageSize = 100;
const maxPages = 50;

type SeatCalls = Pick<Unipile, 'readSeat' | 'listSeats' | 'removeSeat' | 'createLink'>;

export const seatCalls = (client: Client): SeatCalls => ({
  async readSeat(accountId, { withOwner = false } = {}) {
    const path = `/accounts/${encodeURIComponent(accountId)}`;
    const seat = toSeat(await client.call('GET', path, { answer: accountSchema, ...fresh }));
    if (!withOwner) return seat;
    const me = await client.call('GET', inAccount(accountId, 'users', 'me'), { answer: owner });
    return {
      ...seat,
      memberId: me.id,
      name: oneLine(me.display_name) ?? seat.name,
      slug: oneLine(me.public_identifier),
      isPremium: me.specifics?.is_premium === true,
    };
  },
  async listSeats() {
    const seats: Seat[] = [];
    for (let page = 0; page < maxPages; page += 1) {
      const { data, has_more } = await client.call('GET', '/accounts/', {
        answer: accountList,
        query: { provider: 'linkedin', limit: pageSize, offset: page * pageSize },
        ...fresh,
      });
      for (const row of data) {
        const account = accountSchema.safeParse(row).data;
        if (account?.provider === 'linkedin') seats.push(toSeat(account));
      }
      if (!has_more) break;
    }
    return seats;
  },
  async removeSeat(accountId) {
    const path = `/accounts/${encodeURIComponent(accountId)}`;
    await client.call('DELETE', path, { answer: z.unknown() });
  },
  /** The result comes as `account.add` or `account.reconnect`, with the name as `state`. */
  async createLink({ name, expiresAt, providerAccountId, returnUrl }) {
    const json = {
      ...(providerAccountId ? { account_id: providerAccountId } : { providers: ['linkedin'] }),
      expires_on: expiresAt.toISOString(),
      redirect_uri: returnUrl,
      state: name,
    };
    const answer = z.object({ link: z.url() });
    return (await client.call('POST', '/auth/link', { answer, json })).link;
  },
});

/**
 * An account counts as connected when LinkedIn's usual inbox is, also where another product of it
 * is not (`partial`, `degraded`).
 */
function toSeat({
  id,
  status,
  user_id,
  name,
  created_at,
  metadata,
}: z.output<typeof accountSchema>): Seat {
  const classic = metadata?.products_connection_status?.classic;
  const isPartly = ['partial', 'degraded'].includes(status);
  return {
    providerAccountId: id,
    memberId: user_id ?? null,
    name: oneLine(name),
    slug: null,
    isPremium: null,
    createdAt: created_at ? new Date(created_at) : null,
    health: healthOfAll([isPartly && typeof classic === 'string' ? classic : status]),
  };
}
