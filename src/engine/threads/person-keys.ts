import { identityFields } from '../../domain/identity.ts';
import { type SuppressionKey, suppressionKeys } from '../../domain/people/suppression.ts';

/** Every entry that would suppress a person with one of these names on a channel. */
export function personKeys(channel: string, names: readonly string[]): SuppressionKey[] {
  const field = identityFields[channel]?.field;
  if (!field) return [];
  const nobody = { email: null, linkedin_url: null, x_handle: null };
  return [...new Set(names)].flatMap((name) => suppressionKeys({ ...nobody, [field]: name }));
}
