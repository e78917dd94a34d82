import type { Fault } from '../../channels/channel.ts';
import { transact } from '../../db/database.ts';
import { findSuppressed } from '../../db/people/suppressions.ts';
import { claimName, identitiesOf } from '../../db/sending/prospect-actions.ts';
import { normaliseSuppression, suppressionKinds } from '../../domain/people/suppression.ts';
import type { Services } from '../../operation.ts';
import type { Reserved } from './tick.ts';

/**
 * Asked by a channel once it knows by the provider's own name who a first touch is for: the same person may be in the campaign under another
 * name (a handle and an id), or suppressed under one. Never throws.
 */
export function checkProviderIdentity(
  services: Services,
  message: Reserved,
): (personKey: string) => Promise<Fault | null> {
  return async (personKey) => {
    try {
      return await refuse(services, message, personKey);
    } catch (error) {
      services.log.error(
        { err: error, messageId: message.messageId },
        'who is meant could not be looked up',
      );
      return {
        kind: 'temporary',
        code: null,
        detail: 'It was not handed over: the database could not be asked who is meant.',
      };
    }
  };
}

async function refuse(
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
  if (suppressed)
    return refused(`suppressed: ${suppressed[0].replace(':', ' ')} (${suppressed[1]})`);
  const other = await transact(db, (transaction) =>
    claimName(transaction, { workspaceId, campaignId, prospectId, personKey }),
  );
  return other === null ? null : refused(`the same person is in this campaign as ${other}`);
}

const refused = (detail: string): Fault => ({ kind: 'unreachable_person', code: null, detail });
