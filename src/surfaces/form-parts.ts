import type { Multipart } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { AppError } from '../errors.ts';

/**
 * Reads the parts of a form, one after another, until `take` says that it has enough.
 * @throws request.malformed for a broken form
 */
export async function readParts(
  request: FastifyRequest,
  take: (part: Multipart) => Promise<'enough' | undefined>,
): Promise<void> {
  try {
    for await (const part of request.parts()) if ((await take(part)) === 'enough') return;
  } catch (error) {
    // For a broken form, the multipart parser throws errors without a status.
    if (error instanceof Error && !('statusCode' in error) && !(error instanceof AppError))
      throw new AppError('request.malformed', error.message);
    throw error;
  }
}
