import { dayMs } from '../../domain/time.ts';
import type { Account } from '../channel.ts';
import type { Unipile } from './unipile.ts';

/** The InMails left to an account; null where its plan has none. */
type Balance = number | null;

const maxAccounts = 10_000;

/** The credits of accounts, asked for once a day and counted from there. */
export type Credits = {
  /** @throws UnipileError, NoAnswerError */
  left: (account: Account) => Promise<Balance>;
  /** One was spent, or none was there after all. */
  note: (account: Account, change: 'spent' | 'none') => void;
};

export function createCredits(client: Unipile, now: () => Date): Credits {
  const known = new Map<string, { left: Balance; until: number }>();
  return {
    async left({ providerAccountId }) {
      const key = providerAccountId ?? '';
      const found = known.get(key);
      if (found && found.until > now().getTime()) return found.left;
      const left = await client.readBalance(key);
      if (known.size >= maxAccounts) known.clear();
      known.set(key, { left, until: now().getTime() + dayMs });
      return left;
    },
    note({ providerAccountId }, change) {
      const found = known.get(providerAccountId ?? '');
      if (found) found.left = change === 'none' ? 0 : Math.max(0, (found.left ?? 0) - 1);
    },
  };
}
