import { describe, expect, it } from 'vitest';
import { hourMs, minuteMs } from '../../../src/domain/time.ts';
import { addSuppressions } from '../../../src/operations/suppressions/add.ts';
import { listSuppressions } from '../../../src/operations/suppressions/list.ts';
import { peopleOf } from '../../fixtures/x.ts';
import { followUp, hello, openXCampaigns, pause } from './campaigns.ts';

const fixture = await openXCampaigns();
const { x, call, clock, db, launch, laneOf, prepare, readInboxes, run, runFor } = fixture;

describe('a campaign on X', () => {
  it('a campaign goes on after the delay and stops at a reply', async () => {
    const { seller, sender, handles } = await prepare(2);
    const [jane, joe] = handles as [string, string];
    const id = await run('Replies', { sender, handles }, [hello, pause, followUp]);
    await runFor(hourMs);
    expect(x.conversation(seller, jane)).toEqual([`> Hi ${jane}, @${jane} &amp; co.`]);
    expect((await peopleOf(fixture, id))[jane]).toMatchObject({
      status: 'message_sent',
      identity: jane,
    });
    x.write(jane, seller, 'Tell me more');
    await readInboxes();
    expect((await peopleOf(fixture, id))[jane]).toMatchObject({
      status: 'replied',
      replied_at: clock.now(),
    });
    await runFor(6 * hourMs);
    expect(x.conversation(seller, jane)).toHaveLength(2);
    expect(x.conversation(seller, joe)).toHaveLength(2);
    expect((await peopleOf(fixture, id))[joe]).toMatchObject({ status: 'completed' });
    await fixture.checkLaws();
  });

  it('a reply of a renamed person is found by its conversation', async () => {
    const { serial, seller, sender, handles } = await prepare(1);
    const id = await run('Renamed', { sender, handles });
    await runFor(hourMs);
    x.state.users.find(({ username }) => username === handles[0])!.username = `new_${serial}`;
    x.write(`new_${serial}`, seller, 'I have a new name');
    await readInboxes();
    expect((await peopleOf(fixture, id))[handles[0]!]).toMatchObject({ status: 'replied' });
  });

  it('a person is looked up once, so that the follow-up reaches a new name too', async () => {
    const { serial, seller, sender, handles } = await prepare(1);
    await run('Follow-ups', { sender, handles }, [hello, pause, followUp]);
    await runFor(hourMs);
    const looks = x.calls('user');
    x.state.users.find(({ username }) => username === handles[0])!.username = `moved_${serial}`;
    await runFor(6 * hourMs);
    expect(x.conversation(seller, `moved_${serial}`)).toHaveLength(2);
    expect(x.calls('user')).toBe(looks);
  });

  it('a person listed by handle and by id is written to once', async () => {
    const { serial, seller, sender, handles } = await prepare(3);
    const other = await fixture.connect(`more_${serial}`);
    const ids = handles.map(
      (handle) => x.state.users.find(({ username }) => username === handle)!.id,
    );
    const id = await launch({
      name: 'Twice',
      senders: [sender, other],
      nodes: [hello, pause, followUp],
      handles: [...handles, ...ids],
    });
    await runFor(8 * hourMs);
    const people = await peopleOf(fixture, id);
    for (const [at, handle] of handles.entries()) {
      expect([
        ...x.conversation(seller, handle),
        ...x.conversation(`more_${serial}`, handle),
      ]).toHaveLength(2);
      const [written, twin] = [people[handle]!, people[ids[at]!]!].toSorted((one) =>
        one.status === 'completed' ? -1 : 1,
      );
      expect(written).toMatchObject({ status: 'completed' });
      expect(twin).toMatchObject({
        status: 'failed',
        end_reason: `the same person is in this campaign as ${written!.identity}`,
      });
    }
    await fixture.checkLaws();
  });

  it('a person who asks to stop is never written to again', async () => {
    const { serial, seller, sender, handles } = await prepare(1);
    await run('Wishes', { sender, handles });
    await runFor(hourMs);
    x.write(handles[0]!, seller, 'Please stop messaging me');
    await readInboxes();
    const { suppressions } = await call(listSuppressions, { kind: 'x' });
    const user = x.state.users.find(({ username }) => username === handles[0])!;
    const values = suppressions
      .filter(({ reason }) => reason === 'unsubscribed')
      .map(({ value }) => value);
    expect(values.toSorted()).toEqual([user.id, handles[0]].toSorted());
    const again = await run('Others', { sender, handles });
    await runFor(hourMs);
    expect((await peopleOf(fixture, again))[handles[0]!]).toMatchObject({
      status: 'skipped',
      end_reason: expect.stringContaining(`x ${handles[0]}`),
    });
    user.username = `fled_${serial}`;
    const names = [user.username, user.id];
    const renamed = await launch({
      name: 'Renamed and suppressed',
      senders: [sender],
      nodes: [hello],
      handles: names,
    });
    await runFor(hourMs);
    expect(
      Object.values(await peopleOf(fixture, renamed)).map(({ end_reason }) => end_reason),
    ).toEqual([
      // Suppressed by the handle of then, and by the id that stays.
      expect.stringMatching(/^suppressed: x /),
      expect.stringMatching(/^suppressed: x /),
    ]);
    expect(x.conversation(seller, user.username)).toHaveLength(2);
  });

  it('a person suppressed by handle is not written to by id', async () => {
    const { seller, sender, handles } = await prepare(1);
    await run('Known', { sender, handles });
    await runFor(hourMs);
    await call(addSuppressions, {
      items: [{ kind: 'x', value: handles[0]!, reason: 'asked by phone' }],
    });
    const { id: user } = x.state.users.find(({ username }) => username === handles[0])!;
    const again = await launch({
      name: 'By id',
      senders: [sender],
      nodes: [hello],
      handles: [user],
    });
    await runFor(hourMs);
    expect((await peopleOf(fixture, again))[user]).toMatchObject({
      status: 'failed',
      end_reason: `suppressed: x ${handles[0]} (asked by phone)`,
    });
    expect(x.conversation(seller, handles[0]!)).toHaveLength(1);
  });

  it('an account sends eight messages an hour by default', async () => {
    const { seller, sender, handles } = await prepare(20);
    await run('Rate', { sender, handles });
    const sent = () => handles.filter((handle) => x.conversation(seller, handle).length > 0).length;
    await runFor(hourMs - minuteMs);
    expect(sent()).toBe(8);
    expect(await laneOf(sender)).toMatchObject({ because: 'sender_hourly_limit' });
    await runFor(hourMs);
    expect(sent()).toBe(16);
  });
});

describe('people who cannot be written to', () => {
  it('a person whose messages are closed fails, and the campaign goes on', async () => {
    const closed = await prepare(12, { closed: true });
    x.addUser('open_one');
    const handles = [...closed.handles, 'no_such_one', 'open_one'];
    const id = await run('Closed', { sender: closed.sender, handles });
    await runFor(4 * hourMs);
    const people = await peopleOf(fixture, id);
    expect(people[closed.handles[0]!]).toMatchObject({
      status: 'failed',
      end_reason: `@${closed.handles[0]} takes no messages from this account.`,
    });
    expect(people.no_such_one).toMatchObject({
      status: 'failed',
      end_reason: expect.stringContaining('Could not find user'),
    });
    expect(people.open_one).toMatchObject({ status: 'completed' });
    const [campaign] = await db.selectFrom('campaigns').selectAll().where('id', '=', id).execute();
    expect(campaign).toMatchObject({ status: 'completed', pause_reason: null });
    expect(
      (await call(listSuppressions, { kind: 'x' })).suppressions.map(({ value }) => value),
    ).not.toContain(closed.handles[0]);
  });
});
