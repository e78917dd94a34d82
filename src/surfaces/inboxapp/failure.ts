import type { AppError, ErrorCode } from '../../errors.ts';

/**
 * Inbox's names where it has one of its own; all others are ours in its spelling:
 * `campaign.not_found` is CAMPAIGN_NOT_FOUND.
 */
const names: Partial<Record<ErrorCode, string>> = {
  'auth.required': 'UNAUTHORIZED',
  'auth.invalid': 'UNAUTHORIZED',
  'auth.scope': 'FORBIDDEN',
  'request.rate_limited': 'RATE_LIMITED',
  'request.invalid': 'BAD_REQUEST',
  'request.malformed': 'BAD_REQUEST',
  'lead.not_found': 'PROSPECT_NOT_FOUND',
  'route.not_found': 'NOT_FOUND',
  'route.method': 'METHOD_NOT_ALLOWED',
  internal: 'INTERNAL_ERROR',
};

/** Our fields by their names here, for messages of the operations behind a route. */
const fields: Readonly<Record<string, string>> = {
  sender_account_ids: 'accountLinkIds',
  sequence_nodes: 'steps',
  operating_hours: 'scheduleHours',
  timezone: 'scheduleTimezone',
  hourly_limit: 'hourlyMessageRate',
  synced_list_ids: 'syncedListIds',
  excluded_list_ids: 'excludedListIds',
  column_mappings: 'columnMappings',
  detach_behavior: 'detachBehavior',
  custom_fields: 'data',
};
const fieldNames = new RegExp(`\\b(${Object.keys(fields).join('|')})\\b`, 'g');

export type Failure = { error: { code: string; message: string; status: number } };

/** A failure as Inbox writes it. */
export function failureOf(error: AppError): Failure {
  const code = names[error.code] ?? error.code.replaceAll('.', '_').toUpperCase();
  return {
    error: {
      code,
      message: error.message.replaceAll(fieldNames, (name) => fields[name]!),
      status: error.status,
    },
  };
}
