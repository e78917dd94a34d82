import { describe, expect, test } from 'vitest';
import type { SendResult } from '../../../src/channels/channel.ts';
import { pauseCampaign } from '../../../src/operations/campaigns/pause.ts';
import { resumeCampaign } from '../../../src/operations/campaigns/resume.ts';
import { cancelProspect } from '../../../src/operations/roster/cancel.ts';
import { pauseProspect } from '../../../src/operations/roster/pause.ts';
import { resumeProspect } from '../../../src/operations/roster/resume.ts';
import { day, delayHours, hour, minute } from '../../fixtures/engine.ts';
import {
  invite,
  openLinkedinEngine,
  readEvents,
  readPeople,
  received,
  write,
} from '../../fixtures/linkedin-engine.ts';

const house = await openLinkedinEngine();
const { call, clock, provider } = house;
const later = (ms: number) => new Date(clock.now().getTime() + ms);
const news = (name: string, more: object = {}) => received(house, name, more);
describe('an acceptance', () => {
  test('heard of twice, or of nobody, changes nothing more', async () => {
    const id = await house.launch({
      nodes: [invite, delayHours(48), write],
      people: ['jon+never'],
    });
    await house.runUntil(later(hour));
    const accepted = news('jon+never', { event: 'connected', sourceKey: 'relation/jon' });
    await house.tell(
      id,
      accepted,
      { ...accepted },
      { ...accepted, sourceKey: 'relation/jon, by another way' },
      news('nobody', { event: 'connected' }),
    );
    await house.runUntil(later(hour));
    expect((await readPeople(house, id))['jon+never']).toMatchObject({ status: 'connected' });
    expect(
      (await readEvents(house, id)).filter((kind) => kind === 'prospect.connected'),
    ).toHaveLength(1);
    await house.checkLaws();
  });

  test('of somebody who is paused counts, and they go on when they are resumed', async () => {
    const id = await house.launch({ nodes: [invite, delayHours(1), write], people: ['kim+never'] });
    await house.runUntil(later(hour));
    const person = (await readPeople(house, id))['kim+never']!;
    await call(pauseProspect, { id, prospectId: person.id });
    await house.tell(id, news('kim+never', { event: 'connected' }));
    await house.runUntil(later(8 * hour));
    expect((await readPeople(house, id))['kim+never']).toMatchObject({
      status: 'connected',
      hold: 'paused',
    });
    await house.checkLaws();
    await call(resumeProspect, { id, prospectId: person.id });
    await house.runUntil(later(hour));
    expect((await readPeople(house, id))['kim+never']).toMatchObject({ status: 'completed' });
  });

  test('is still waited for after a pause of the person, by hand or until an instant', async () => {
    const id = await house.launch({ nodes: [invite, write], people: ['leo+never', 'mia+never'] });
    await house.runUntil(later(hour));
    const before = await readPeople(house, id);
    const [leo, mia] = [before['leo+never']!, before['mia+never']!];
    await call(pauseProspect, { id, prospectId: leo.id });
    await call(pauseProspect, { id, prospectId: mia.id, until: later(hour).toISOString() });
    await house.runUntil(later(2 * hour));
    await call(resumeProspect, { id, prospectId: leo.id });
    const again = await readPeople(house, id);
    for (const person of [leo, mia])
      expect(Object.values(again).find(({ id: own }) => own === person.id)).toMatchObject({
        hold: 'awaiting_connection',
        hold_until: person.hold_until,
        anchor_at: person.anchor_at,
      });
    await house.checkLaws();
  });

  test('while the campaign is paused counts, and the delay with it', async () => {
    const id = await house.launch({ nodes: [invite, delayHours(1), write], people: ['ned+never'] });
    await house.runUntil(later(hour));
    await call(pauseCampaign, { id });
    await house.tell(id, news('ned+never', { event: 'connected' }));
    await house.runUntil(later(5 * hour));
    expect((await readPeople(house, id))['ned+never']).toMatchObject({ status: 'connected' });
    await call(resumeCampaign, { id });
    await house.runUntil(later(3 * hour));
    expect((await readPeople(house, id))['ned+never']).toMatchObject({ status: 'completed' });
  });

  test('of somebody who was taken out, or has replied, changes nothing', async () => {
    const id = await house.launch({ nodes: [invite, write], people: ['oli+never', 'pia+never'] });
    await house.runUntil(later(hour));
    const { 'oli+never': oli } = await readPeople(house, id);
    await call(cancelProspect, { id, prospectId: oli!.id });
    await house.tell(id, news('pia+never', { text: 'Thank you, no need to connect: call me.' }));
    await house.runUntil(later(minute));
    await house.tell(
      id,
      news('oli+never', { event: 'connected' }),
      news('pia+never', { event: 'connected' }),
    );
    await house.runUntil(later(hour));
    const people = await readPeople(house, id);
    expect(people['oli+never']).toMatchObject({ status: 'cancelled' });
    expect(people['pia+never']).toMatchObject({ status: 'replied' });
    await house.checkLaws();
  });

  test('is too late once the wait has ended; a reply is not', async () => {
    const id = await house.launch({
      nodes: [invite, write],
      people: ['nia+never'],
      settings: { connection_timeout_days: 1 },
    });
    await house.runUntil(later(day + hour));
    await house.tell(id, news('nia+never', { event: 'connected' }));
    await house.runUntil(later(hour));
    expect((await readPeople(house, id))['nia+never']).toMatchObject({ status: 'timed_out' });
    await house.tell(id, news('nia+never', { text: 'Sorry, I was away. Tell me more.' }));
    await house.runUntil(later(hour));
    expect((await readPeople(house, id))['nia+never']).toMatchObject({ status: 'replied' });
    await house.checkLaws();
  });

  test('that is heard of before the invitation is recorded is not lost', async () => {
    const id = await house.launch({
      nodes: [invite, delayHours(24), write],
      people: ['quin+never'],
    });
    provider.send = async (deliver) => {
      const result = await deliver();
      await house.tell(
        id,
        news('a name only the provider knows', { event: 'connected', from: 'ACoAAquin' }),
      );
      await house.hear();
      return { ...result, personKey: 'ACoAAquin' } as typeof result;
    };
    await house.runUntil(later(hour));
    provider.send = undefined;
    await house.runUntil(later(hour));
    expect((await readPeople(house, id))['quin+never']).toMatchObject({
      status: 'connected',
      person_key: 'ACoAAquin',
    });
    await house.checkLaws();
  });

  test.each([
    ['that is', { event: 'connected' }, 'connected'],
    ['and a reply that is', { text: 'Call me.' }, 'replied'],
  ])(
    '%s heard of before the invitation is recorded is not lost on an earlier campaign of the same account',
    async (_what, said, status) => {
      const seat = await house.addSeat();
      const named = (deliver: () => Promise<SendResult>) =>
        deliver().then((result) => ({ ...result, personKey: 'ACoAArita' }) as typeof result);
      provider.send = named;
      const earlier = await house.launch({
        nodes: [invite],
        people: ['rita+never'],
        senders: [seat],
        settings: { connection_timeout_days: 1 },
      });
      await house.runUntil(later(2 * day));
      expect((await readPeople(house, earlier))['rita+never']).toMatchObject({
        status: 'timed_out',
      });
      const id = await house.launch({
        nodes: [invite, delayHours(24), write],
        people: ['rita+never'],
        senders: [seat],
      });
      provider.send = async (deliver) => {
        const result = await named(deliver);
        await house.tell(
          id,
          news('a name only the provider knows', { ...said, from: 'ACoAArita' }),
        );
        await house.hear();
        return result;
      };
      await house.runUntil(later(hour));
      provider.send = undefined;
      await house.runUntil(later(hour));
      expect((await readPeople(house, id))['rita+never']).toMatchObject({ status });
      await house.checkLaws();
    },
  );

  test('that is in the same instant as the end of the wait leaves one of the two', async () => {
    const names = Array.from({ length: 6 }, (_, i) => `race${i}+never`);
    const id = await house.launch({
      nodes: [invite, delayHours(24), write],
      people: names,
      settings: { connection_timeout_days: 1 },
    });
    await house.runUntil(later(day - 2 * hour));
    clock.advanceMs(4 * hour);
    await house.tell(id, ...names.map((name) => news(name, { event: 'connected' })));
    await Promise.all([
      house.hear(),
      house.engine.endHolds().then(() => house.engine.withdraw()),
      house.engine.endHolds(),
    ]);
    await house.runUntil(later(2 * hour));
    for (const { status, hold } of Object.values(await readPeople(house, id))) {
      expect(['connected', 'timed_out']).toContain(status);
      expect(hold).toBeNull();
    }
    await house.checkLaws();
  });
});
