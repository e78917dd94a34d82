import type { Face, Refusal } from '../http.ts';
import { accountRoutes, webhookRoutes } from './accounts.ts';
import { chatRoutes } from './chats.ts';
import { userRoutes } from './users.ts';

const typeByStatus: Record<number, string> = {
  400: 'provider/invalid_parameters',
  403: 'provider/insufficient_permissions',
  404: 'provider/resource_not_found',
  422: 'provider/unprocessable_entity',
};

/** The error types of version 2 say who refuses, and little of why. */
function typeOf({ status, type }: Refusal): string {
  if (type.includes('/')) return type;
  if (type === 'missing_credentials') return 'api/missing_authorization';
  if (status === 401) return 'provider/invalid_authorization';
  return typeByStatus[status] ?? `provider/${type}`;
}

export const faceV2: Face = {
  prefix: '/v2',
  routes: [...accountRoutes, ...webhookRoutes, ...userRoutes, ...chatRoutes],
  cachedMs: 3_600_000,
  problemOf: (refusal) => ({
    object: 'Error',
    type: typeOf(refusal),
    status: refusal.status,
    title: 'Refused',
    detail: refusal.status === 422 ? 'Unprocessable entity' : refusal.message,
    req_id: 'req-1',
  }),
};
