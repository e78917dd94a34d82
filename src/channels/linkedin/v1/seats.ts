import { z } from 'zod';
import { type Client, nameText } from '../client.ts';
import { healthOfAll, oneLine, type Seat } from '../seat.ts';
import type { Unipile } from '../unipile.ts';

const seatSchema = z.object({
  id: nameText,
  type: z.string(),
  name: z.string().nullish(),
  created_at: z.string().nullish(),
  sources: z.array(z.object({ status: z.string() })).catch([]),
  connection_params: z
    .object({
      im: z.object({
        id: z.string().nullish(),
        publicIdentifier: z.string().nullish(),
        username: z.string().nullish(),
        premiumId: z.string().nullish(),
        premiumFeatures: z.array(z.string()).nullish(),
      }),
    })
    .nullish()
    .catch(null),
});

type SeatCalls = Pick<Unipile, 'readSeat' | 'listSeats' | 'removeSeat' | 'createLink'>;

export const seatCalls = (client: Client): SeatCalls => ({
  async readSeat(accountId) {
    const path = `/accounts/${encodeURIComponent(accountId)}`;
    return toSeat(await client.call('GET', path, { answer: seatSchema }));
  },
  async listSeats() {
    const answer = z.object({ items: z.array(seatSchema) });
    const { items } = await client.call('GET', '/accounts', { answer, query: { limit: 250 } });
    return items.filter(({ type }) => type === 'LINKEDIN').map(toSeat);
  },
  async removeSeat(accountId) {
    const path = `/accounts/${encodeURIComponent(accountId)}`;
    await client.call('DELETE', path, { answer: z.unknown() });
  },
  async createLink({ name, expiresAt, providerAccountId, notifyUrl }) {
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
    const answer = z.object({ url: z.url() });
    return (await client.call('POST', '/hosted/accounts/link', { answer, json })).url;
  },
});

function toSeat({
  id,
  name,
  created_at,
  sources,
  connection_params,
}: z.output<typeof seatSchema>): Seat {
  const im = connection_params?.im;
  return {
    providerAccountId: id,
    memberId: im?.id ?? null,
    name: oneLine(im?.username ?? name),
    slug: oneLine(im?.publicIdentifier),
    isPremium: Boolean(im?.premiumId) || (im?.premiumFeatures ?? []).length > 0,
    createdAt: created_at ? new Date(created_at) : null,
    health: healthOfAll(sources.map(({ status }) => status)),
  };
}
