import { accessErrors } from './errors/access.ts';
import { resourceErrors } from './errors/resources.ts';
import { threadErrors } from './errors/threads.ts';

/** A failure as the docs, OpenAPI and problem documents show it. */
export type ErrorEntry = { status: number; title: string; hint: string };

/**
 * Every failure a caller can see, by its stable code.
 * An entry is a row in docs/api.md and a response in OpenAPI; its status decides the exit code of
 * the CLI.
 */
export const errorTable = {
  'request.invalid': {
    status: 400,
    title: 'The request is not valid.',
    hint: 'Mend the named fields and send it again.',
  },
  'request.malformed': {
    status: 400,
    title: 'The body cannot be read.',
    hint: 'Send valid UTF-8 JSON (or the media type the route names).',
  },
  'request.ignored_field': {
    status: 400,
    title: 'A field would have been ignored.',
    hint: 'Leave it out, or leave out Prefer: handling=strict.',
  },
  'request.too_large': {
    status: 413,
    title: 'The body is too large.',
    hint: 'Send less at a time, or stream a CSV to …/leads/import.',
  },
  'request.media_type': {
    status: 415,
    title: 'This media type is not understood here.',
    hint:
      'Send application/json, to …/leads/import text/csv (text/plain, application/vnd.ms-excel ' +
      'and application/octet-stream are taken too), to …/leads/upload-csv a form.',
  },
  'request.rate_limited': {
    status: 429,
    title: 'Too many requests.',
    hint: 'Wait for Retry-After seconds.',
  },
  'route.not_found': {
    status: 404,
    title: 'There is no such route.',
    hint: 'See /docs for the routes.',
  },
  'route.method': {
    status: 405,
    title: 'This route does not take this method.',
    hint: 'See /docs for the methods.',
  },
  'route.not_offered': {
    status: 501,
    title: 'This part of Puffle is another business, which Postrider does not offer.',
    hint: 'See docs/api.md, "What is not here".',
  },
  ...accessErrors,
  'idempotency.mismatch': {
    status: 422,
    title: 'This Idempotency-Key was used with another request.',
    hint: 'Use a new key for a new request.',
  },
  'idempotency.in_progress': {
    status: 409,
    title: 'The request with this Idempotency-Key is still running.',
    hint:
      'Ask again in a moment. If the server died over it, ' +
      'the key is free an hour after it was first used.',
  },
  ...resourceErrors,
  ...threadErrors,
  'service.unavailable': {
    status: 503,
    title: 'The database cannot be reached.',
    hint: 'Try again after Retry-After seconds.',
  },
  internal: {
    status: 500,
    title: 'Something broke on our side.',
    hint: 'Quote request_id when you report it.',
  },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errorTable;

/** One fault of a request: a JSON pointer to the field, a stable code, and the way out. */
export type Problem = { pointer: string; code: string; message: string };

/** The most faults that one answer lists. */
export const maxProblems = 100;
const maxMessageLength = 1_000;

function shorten(text: string): string {
  return text.length > maxMessageLength
    ? `${text.slice(0, maxMessageLength).toWellFormed()}…`
    : text;
}

/**
 * A failure a caller can act on. At most `maxProblems` faults are kept, with their texts cut.
 * `detail` describes this one case.
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly errors: readonly Problem[];
  readonly extra: Record<string, unknown>;

  constructor(
    code: ErrorCode,
    detail?: string,
    more: { errors?: readonly Problem[]; extra?: Record<string, unknown> } = {},
  ) {
    super(shorten(detail ?? errorTable[code].title));
    this.code = code;
    this.errors = (more.errors ?? []).slice(0, maxProblems).map((problem) => ({
      ...problem,
      pointer: shorten(problem.pointer),
      message: shorten(problem.message),
    }));
    this.extra = more.extra ?? {};
  }

  get status(): number {
    return errorTable[this.code].status;
  }

  /** A problem document (RFC 9457) that also carries Puffle's `error` member. */
  toBody(requestId: string): Record<string, unknown> {
    const { status, title, hint } = errorTable[this.code];
    const type = `urn:postrider:error:${this.code}`;
    return {
      type,
      title,
      status,
      detail: this.message,
      error: this.message,
      code: this.code,
      hint,
      errors: this.errors,
      request_id: requestId,
      ...this.extra,
    };
  }
}
