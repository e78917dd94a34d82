import { checkText } from '../../domain/texts/check-text.ts';
import type { Problem } from '../../errors.ts';
import type { RenderSource } from '../texts/drafts.ts';

/** The faults in the signatures that a launch would use: the campaign's, else its senders'. */
export function signatureProblems(
  { campaign, senders, touchNodes }: RenderSource,
  { keys }: { keys: readonly string[] | null },
): Problem[] {
  const areUsed = touchNodes.some(({ type, signature }) => isMail(type) && signature === null);
  if (campaign.type !== 'email' || !areUsed) return [];
  const signatures =
    campaign.signature === null
      ? senders.map(({ signature, email_address, id }, index) => ({
          signature,
          pointer: `/sender_account_ids/${index}`,
          name: `The signature of sender ${email_address ?? id}`,
        }))
      : [{ signature: campaign.signature, pointer: '/signature', name: 'The signature' }];
  return signatures.flatMap(({ signature, pointer, name }) =>
    checkText(signature ?? '', { keys }).problems.map(({ code, message }) => ({
      pointer,
      code,
      message: `${name}: ${message}`,
    })),
  );
}

const isMail = (type: string): boolean => type === 'email' || type === 'ai';
