import type { ChaosFixture } from './fixture.ts';
import type { Provider } from './sink.ts';

type Entry = { id: string; state: string; key: string; email: string };
/**
 * Compares the provider's record with the ledger. Lost: `sent` or `failed` in the ledger, and never
 * taken by the provider.
 */
export async function judge(
  fixture: ChaosFixture,
  provider: Pick<Provider, 'log'>,
): Promise<{ duplicates: number; lost: number; unknown: number }> {
  const ledger =
    await fixture.query<Entry>(`select m.id, m.state, m.channel_key as key, p.email from messages m
    join prospects p on p.workspace_id = m.workspace_id and p.id = m.prospect_id`);
  const bare = (key: string) => key.replace(/[<>]/g, '');
  const taken = new Map<string, number>();
  for (const { messageId } of provider.log)
    taken.set(bare(messageId), (taken.get(bare(messageId)) ?? 0) + 1);
  const known = new Set(ledger.map((entry) => bare(entry.key ?? '')));
  const strays = [...taken.keys()].filter((key) => !known.has(key)).length;
  const lost = ledger.filter((entry) => entry.state === 'sent' && !taken.has(bare(entry.key)));
  const refused = ledger.filter((entry) => entry.state === 'failed');
  return {
    duplicates: [...taken.values()].reduce((sum, n) => sum + n - 1, 0) + strays,
    lost: lost.length + refused.length,
    unknown: ledger.filter((entry) => entry.state === 'unknown').length,
  };
}

/** The value below which 99 in 100 lie; 0 of none. */
export function p99(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.99))] ?? 0);
}
