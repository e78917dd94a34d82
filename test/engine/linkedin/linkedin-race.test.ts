import { expect, test } from 'vitest';
import { seeded } from '../../../src/domain/sending/pacing.ts';
import { dayMs, hourMs } from '../../../src/domain/time.ts';
import { addSenders } from '../../../src/operations/campaign-senders/add.ts';
import { removeSenderFromCampaign } from '../../../src/operations/campaign-senders/remove.ts';
import { getCampaign } from '../../../src/operations/campaigns/get.ts';
import { pauseCampaign } from '../../../src/operations/campaigns/pause.ts';
import { resumeCampaign } from '../../../src/operations/campaigns/resume.ts';
import { updateCampaign } from '../../../src/operations/campaigns/update.ts';
import { createRevision } from '../../../src/operations/revisions/create.ts';
import { cancelProspect } from '../../../src/operations/roster/cancel.ts';
import { pauseProspect } from '../../../src/operations/roster/pause.ts';
import { resumeProspect } from '../../../src/operations/roster/resume.ts';
import { skipAheadProspect } from '../../../src/operations/roster/skip-ahead.ts';
import { delayHours } from '../../factories/campaigns.ts';
import {
  invite,
  openLinkedinEngine,
  readPeople,
  received,
  write,
} from '../../fixtures/linkedin-engine.ts';

/** Acceptances, answers, time-outs and edits at the same time, from several connections. */
test.each([1, 2])(
  'edits race acceptances and withdrawals: no prospect is lost, no node sent twice, run %i',
  async (run) => {
    const fixture = await openLinkedinEngine();
    const { call, clock, db, engine, provider } = fixture;
    let drawn = 0;
    const chance = (below: number) => {
      drawn += 1;
      return Math.floor(seeded('linkedin race', run, drawn) * below);
    };
    const some = <T>(list: readonly T[]) => list[chance(list.length)]!;
    const seats = [await fixture.addSeat(), await fixture.addSeat(), await fixture.addSeat()];
    const scripts = ['never', 'accept-1d', 'accept-5d', 'reply-1d', 'accept-2d'];
    const names = Array.from({ length: 40 }, (_, i) => `r${i}+${scripts[i % scripts.length]}`);
    const nodes = [invite, delayHours(24), write];
    const id = await fixture.launch({
      nodes,
      people: names,
      senders: seats,
      settings: { connection_timeout_days: 3 },
    });
    const ids = Object.values(await readPeople(fixture, id)).map((person) => person.id);
    const seen = new Map(
      (await call(getCampaign, { id })).sequence_nodes.map((node) => [node.id, node]),
    );
    const deeds: (() => Promise<unknown>)[] = [
      async () => {
        const old = [...seen.values()].filter(
          (node) => node.type !== 'delay' && node.type !== 'end' && chance(3) > 0,
        );
        const kept = old.map(({ id: nodeId, type, body }) => ({ id: nodeId, type, body }));
        const fresh = { type: 'message', body: `Text ${chance(1_000)}.` };
        const made = await call(createRevision, {
          id,
          sequence_nodes: [
            ...[...kept, fresh].flatMap((node) => [
              node,
              { type: 'delay', delay_hours: 1 + chance(30) },
            ]),
            { type: 'end' },
          ],
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
      () =>
        chance(3) === 0 ? call(cancelProspect, { id, prospectId: some(ids) }) : Promise.resolve(),
      () => call(updateCampaign, { id, connection_timeout_days: 1 + chance(6) }),
      () =>
        call(removeSenderFromCampaign, { id, senderId: some(seats), reassign: chance(2) === 0 }),
      () => call(addSenders, { id, sender_account_ids: seats }),
      async () => {
        const name = some(names);
        for (const seat of seats)
          provider.incoming.set(seat, [
            received(
              fixture,
              name,
              chance(3) === 0 ? { text: 'Call me.' } : { event: 'connected' },
            ),
          ]);
        await fixture.readInboxes();
      },
      () => engine.endHolds(),
      () => engine.withdraw(),
    ];
    const refusals: string[] = [];
    const underWay: Promise<unknown>[] = [];
    const start = () =>
      void underWay.push(some(deeds)().catch((error: Error) => refusals.push(error.message)));
    provider.send = async (deliver) => {
      if (chance(2) === 0) start();
      if (chance(6) === 0)
        return {
          ok: false,
          fault: {
            kind: some(['temporary', 'not_connected', 'already_invited']),
            code: null,
            detail: 'no',
          },
        };
      return deliver();
    };
    provider.withdraw = async (take) => {
      start();
      return chance(4) === 0 ? { kind: 'temporary', code: null, detail: 'no' } : take();
    };
    for (let step = 0; step < 60; step += 1) {
      start();
      if (chance(2) === 0) start();
      await Promise.all([engine.runDue(), fixture.readInboxes()]);
      clock.advanceMs(hourMs + chance(4) * hourMs);
    }
    await Promise.all(underWay);
    provider.send = undefined;
    provider.withdraw = undefined;
    for (const prospectId of ids) await call(resumeProspect, { id, prospectId }).catch(() => {});
    await call(addSenders, { id, sender_account_ids: seats });
    await call(resumeCampaign, { id }).catch(() => {});
    await fixture.runUntil(new Date(clock.now().getTime() + 60 * dayMs));
    await fixture.checkLaws();
    expect(
      refusals.filter((message) => /deadlock|violates|timeout|undefined|null/i.test(message)),
    ).toEqual([]);
    const left = Object.values(await readPeople(fixture, id)).filter(
      (person) => person.ended_at === null,
    );
    expect(
      left.map(({ identity, status, hold, hold_until, node_id }) => ({
        identity,
        status,
        hold,
        hold_until,
        node_id,
      })),
    ).toEqual([]);
    const messages = await db
      .selectFrom('messages')
      .select(['id', 'state', 'channel_key'])
      .execute();
    const sent = messages.filter(({ state }) => state === 'sent');
    expect(new Set(fixture.deliveries.map(({ key }) => key)).size).toBe(fixture.deliveries.length);
    expect(fixture.deliveries.length).toBe(sent.length);
  },
  60_000,
);
