import { describe, expect, test } from 'vitest';
import { hourMs, minuteMs } from '../../../src/domain/time.ts';
import { getCampaign } from '../../../src/operations/campaigns/get.ts';
import { createRevision } from '../../../src/operations/revisions/create.ts';
import { getRevision } from '../../../src/operations/revisions/get.ts';
import { listRevisions } from '../../../src/operations/revisions/list.ts';
import { rollBackRevision } from '../../../src/operations/revisions/rollback.ts';
import { delayHours, hello, launchEmailCampaign, people } from '../../factories/campaigns.ts';
import { addMailbox } from '../../factories/rows.ts';
import { expectEach, openEmailFixture } from '../../fixtures/email.ts';
import { readMessages, readProspects } from '../../fixtures/engine.ts';

const fixture = await openEmailFixture();
const { call, fail } = fixture;
const end = { type: 'end' };
const text = (subject: string) => ({ type: 'email', subject, body: `${subject}.` });

/** Six prospects that have got the first of three emails, a day apart. */
async function scene(name: string) {
  const sender = await addMailbox(fixture, {
    address: `${name}@sender.test`,
    smtp: fixture.sink,
    dailyLimit: 500,
    minGapSeconds: 1,
  });
  const roster = people(6, name);
  const nodes = [hello, delayHours(24), text('Second'), delayHours(24), text('Third')];
  const id = await launchEmailCampaign(fixture, { name, senders: [sender], nodes, people: roster });
  await fixture.runFor(2 * hourMs);
  const { sequence_nodes } = await call(getCampaign, { id });
  return {
    id,
    roster,
    nodes: sequence_nodes as Record<string, unknown>[],
    ids: sequence_nodes.map((node) => node.id),
  };
}

const subjectsOf = (address: string) =>
  fixture.sink.messages.filter(({ to }) => to[0] === address).map(({ headers }) => headers.subject);
const keep = (nodes: Record<string, unknown>[]) =>
  nodes.map(({ id, type, subject, body, delay_hours }) => ({
    id,
    type,
    ...(delay_hours ? { delay_hours } : {}),
    ...(delay_hours || subject === null ? {} : { subject, body }),
  }));

describe('a revision of a running campaign', () => {
  test('previews its effect, moves prospects off a removed touch, can be rolled back', async () => {
    const { id, nodes, ids, roster } = await scene('gone');
    const [first, , , , third, last] = keep(nodes);
    const wanted = [first, { type: 'delay', delay_hours: 30 }, text('Instead'), third, last];
    const planned = await call(createRevision, { id, sequence_nodes: wanted, dry_run: true });
    expect(planned).toMatchObject({
      dry_run: true,
      revision: 2,
      people: { stay: 0, move: 6, end: 0, repeat: 0, skip: 0, due_at_once: 0 },
    });
    expect((await call(listRevisions, { id })).revisions.length).toBe(1);
    const made = await call(createRevision, { id, sequence_nodes: wanted });
    const instead = made.sequence_nodes[2]!.id;
    expect(made.nodes[1]).toMatchObject({
      node_id: ids[2],
      people: 6,
      to_node_id: instead,
      delay_seconds: 86_400,
      new_delay_seconds: 108_000,
    });
    expect(made.difference).toMatchObject({
      added: [expect.any(String), instead],
      removed: [ids[1], ids[2], ids[3]],
    });
    await fixture.checkLaws();
    await fixture.runFor(23 * hourMs);
    expectEach(fixture, roster, 1);
    await fixture.runFor(6 * hourMs);
    expect(subjectsOf('gone3@people.test')).toEqual(['Hello P3', 'Instead', 'Third']);
    expect((await call(getCampaign, { id })).campaign.status).toBe('completed');
    await fixture.checkLaws();
  });

  test('changes a delay without a write to any prospect', async () => {
    const { id, nodes } = await scene('delay');
    const [first, , second, , third, last] = keep(nodes);
    const before = await readProspects(fixture, id);
    const shorter = [first, delayHours(1), second, delayHours(2), third, last];
    expect(
      (await call(createRevision, { id, sequence_nodes: shorter, dry_run: true })).people,
    ).toMatchObject({ stay: 6, due_at_once: 6 });
    await call(createRevision, { id, sequence_nodes: shorter });
    expect(await readProspects(fixture, id)).toEqual(before);
    await fixture.runFor(30 * minuteMs);
    expect(subjectsOf('delay5@people.test')).toEqual(['Hello P5', 'Second']);
    await call(rollBackRevision, { id, revision: 1 });
    const { revisions } = await call(listRevisions, { id });
    expect(revisions.map(({ revision, current }) => [revision, current])).toEqual([
      [3, true],
      [2, false],
      [1, false],
    ]);
    expect((await call(getRevision, { id, revision: 3 })).sequence_nodes).toEqual(
      (await call(getRevision, { id, revision: 1 })).sequence_nodes,
    );
    await fixture.runFor(20 * hourMs);
    expect(subjectsOf('delay5@people.test').length).toBe(2);
    await fixture.runFor(6 * hourMs);
    expect(subjectsOf('delay5@people.test')).toEqual(['Hello P5', 'Second', 'Third']);
    await fixture.checkLaws();
  });

  test('completes prospects that reach the end, and skips a touch that comes again', async () => {
    const { id, nodes, roster } = await scene('turn');
    const [first, , second, , , last] = keep(nodes);
    const turned = await call(createRevision, { id, sequence_nodes: [second, first, last] });
    expect(turned.people).toMatchObject({ stay: 6, repeat: 6 });
    await fixture.runFor(26 * hourMs);
    expectEach(
      {
        sink: {
          ...fixture.sink,
          messages: fixture.sink.messages.filter(({ to }) => to[0]!.startsWith('turn')),
        },
      },
      roster,
      2,
    );
    expect((await call(getCampaign, { id })).campaign.status).toBe('completed');
    const other = await scene('end');
    const cut = await call(createRevision, {
      id: other.id,
      sequence_nodes: [keep(other.nodes)[0]!, end],
    });
    expect(cut.people).toMatchObject({ end: 6 });
    expect((await call(getCampaign, { id: other.id })).campaign.status).toBe('completed');
    expect((await fail(createRevision, { id: other.id, sequence_nodes: [hello, end] })).code).toBe(
      'campaign.completed',
    );
    await fixture.checkLaws();
  });

  test.each(['sent', 'refused for now'] as const)(
    'places the prospect of a touch on its way in the new sequence when the touch is %s',
    async (outcome) => {
      const name = outcome === 'sent' ? 'way' : 'retry';
      const { id, nodes, roster } = await scene(name);
      const [first, , , , third, last] = keep(nodes);
      let revised = false;
      fixture.mailServer.send = async (deliver, message) => {
        if (revised || !message.to.startsWith(name)) return deliver();
        revised = true;
        const made = await call(createRevision, {
          id,
          sequence_nodes: [first, delayHours(20), text('Instead'), delayHours(1), third, last],
        });
        expect(made.people.move).toBe(6);
        if (outcome === 'sent') return deliver();
        return { ok: false, fault: { kind: 'temporary', code: '451', detail: 'Try again later' } };
      };
      await fixture.runFor(30 * hourMs);
      delete fixture.mailServer.send;
      await fixture.checkLaws();
      await fixture.runFor(30 * hourMs);
      const all = Object.fromEntries(roster.map(({ email }) => [email, subjectsOf(email)]));
      const seen = Object.values(all).map((subjects) => subjects.slice(1).join(' '));
      expect(seen.toSorted()).toEqual(
        [
          ...Array(5).fill('Instead Third'),
          outcome === 'sent' ? 'Second Third' : 'Instead Third',
        ].toSorted(),
      );
      expect(new Set((await readMessages(fixture, id)).map((message) => message.state))).toEqual(
        new Set(outcome === 'sent' ? ['sent'] : ['sent', 'draft']),
      );
      expect(
        (await readProspects(fixture, id)).every((person) => person.status === 'completed'),
      ).toBe(true);
      await fixture.checkLaws();
    },
  );

  test('is refused with bad texts or numbers; equal nodes without ids change nothing', async () => {
    const { id, nodes } = await scene('refused');
    const broken = await fail(createRevision, {
      id,
      sequence_nodes: [{ type: 'email', subject: '', body: '' }, end],
    });
    expect(broken.code).toBe('sequence.invalid');
    expect((await fail(getRevision, { id, revision: 9 })).code).toBe('revision.not_found');
    expect((await fail(rollBackRevision, { id, revision: 9 })).code).toBe('revision.not_found');
    const same = await call(createRevision, {
      id,
      sequence_nodes: keep(nodes).map(({ id: _id, ...rest }) => rest),
      dry_run: true,
    });
    expect(same.difference).toEqual({ added: [], removed: [], reordered: [], changed: [] });
  });
});
