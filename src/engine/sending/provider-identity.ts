import type { Fault } from '../../channels/channel.ts';
import { transact } from '../../db/database.ts';
import { findSuppressed } from '../../db/people/suppressions.ts';
import { claimName, identitiesOf } from '../../db/sending/prospect-actions.ts';
import { normaliseSuppression, suppressionKinds } from '../../domain/people/suppression.ts';
import type { Services } from '../../operation.ts';
import type { Reserved } from './tick.ts';

/**
 * The check that a channel makes once it knows the provider's own name for the person of a first
 * touch: the same person may be in the campaign under another name (a handle and an id), or be
 * suppressed under one. Returns the fault that keeps the touch from going out. Never throws.
 */
export function createIdentityCheck(
  services: Services,
  message: Reserved,
): (personKey: string) => Promise<Fault | null> {
  return async (personKey) => {
    try {
      return await findRefusal(services, message, personKey);
    } catch (error) {
      services.log.error(
        { err: error, messageId: message.messageId },
        'the person of a message could not be looked up; it is not handed over',
      );
      return {
        kind: 'temporary',
        code: null,
        detail: 'It was not handed over: the person could not be looked up in the database.',
      };
    }
  };
}

async function findRefusal(
  { db }: Services,
  message: Reserved,
  personKey: string,
): Promise<Fault | null> {
  const { workspaceId, campaignId, prospectId, channel } = message;
  const names = [personKey, ...(await identitiesOf(db, workspaceId, personKey))];
  const keys = suppressionKinds
    .filter((kind) => kind === channel)
    .flatMap((kind) =>
      names.map((name) => ({ kind, value: normaliseSuppression(kind, name) ?? name })),
    );
  const [suppressed] = await findSuppressed(db, workspaceId, keys);
  if (suppressed) {
    const [key, reason] = suppressed;
    return unreachable(`suppressed: ${key.replace(':', ' ')} (${reason})`);
  }
  const other = await transact(db, (transaction) =>
    claimName(transaction, { workspaceId, campaignId, prospectId, personKey }),
  );
  return other === null ? null : unreachable(`the same person is in this campaign as ${other}`);
}

const unreachable = (detail: string): Fault => ({ kind: 'unreachable_person', code: null, detail });
