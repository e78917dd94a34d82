import type { Account, Health, Received } from '../../channels/channel.ts';
import { addReading } from '../../db/accounts/readings.ts';
import { sendersOfAccount } from '../../db/accounts/seats.ts';
import type { SenderId } from '../../db/accounts/senders.ts';
import { runTransaction } from '../../db/database.ts';
import { pokeInbox, storeReceived } from '../../db/inbound/inboxes.ts';
import type { Services } from '../../operation.ts';
import { openAccounts } from '../accounts/accounts.ts';
import { setHealth } from '../accounts/health.ts';

/** An event about an account that its provider sends by itself, such as a webhook call. */
export type ProviderEvent = {
  providerAccountId: string;
  /** The new state of the account; null when the event does not change it. */
  health: Health | null;
  /** Its meaning is not known: the account is to be looked at. */
  isUnclear?: boolean;
  /** The provider's price for it, in mills. */
  cost?: number;
  /** The messages in the event. */
  read: (account: Account, now: Date) => Promise<Received[]>;
};

/**
 * Stores the messages of a provider event before it resolves, and makes the inbox due at once,
 * which applies them; in each workspace that has the account. Events of unknown accounts are
 * ignored. A repeated event changes nothing.
 */
export async function takeProviderEvent(
  services: Services,
  type: string,
  event: ProviderEvent,
): Promise<void> {
  for (const sender of await sendersOfAccount(services.db, type, event.providerAccountId))
    await takeFor(services, sender, event);
}

async function takeFor(services: Services, sender: SenderId, event: ProviderEvent): Promise<void> {
  const { db, clock, newId } = services;
  const account = (await openAccounts(services, sender.workspaceId, [sender.senderId])).get(
    sender.senderId,
  );
  const received = account ? await event.read(account, clock.now()) : [];
  if (received.length > 0) {
    await runTransaction(db, async (transaction) => {
      await storeReceived(transaction, { ...sender, received, newId });
      await addReading(transaction, { ...sender, at: clock.now(), mills: event.cost ?? 0 });
      await pokeInbox(transaction, sender);
    });
  }
  if (event.isUnclear) await pokeInbox(db, sender);
  if (event.health) await setHealth(services, sender, event.health);
}
