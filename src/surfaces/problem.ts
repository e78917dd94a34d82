import { z } from 'zod';
import { AppError, type ErrorCode } from '../errors.ts';

/**
 * SQLSTATEs (PostgreSQL, appendix A) that the caller's input causes: bad text, numbers or dates out
 * of range.
 */
const badData = new Set([
  '22P02',
  '22P05',
  '22021',
  '22003',
  '22007',
  '22008',
  '22023',
  '22001',
  '54000',
]);
/** The database is down, full, waited too long for a lock, or asks for another try. */
const unavailableCode =
  /^(08|57P|57014|25P03|55P03|53|40001|40P01|ECONN|ENOENT|ETIMEDOUT|EPIPE|EAI_|EHOSTUNREACH)/;
const unavailableText = [
  'timeout exceeded when trying to connect',
  'Connection terminated',
  'Client has encountered a connection error',
];

const fastifyErrors: Record<string, ErrorCode> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'request.too_large',
  FST_REQ_FILE_TOO_LARGE: 'request.too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'request.media_type',
  FST_INVALID_MULTIPART_CONTENT_TYPE: 'request.media_type',
};

/** The error that a caller sees. An unexpected one becomes `internal`. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof z.ZodError) return new AppError('internal');
  const {
    code = '',
    statusCode,
    message,
  } = error as { code?: string; statusCode?: number; message?: string };
  const known = fastifyErrors[code];
  if (known) return new AppError(known);
  if (badData.has(code))
    return new AppError('request.invalid', `A value cannot be stored: ${message}`);
  const isUnavailable =
    unavailableCode.test(code) || unavailableText.some((text) => message?.includes(text));
  if (isUnavailable) return new AppError('service.unavailable');
  if (statusCode && statusCode >= 400 && statusCode < 500)
    return new AppError('request.malformed', message);
  return new AppError('internal');
}

/**
 * The media type of a problem document: plain JSON for callers whose Accept header takes that and
 * neither problems nor everything, because strict clients refuse to read any other.
 */
export function problemType(accept = ''): string {
  const taken = accept.split(',').map((range) => range.split(';')[0]!.trim().toLowerCase());
  const takesProblems = ['application/problem+json', 'application/*', '*/*'];
  return taken.includes('application/json') && !takesProblems.some((one) => taken.includes(one))
    ? 'application/json'
    : 'application/problem+json';
}
