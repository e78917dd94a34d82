import { Refusal, type Route } from '../http.ts';
import { nextId, type Seat, type State } from '../state.ts';
import { announceStatus } from '../webhooks.ts';
import { betaEvents, currentEvents } from './events.ts';
import { page } from './page.ts';
import { accountV2, idV2 } from './wire.ts';

export const accountRoutes: Route[] = [
  {
    on: 'GET /accounts/',
    run: ({ state, query }) => ({
      body: {
        object: 'AccountList',
        ...page(state.seats.map(accountV2), query).body,
        has_more: false,
      },
    }),
  },
  {
    on: 'GET /accounts/{id}',
    run: ({ state, params }) => ({ body: accountV2(accountIn(state, params[0])) }),
  },
  {
    on: 'DELETE /accounts/{id}',
    run({ state, params }) {
      const seat = accountIn(state, params[0]);
      state.seats.splice(state.seats.indexOf(seat), 1);
      announceStatus(state, seat, 'DELETED');
      return { body: { object: 'AccountDeleted' } };
    },
  },
  {
    on: 'POST /auth/link',
    run({ state, body }) {
      const { account_id, providers, expires_on, redirect_uri, state: name } = body;
      if (!redirect_uri || !(account_id || Array.isArray(providers)))
        throw new Refusal(400, 'api/invalid_parameters', 'redirect_uri and providers');
      const seat = account_id ? accountIn(state, account_id) : null;
      const url = `https://auth.unipile.test/${nextId(state, 'link-')}`;
      const link = {
        type: seat ? ('reconnect' as const) : ('create' as const),
        providers: ['LINKEDIN'],
        api_url: '',
        expiresOn: String(expires_on),
        name: String(name),
        ...(seat ? { reconnect_account: seat.id } : {}),
      };
      state.links.push({ url, body: link, used: false, isV2: true });
      return { status: 200, body: { object: 'AuthLink', link: url } };
    },
  },
];

function accountIn(state: State, id: unknown): Seat {
  const seat = state.seats.find((one) => idV2(one) === id);
  if (!seat) throw new Refusal(404, 'api/resource_not_found', 'Account not found');
  return seat;
}

export const webhookRoutes: Route[] = [
  {
    on: 'GET /webhooks/endpoints/',
    run: ({ state }) => ({ body: { object: 'WebhookEndpointList', data: state.endpoints } }),
  },
  {
    on: 'POST /webhooks/endpoints/',
    run({ state, body }) {
      const events = body.trigger_events as string[];
      const known = state.namesOfBeta ? betaEvents : currentEvents;
      if (!body.url || !events?.every((one) => known.includes(one)))
        throw new Refusal(400, 'api/invalid_parameters', 'trigger_events');
      const endpoint = {
        id: nextId(state, 'whe_'),
        url: String(body.url),
        description: String(body.description ?? ''),
        trigger_events: events,
        secret: nextId(state, 'whsec_'),
        enabled: true,
      };
      state.endpoints.push(endpoint);
      return { body: { object: 'WebhookEndpoint', ...endpoint } };
    },
  },
  {
    on: 'DELETE /webhooks/endpoints/{id}',
    run({ state, params }) {
      const at = state.endpoints.findIndex(({ id }) => id === params[0]);
      if (at < 0) throw new Refusal(404, 'api/resource_not_found');
      state.endpoints.splice(at, 1);
      return { body: { object: 'WebhookEndpointDeleted' } };
    },
  },
];
