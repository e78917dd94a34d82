import type { AppError, ErrorCode } from '../../errors.ts';

/**
 * Error codes that Inbox names differently. Any other is ours in Inbox's spelling:
 * `campaign.not_found` becomes CAMPAIGN_NOT_FOUND.
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

/** Inbox's names of our fields, for error messages of our own operations. */
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

/** An error in Inbox's shape. */
export function inboxErrorOf(error: AppError): Failure {
  const code = names[error.code] ?? error.code.replaceAll('.', '_').toUpperCase();
  return {
    error: {
      code,
      message: error.message.replaceAll(fieldNames, (name) => fields[name]!),
      status: error.status,
    },
  };
}
