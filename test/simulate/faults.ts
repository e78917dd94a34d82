import { type Action, actions, shortActions } from './actions.ts';
import { day, hour, minute } from './chance.ts';
import { countEvents, guardsAreAwake } from './guards.ts';
import type { Fate } from './provider.ts';
import type { Simulation, Worker } from './simulation.ts';
import { nextAt } from './walk.ts';

const calm = () => 'accepted' as const;

/** How the provider is today: what becomes of a share of the hand-overs. */
const outages: readonly (readonly Fate[])[] = [
  [],
  [],
  ['put_off'],
  ['unreachable'],
  ['rate_limited'],
  ['credentials'],
  ['bad_recipient'],
  ['refused'],
  ['lost_accepted', 'lost_refused'],
  ['throws'],
  ['put_off', 'unreachable', 'bad_recipient', 'refused', 'lost_accepted', 'lost_refused'],
];

async function goToWork(house: Simulation): Promise<void> {
  const next = await nextAt(house);
  if (next && next.getTime() - house.now < day) house.test.clock.advanceTo(next);
}

/** A worker reserves, hands over, and hears nothing; some of it went out. */
async function hang(house: Simulation, worker: Worker): Promise<void> {
  const before = house.provider.decide;
  house.provider.decide = () => house.c.one(['hangs_accepted', 'hangs_unsaid']);
  await goToWork(house);
  await worker.engine.tick().catch(() => 0);
  await house.still();
  house.provider.decide = before;
}

/** What machines, networks and providers do. */
export const faults: Record<string, Action> = {
  async weather(house) {
    const { c, provider, expected } = house;
    const bad = c.one(outages);
    const share = c.one([0.2, 0.6]);
    provider.decide = bad.length === 0 ? calm : () => (c.happens(share) ? c.one(bad) : 'accepted');
    const sender = c.one([...expected.senders.keys()]);
    const memory = provider.memory.get(sender);
    if (memory !== 'blind')
      provider.memory.set(sender, memory === 'away' ? 'proof' : c.one(['proof', 'away']));
  },
  /** Addresses that nobody has, while all else goes well. */
  async bounces(house) {
    const { provider } = house;
    const before = provider.decide;
    provider.decide = () => 'bad_recipient';
    await goToWork(house);
    const since = await countEvents(house);
    await house.tick(await house.anyWorker());
    provider.decide = before;
    await guardsAreAwake(house, since);
  },
  /** A power cut after the reservation or after the hand-over. */
  async dies(house) {
    const worker = await house.startWorker();
    await hang(house, worker);
    await house.cutPower(worker);
  },
  /** A power cut amid a tick, a record or a recovery: whatever statement it was, it was the worker's last. */
  async diesAtStatement(house) {
    const worker = await house.startWorker();
    await goToWork(house);
    await house.broken(async () => {
      const recovering = house.c.happens(0.3);
      if (recovering) await house.age(10 * minute);
      await (recovering ? worker.engine.recover() : worker.engine.tick()).catch(() => 0);
      await house.still();
    });
    await house.cutPower(worker);
    await worker.engine.settled();
  },
  /** A worker is taken for dead, others take over, and it goes on. */
  async zombie(house) {
    const worker = await house.startWorker();
    await hang(house, worker);
    await house.expireLease(worker);
    if (house.c.happens(0.7)) await house.recover(await other(house, worker));
    if (house.c.happens(0.5)) await house.tick(await other(house, worker));
    house.provider.letGo(worker.id);
    await worker.engine.settled();
    house.workers.splice(house.workers.indexOf(worker), 1);
  },
  async database(house) {
    await goToWork(house);
    const worker = await house.anyWorker();
    await house.broken(() => house.tick(worker));
  },
  async databaseWhileReading(house) {
    await house.broken(() => house.look(house.c.one([...house.expected.senders.keys()])));
  },
  async databaseWhileRecovering(house) {
    const worker = await house.anyWorker();
    await house.broken(() => house.recover(worker));
  },
  /** Another worker, or a caller, between any two statements of a tick. */
  async between(house) {
    await goToWork(house);
    const worker = await house.anyWorker();
    const second = await other(house, worker);
    const name = house.c.happens(0.5) ? null : house.c.one(Object.keys(shortActions));
    const open = house.provider.shut();
    house.connections.interruptAt(house.c.upTo(house.c.one([8, 20])), () =>
      name ? shortActions[name]!(house) : second.engine.tick(),
    );
    await worker.engine.tick();
    house.note(
      `between: ${name ?? 'a second worker'}, ${house.connections.calm() ? 'happened' : 'was not reached'}`,
    );
    open();
    await worker.engine.settled();
    await second.engine.settled();
  },
  /** Something happens while the next message is in the provider's hands. */
  async amid(house) {
    const name = house.c.one(Object.keys(actions));
    house.provider.during = async () => {
      await house.connections.idle();
      house.note(`amid a hand-over: ${name}`);
      await actions[name]!(house);
    };
  },
  /** Two workers hand over side by side. */
  async batchSize(house) {
    await goToWork(house);
    const worker = await house.anyWorker();
    const second = await other(house, worker);
    const open = house.provider.shut();
    await worker.engine.tick();
    house.test.clock.advanceMs(house.c.upTo(10 * minute));
    await second.engine.tick();
    open();
    await worker.engine.settled();
    await second.engine.settled();
  },
  /** Nobody works for a while. */
  async outage(house) {
    house.test.clock.advanceMs(house.c.one([hour, 12 * hour, 2 * day, 4 * day]));
  },
};

async function other(house: Simulation, worker: Worker): Promise<Worker> {
  return house.workers.find((one) => one !== worker) ?? house.startWorker();
}
