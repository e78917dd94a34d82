import { sql } from 'kysely';
import { Drafter } from '../src/engine/drafter.ts';
import { callAhead } from '../src/engine/drafting.ts';
import { listMessages } from '../src/operations/messages/list.ts';
import { openHouse } from './engine/house.ts';
import { llmSettings, startLlm } from './peers/llm.ts';
import { addSender, launchCampaign } from './scene.ts';

/** An AI node that writes an email by its purpose alone. */
export const aiEmail = { type: 'ai', ai_node: { output_type: 'email', purpose: 'Invite them to a demo.' } };

/** The engine's house with a model behind its API, and a worker that writes texts when it is told to. */
export async function openWritingHouse(env: Record<string, string> = {}) {
  const llm = await startLlm();
  const house = await openHouse({ env: { ...llmSettings(llm.url), ...env } });
  const { parts } = house;
  const drafter = new Drafter(parts, parts.newId());
  let serial = 0;
  /** Calls for texts ahead and writes all that may be written now. Returns how many were called for and taken up. */
  const write = async (by = drafter): Promise<{ called: number; taken: number }> => {
    const called = await callAhead(parts);
    let taken = 0;
    for (let n = await by.write(); n > 0; n = await by.write()) taken += n;
    return { called, taken };
  };
  return {
    ...house,
    llm,
    drafter,
    write,
    /** A fast sender at the sink. */
    sender: (wish: { dailyLimit?: number } = {}) => {
      serial += 1;
      return addSender(house, { address: `s${serial}@sender.test`, smtp: house.sink, dailyLimit: 50_000, minGapSeconds: 1, ...wish });
    },
    launch: (wish: {
      senders: readonly string[];
      nodes: readonly (Record<string, unknown> & { type: string })[];
      people: readonly Record<string, unknown>[];
      settings?: Record<string, unknown>;
    }) => {
      serial += 1;
      return launchCampaign(house, { name: `Written ${serial}`, ...wish });
    },
    drafts: async (id: string) => (await house.call(listMessages, { id, status: 'all' })).messages,
    /** Who is held, and why, by address. */
    holds: async (id: string) => {
      const { rows } = await sql<{ email: string; hold: string | null; detail: string | null }>`
        select email, hold, hold_detail as detail from prospects where campaign_id = ${id} order by email`.execute(house.db);
      return Object.fromEntries(rows.map((row) => [row.email.split('@')[0], row.detail ? `${row.hold}: ${row.detail}` : row.hold]));
    },
  };
}
