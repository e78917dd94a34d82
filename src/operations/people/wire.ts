import { type Identifiable, identityFields } from '../../domain/identity.ts';
import {
  type SuppressionKey,
  type SuppressionKind,
  suppressionKeys,
} from '../../domain/people/suppression.ts';
import { text } from '../../domain/text.ts';
import { AppError } from '../../errors.ts';

const identity = text({ min: 1, max: 1000 }).optional();

/** The names of one person; each in any spelling. */
export const personNames = {
  email: identity.describe('Address.'),
  linkedin_url: identity.describe('URL of the LinkedIn profile.'),
  x_handle: identity.describe('Handle or user id on X.'),
};

type Names = { [Field in keyof Identifiable]?: string | undefined };

/** The normalised names. @throws request.invalid without any, or naming one that is not valid */
export function readNames(names: Names): SuppressionKey[] {
  for (const { field, normalise } of Object.values(identityFields)) {
    const given = names[field];
    if (given === undefined || normalise(given) !== null) continue;
    const message = `${field}: This is not a valid ${field}.`;
    const errors = [{ pointer: `/${field}`, code: 'invalid_format', message }];
    throw new AppError('request.invalid', message, { errors });
  }
  const keys = suppressionKeys(names as Identifiable).filter(
    ({ kind }: { kind: SuppressionKind }) => kind !== 'domain',
  );
  if (keys.length > 0) return keys;
  throw new AppError('request.invalid', 'Give email, linkedin_url or x_handle.');
}
