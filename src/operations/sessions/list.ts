import { z } from 'zod';
import { listSessionRows } from '../../db/accounts/sessions.ts';
import { sessionMs } from '../../engine/accounts/sessions.ts';
import { defineOperation } from '../../operation.ts';

export const listSessions = defineOperation({
  name: 'session.list',
  route: 'GET /api/sessions',
  cli: 'session',
  summary: 'List where you have signed in',
  description: 'The latest used first. A key has no sessions.',
  scope: 'self',
  input: z.object({}),
  output: z.object({
    sessions: z.array(
      z.object({
        id: z.uuid(),
        current: z.boolean().describe('The one that asks.'),
        user_agent: z.string(),
        network: z.string().describe('Of the sign-in: the address without its last part.'),
        created_at: z.iso.datetime(),
        used_at: z.iso.datetime().describe('To the hour.'),
      }),
    ),
  }),
  errors: [],
  async run({ db, session, now }) {
    if (!session) return { sessions: [] };
    const rows = await listSessionRows(db, session.personId, new Date(now.getTime() - sessionMs));
    const sessions = rows.map(({ id, agent, address, createdAt, usedAt }) => ({
      id,
      current: id === session.id,
      user_agent: agent,
      network: address,
      created_at: createdAt.toISOString(),
      used_at: usedAt.toISOString(),
    }));
    return { sessions };
  },
});
