import { expect, test } from 'vitest';
import { seeded } from '../../../src/domain/sending/pacing.ts';
import { dayMs, minuteMs } from '../../../src/domain/time.ts';
import { getCampaign } from '../../../src/operations/campaigns/get.ts';
import { pauseCampaign } from '../../../src/operations/campaigns/pause.ts';
import { resumeCampaign } from '../../../src/operations/campaigns/resume.ts';
import { createRevision } from '../../../src/operations/revisions/create.ts';
import { cancelProspect } from '../../../src/operations/roster/cancel.ts';
import { pauseProspect } from '../../../src/operations/roster/pause.ts';
import { resumeProspect } from '../../../src/operations/roster/resume.ts';
import { skipAheadProspect } from '../../../src/operations/roster/skip-ahead.ts';
import { hello, launchEmailCampaign, people } from '../../factories/campaigns.ts';
import { addMailbox } from '../../factories/rows.ts';
import { openEmailFixture } from '../../fixtures/email.ts';
import { readMessages, readProspects } from '../../fixtures/engine.ts';

const fixture = await openEmailFixture();
const { call } = fixture;
const end = { type: 'end' };

/** Sends and edits at the same time, from several connections. */
test.each([2, 3])(
  'edits race sends and results: no prospect is lost, no node sent twice, run %i',
  async (run) => {
    let drawn = 0;
    const chance = (below: number) => {
      drawn += 1;
      return Math.floor(seeded('race', run, drawn) * below);
    };
    const senders = await Promise.all(
      [0, 1, 2].map((n) =>
        addMailbox(fixture, {
          address: `r${run}s${n}@sender.test`,
          smtp: fixture.sink,
          dailyLimit: 1_000,
          minGapSeconds: 1,
        }),
      ),
    );
    const id = await launchEmailCampaign(fixture, {
      name: `race ${run}`,
      senders,
      nodes: [hello],
      people: people(60, `race${run}x`),
    });
    const ids = (await readProspects(fixture, id)).map((person) => person.id);
    const seen = new Map(
      (await call(getCampaign, { id })).sequence_nodes.map((node) => [node.id, node]),
    );
    const some = <T>(list: readonly T[]) => list[chance(list.length)]!;
    const touch = (n: number) => ({ type: 'email', subject: `Touch ${n}`, body: `Text ${n}.` });
    const edits: (() => Promise<unknown>)[] = [
      async () => {
        const old = [...seen.values()].filter((node) => node.type === 'email' && chance(3) > 0);
        const kept = old.map(({ id: nodeId, type, subject, body }) => ({
          id: nodeId,
          type,
          subject,
          body,
        }));
        const nodes = [...kept, touch(chance(1_000))].flatMap((node) => [
          node,
          { type: 'delay', delay_minutes: 1 + chance(600) },
        ]);
        const made = await call(createRevision, {
          id,
          sequence_nodes: [...nodes.toSorted(() => chance(3) - 1), end],
        });
        for (const node of made.sequence_nodes) seen.set(node.id, node);
      },
      () =>
        call(pauseCampaign, { id }).then(() =>
          call(resumeCampaign, { id, policy: some(['shift', 'spread', 'drop_overdue']) }),
        ),
      () => call(pauseProspect, { id, prospectId: some(ids) }),
      () => call(resumeProspect, { id, prospectId: some(ids) }),
      () => call(skipAheadProspect, { id, prospectId: some(ids), skip: some(['delay', 'touch']) }),
      () => call(cancelProspect, { id, prospectId: some(ids) }),
    ];
    const refusals: string[] = [];
    const underWay: Promise<unknown>[] = [];
    fixture.mailServer.send = async (deliver) => {
      if (underWay.length < 80)
        underWay.push(some(edits)().catch((error: Error) => refusals.push(error.message)));
      if (chance(4) === 0) await underWay.at(-1);
      if (chance(8) === 0)
        return { ok: false, fault: { kind: 'temporary', code: '451', detail: 'Later' } };
      return deliver();
    };
    for (let step = 0; step < 400; step += 1) {
      await fixture.engine.runDue();
      fixture.clock.advanceMs(step < 100 ? 2 * minuteMs : 30 * minuteMs);
    }
    delete fixture.mailServer.send;
    await Promise.all(underWay);
    for (const prospectId of ids) await call(resumeProspect, { id, prospectId }).catch(() => {});
    await fixture.runFor(40 * dayMs);
    await fixture.checkLaws();
    expect(refusals.filter((message) => !message.startsWith('4'))).toEqual([]);
    const left = (await readProspects(fixture, id)).filter((person) => person.ended_at === null);
    expect(left).toEqual([]);
    const sent = (await readMessages(fixture, id)).filter((message) => message.state === 'sent');
    const delivered = fixture.sink.messages.filter(({ to }) => to[0]!.startsWith(`race${run}x`));
    expect(delivered.length).toBe(sent.length);
    expect(new Set(delivered.map(({ headers }) => headers['message-id'])).size).toBe(
      delivered.length,
    );
  },
  60_000,
);
