import { page, Refusal, type Route, seatOf } from './http.ts';
import { type LinkBody, nextId, type Seat } from './state.ts';
import { announceStatus } from './webhooks.ts';

export const accountRoutes: Route[] = [
  {
    on: 'GET /accounts',
    run: ({ state, query }) => page('AccountList', state.seats.map(seatOnWire), query),
  },
  {
    on: 'GET /accounts/{id}',
    run: ({ state, params }) => ({ body: seatOnWire(seatOf(state, params[0])) }),
  },
  {
    on: 'DELETE /accounts/{id}',
    run({ state, params }) {
      const seat = seatOf(state, params[0]);
      state.seats.splice(state.seats.indexOf(seat), 1);
      announceStatus(state, seat, 'DELETED');
      return { body: { object: 'AccountDeleted' } };
    },
  },
  {
    on: 'POST /hosted/accounts/link',
    run({ state, body }) {
      const link = body as LinkBody;
      if (
        !['create', 'reconnect'].includes(link.type) ||
        !Array.isArray(link.providers) ||
        !link.api_url
      )
        throw new Refusal(400, 'missing_parameters');
      if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(link.expiresOn))
        throw new Refusal(400, 'invalid_parameters', 'expiresOn');
      if (link.type === 'reconnect') seatOf(state, link.reconnect_account);
      const url = `https://account.unipile.test/${nextId(state, 'link-')}`;
      state.links.push({ url, body: link, used: false });
      return { status: 201, body: { object: 'HostedAuthURL', url } };
    },
  },
];

function seatOnWire({ id, member, status, premium, createdAt }: Seat) {
  const name = `${member.firstName} ${member.lastName}`;
  const plan = {
    premiumId: premium ? '1234' : null,
    premiumFeatures: premium ? ['premium'] : [],
    premiumContractId: null,
  };
  const im = {
    id: member.id,
    publicIdentifier: member.slug,
    username: name,
    connection_method: 'credentials',
    organizations: [],
    ...plan,
  };
  const sources = [{ id: `${id}_MESSAGING`, status }];
  return {
    object: 'Account',
    type: 'LINKEDIN',
    id,
    name,
    created_at: createdAt.toISOString(),
    connection_params: { im },
    sources,
    groups: [],
  };
}
