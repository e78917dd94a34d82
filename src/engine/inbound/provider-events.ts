import type { Account, Health, Received } from '../../channels/channel.ts';
import { ownedSeats } from '../../db/accounts/seats.ts';
import { pokeInbox, storeReceived } from '../../db/inbound/inboxes.ts';
import type { Services } from '../../operation.ts';
import { openAccounts } from '../accounts/accounts.ts';
import { setHealth } from '../accounts/health.ts';

/** What a provider tells of an account by itself, before it is asked. */
export type ProviderEvent = {
  providerAccountId: string;
  health: Health | null;
  read: (account: Account, now: Date) => Promise<Received[]>;
};

/**
 * Takes in what a provider tells: stored before this resolves, and made something of when the inbox is looked into, which is at once.
 * News of accounts that are nobody's here are passed over. The same news again changes nothing.
 */
export async function takeProviderEvent(
  services: Services,
  type: string,
  news: ProviderEvent,
): Promise<void> {
  const { db, clock, newId } = services;
  const sender = (await ownedSeats(db, type, [news.providerAccountId])).get(news.providerAccountId);
  if (!sender) return;
  const account = (await openAccounts(services, sender.workspaceId, [sender.senderId])).get(
    sender.senderId,
  );
  const received = account ? await news.read(account, clock.now()) : [];
  if (received.length > 0) {
    await db.transaction().execute(async (transaction) => {
      await storeReceived(transaction, { ...sender, received, newId });
      await pokeInbox(transaction, sender);
    });
  }
  if (news.health) await setHealth(services, sender, news.health);
}
