import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { dayMs, hourMs } from '../../../src/domain/time.ts';
import { Engine } from '../../../src/engine/engine.ts';
import { hello, launchEmailCampaign, people } from '../../factories/campaigns.ts';
import { addMailbox } from '../../factories/rows.ts';
import { expectEach, mailsByRecipient, openEmailFixture } from '../../fixtures/email.ts';
import { readLane, readMessages, readProspects } from '../../fixtures/engine.ts';

describe('an unreachable provider', async () => {
  const t = await openEmailFixture();

  test('pauses the lane, gives usage back, and delays prospects without failing one', async () => {
    let up = false;
    t.mailServer.send = (deliver) =>
      up
        ? deliver()
        : Promise.resolve({
            ok: false,
            fault: { kind: 'temporary', code: 'ECONNREFUSED', detail: 'connect ECONNREFUSED' },
          });
    const sender = await addMailbox(t, {
      address: 'sam@sender.test',
      smtp: t.sink,
      minGapSeconds: 1,
      dailyLimit: 100,
    });
    const id = await launchEmailCampaign(t, {
      name: 'down',
      senders: [sender],
      nodes: [hello],
      people: people(3),
    });
    await t.engine.runDue();
    expect((await readLane(t, sender)).because).toBe('provider_unreachable');
    const { rows } = await sql<{
      n: number;
    }>`select sum(n)::int as n from sender_usage where workspace_id = ${t.workspaceId} and sender_id = ${sender}`.execute(
      t.db,
    );
    expect(rows[0]?.n).toBe(0);
    await t.runFor(dayMs);
    expect(new Set((await readProspects(t, id)).map(({ status }) => status))).toEqual(
      new Set(['pending']),
    );
    await t.checkLaws();
    up = true;
    await t.runFor(3 * hourMs);
    expectEach(t, people(3), 1);
    await t.checkLaws();
  });

  test('suspends no sender when the database fails to load it', async () => {
    const sender = await addMailbox(t, {
      address: 'dark@sender.test',
      smtp: t.sink,
      minGapSeconds: 1,
      dailyLimit: 500,
    });
    const id = await launchEmailCampaign(t, {
      name: 'dark',
      senders: [sender],
      nodes: [hello],
      people: people(1, 'dark'),
    });
    let dark = true;
    const db = t.db.withPlugin({
      transformQuery({ node }) {
        if (dark && JSON.stringify(node).includes('connection, credentials, updated_at'))
          throw new Error('the database is away');
        return node;
      },
      transformResult: async ({ result }) => result,
    });
    const engine = new Engine({ ...t.services, db }, t.services.newId());
    await engine.runDue();
    expect((await readMessages(t, id))[0]?.state).toBe('draft');
    expect(
      (
        await t.db
          .selectFrom('senders')
          .select('status')
          .where('workspace_id', '=', t.workspaceId)
          .where('id', '=', sender)
          .executeTakeFirstOrThrow()
      ).status,
    ).toBe('active');
    await t.checkLaws();
    dark = false;
    await t.runFor(hourMs, engine);
    expect(mailsByRecipient(t)['dark0@people.test']).toBe(1);
    await t.checkLaws();
  });
});
