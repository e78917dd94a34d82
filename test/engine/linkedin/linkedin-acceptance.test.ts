import { describe, expect, test } from 'vitest';
import type { SendResult } from '../../../src/channels/channel.ts';
import { dayMs, hourMs, minuteMs } from '../../../src/domain/time.ts';
import { pauseCampaign } from '../../../src/operations/campaigns/pause.ts';
import { resumeCampaign } from '../../../src/operations/campaigns/resume.ts';
import { cancelProspect } from '../../../src/operations/roster/cancel.ts';
import { pauseProspect } from '../../../src/operations/roster/pause.ts';
import { resumeProspect } from '../../../src/operations/roster/resume.ts';
import { delayHours } from '../../factories/campaigns.ts';
import { readEvents } from '../../fixtures/engine.ts';
import {
  invite,
  openLinkedinEngine,
  readPeople,
  received,
  write,
} from '../../fixtures/linkedin-engine.ts';

const fixture = await openLinkedinEngine();
const { call, clock, provider } = fixture;
const later = (ms: number) => new Date(clock.now().getTime() + ms);
const news = (name: string, more: object = {}) => received(fixture, name, more);
describe('an acceptance', () => {
  test('changes nothing when it is heard of twice, or from a stranger', async () => {
    const id = await fixture.launch({
      nodes: [invite, delayHours(48), write],
      people: ['jon+never'],
    });
    await fixture.runUntil(later(hourMs));
    const accepted = news('jon+never', { event: 'connected', sourceKey: 'relation/jon' });
    await fixture.receive(
      id,
      accepted,
      { ...accepted },
      { ...accepted, sourceKey: 'relation/jon, by another way' },
      news('nobody', { event: 'connected' }),
    );
    await fixture.runUntil(later(hourMs));
    expect((await readPeople(fixture, id))['jon+never']).toMatchObject({ status: 'connected' });
    expect(
      (await readEvents(fixture, id)).filter((kind) => kind === 'prospect.connected'),
    ).toHaveLength(1);
    await fixture.checkLaws();
  });

  test('counts for a paused prospect, which goes on when it is resumed', async () => {
    const id = await fixture.launch({
      nodes: [invite, delayHours(1), write],
      people: ['kim+never'],
    });
    await fixture.runUntil(later(hourMs));
    const person = (await readPeople(fixture, id))['kim+never']!;
    await call(pauseProspect, { id, prospectId: person.id });
    await fixture.receive(id, news('kim+never', { event: 'connected' }));
    await fixture.runUntil(later(8 * hourMs));
    expect((await readPeople(fixture, id))['kim+never']).toMatchObject({
      status: 'connected',
      hold: 'paused',
    });
    await fixture.checkLaws();
    await call(resumeProspect, { id, prospectId: person.id });
    await fixture.runUntil(later(hourMs));
    expect((await readPeople(fixture, id))['kim+never']).toMatchObject({ status: 'completed' });
  });

  test('is still waited for after a pause, by hand or until an instant', async () => {
    const id = await fixture.launch({ nodes: [invite, write], people: ['leo+never', 'mia+never'] });
    await fixture.runUntil(later(hourMs));
    const before = await readPeople(fixture, id);
    const [leo, mia] = [before['leo+never']!, before['mia+never']!];
    await call(pauseProspect, { id, prospectId: leo.id });
    await call(pauseProspect, { id, prospectId: mia.id, until: later(hourMs).toISOString() });
    await fixture.runUntil(later(2 * hourMs));
    await call(resumeProspect, { id, prospectId: leo.id });
    const again = await readPeople(fixture, id);
    for (const person of [leo, mia])
      expect(Object.values(again).find(({ id: own }) => own === person.id)).toMatchObject({
        hold: 'awaiting_connection',
        hold_until: person.hold_until,
        anchor_at: person.anchor_at,
      });
    await fixture.checkLaws();
  });

  test('counts while the campaign is paused, and starts the delay', async () => {
    const id = await fixture.launch({
      nodes: [invite, delayHours(1), write],
      people: ['ned+never'],
    });
    await fixture.runUntil(later(hourMs));
    await call(pauseCampaign, { id });
    await fixture.receive(id, news('ned+never', { event: 'connected' }));
    await fixture.runUntil(later(5 * hourMs));
    expect((await readPeople(fixture, id))['ned+never']).toMatchObject({ status: 'connected' });
    await call(resumeCampaign, { id });
    await fixture.runUntil(later(3 * hourMs));
    expect((await readPeople(fixture, id))['ned+never']).toMatchObject({ status: 'completed' });
  });

  test('changes nothing for a prospect that was cancelled or has replied', async () => {
    const id = await fixture.launch({ nodes: [invite, write], people: ['oli+never', 'pia+never'] });
    await fixture.runUntil(later(hourMs));
    const { 'oli+never': oli } = await readPeople(fixture, id);
    await call(cancelProspect, { id, prospectId: oli!.id });
    await fixture.receive(
      id,
      news('pia+never', { text: 'Thank you, no need to connect: call me.' }),
    );
    await fixture.runUntil(later(minuteMs));
    await fixture.receive(
      id,
      news('oli+never', { event: 'connected' }),
      news('pia+never', { event: 'connected' }),
    );
    await fixture.runUntil(later(hourMs));
    const people = await readPeople(fixture, id);
    expect(people['oli+never']).toMatchObject({ status: 'cancelled' });
    expect(people['pia+never']).toMatchObject({ status: 'replied' });
    await fixture.checkLaws();
  });

  test('is too late after the prospect timed out; a reply is not', async () => {
    const id = await fixture.launch({
      nodes: [invite, write],
      people: ['nia+never'],
      settings: { connection_timeout_days: 1 },
    });
    await fixture.runUntil(later(dayMs + hourMs));
    await fixture.receive(id, news('nia+never', { event: 'connected' }));
    await fixture.runUntil(later(hourMs));
    expect((await readPeople(fixture, id))['nia+never']).toMatchObject({ status: 'timed_out' });
    await fixture.receive(id, news('nia+never', { text: 'Sorry, I was away. Tell me more.' }));
    await fixture.runUntil(later(hourMs));
    expect((await readPeople(fixture, id))['nia+never']).toMatchObject({ status: 'replied' });
    await fixture.checkLaws();
  });

  test('is kept when it is heard of before the invitation is recorded', async () => {
    const id = await fixture.launch({
      nodes: [invite, delayHours(24), write],
      people: ['quin+never'],
    });
    provider.send = async (deliver) => {
      const result = await deliver();
      await fixture.receive(
        id,
        news('a name only the provider knows', { event: 'connected', from: 'ACoAAquin' }),
      );
      await fixture.readInboxes();
      return { ...result, personKey: 'ACoAAquin' } as typeof result;
    };
    await fixture.runUntil(later(hourMs));
    provider.send = undefined;
    await fixture.runUntil(later(hourMs));
    expect((await readPeople(fixture, id))['quin+never']).toMatchObject({
      status: 'connected',
      person_key: 'ACoAAquin',
    });
    await fixture.checkLaws();
  });

  test.each([
    ['an acceptance', { event: 'connected' }, 'connected'],
    ['a reply', { text: 'Call me.' }, 'replied'],
  ])(
    '%s before the record of the invitation is not matched to an earlier campaign',
    async (_what, said, status) => {
      const seat = await fixture.addSeat();
      const named = (deliver: () => Promise<SendResult>) =>
        deliver().then((result) => ({ ...result, personKey: 'ACoAArita' }) as typeof result);
      provider.send = named;
      const earlier = await fixture.launch({
        nodes: [invite],
        people: ['rita+never'],
        senders: [seat],
        settings: { connection_timeout_days: 1 },
      });
      await fixture.runUntil(later(2 * dayMs));
      expect((await readPeople(fixture, earlier))['rita+never']).toMatchObject({
        status: 'timed_out',
      });
      const id = await fixture.launch({
        nodes: [invite, delayHours(24), write],
        people: ['rita+never'],
        senders: [seat],
      });
      provider.send = async (deliver) => {
        const result = await named(deliver);
        await fixture.receive(
          id,
          news('a name only the provider knows', { ...said, from: 'ACoAArita' }),
        );
        await fixture.readInboxes();
        return result;
      };
      await fixture.runUntil(later(hourMs));
      provider.send = undefined;
      await fixture.runUntil(later(hourMs));
      expect((await readPeople(fixture, id))['rita+never']).toMatchObject({ status });
      await fixture.checkLaws();
    },
  );

  test('leaves one of two outcomes when it comes in the same instant as the time-out', async () => {
    const names = Array.from({ length: 6 }, (_, i) => `race${i}+never`);
    const id = await fixture.launch({
      nodes: [invite, delayHours(24), write],
      people: names,
      settings: { connection_timeout_days: 1 },
    });
    await fixture.runUntil(later(dayMs - 2 * hourMs));
    clock.advanceMs(4 * hourMs);
    await fixture.receive(id, ...names.map((name) => news(name, { event: 'connected' })));
    await Promise.all([
      fixture.readInboxes(),
      fixture.engine.endHolds().then(() => fixture.engine.withdraw()),
      fixture.engine.endHolds(),
    ]);
    await fixture.runUntil(later(2 * hourMs));
    for (const { status, hold } of Object.values(await readPeople(fixture, id))) {
      expect(['connected', 'timed_out']).toContain(status);
      expect(hold).toBeNull();
    }
    await fixture.checkLaws();
  });
});
