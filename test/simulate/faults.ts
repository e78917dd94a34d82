import { dayMs, hourMs, minuteMs } from '../../src/domain/time.ts';
import { type Action, actions, shortActions } from './actions.ts';
import { countEvents, guardsAreAwake } from './guards.ts';
import type { Fate } from './provider.ts';
import { looks, type Simulation, type Worker } from './simulation.ts';
import { nextAt } from './walk.ts';

const calm = () => 'accepted' as const;

/** Moods of the provider: the fates that a share of the hand-overs draws from. */
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
  ['throws', 'throws_accepted'],
  ['error_accepted', 'error_refused'],
  ['put_off', 'unreachable', 'bad_recipient', 'refused', 'lost_accepted', 'error_accepted'],
];

const doubtful: readonly Fate[] = [
  'lost_accepted',
  'lost_refused',
  'error_accepted',
  'error_refused',
  'throws',
  'throws_accepted',
];
const lagsMs = [0, 1_000, minuteMs, 2 * minuteMs] as const;

async function goToWork(simulation: Simulation): Promise<void> {
  const next = await nextAt(simulation);
  if (next && next.getTime() - simulation.now < dayMs) simulation.test.clock.advanceTo(next);
}

/** A worker reserves, hands over, and hears nothing; some of the messages went out. */
async function hang(simulation: Simulation, worker: Worker): Promise<void> {
  const before = simulation.provider.decide;
  simulation.provider.decide = () => simulation.c.one(['hangs_accepted', 'hangs_unsaid']);
  await goToWork(simulation);
  await worker.engine.tick().catch(() => 0);
  await simulation.still();
  simulation.provider.decide = before;
}

/** Faults of machines, networks and providers. */
export const faults: Record<string, Action> = {
  async weather(simulation) {
    const { c, provider, expected } = simulation;
    const bad = c.one(outages);
    const share = c.one([0.2, 0.6]);
    provider.decide = bad.length === 0 ? calm : () => (c.happens(share) ? c.one(bad) : 'accepted');
    provider.lagMs = c.one(lagsMs);
    const sender = c.one([...expected.senders.keys()]);
    const memory = provider.memory.get(sender);
    if (memory !== 'blind')
      provider.memory.set(sender, memory === 'away' ? 'proof' : c.one(['proof', 'away']));
  },
  /** Every address in the next tick is unknown to its server; all else works. */
  async bounces(simulation) {
    const { provider } = simulation;
    const before = provider.decide;
    provider.decide = () => 'bad_recipient';
    await goToWork(simulation);
    const since = await countEvents(simulation);
    await simulation.tick(await simulation.anyWorker());
    provider.decide = before;
    await guardsAreAwake(simulation, since);
  },
  /** Every message of the next tick is in doubt, and is looked for while the lists still lag. */
  async doubts(simulation) {
    const { c, provider } = simulation;
    const before = provider.decide;
    provider.decide = () => c.one(doubtful);
    provider.lagMs = c.one(lagsMs);
    await goToWork(simulation);
    await simulation.tick(await simulation.anyWorker());
    provider.decide = before;
    await simulation.recover(await simulation.anyWorker(), 'early');
    await simulation.tick(await simulation.anyWorker());
  },
  /** A power cut after the reservation or after the hand-over. */
  async dies(simulation) {
    const worker = await simulation.startWorker();
    await hang(simulation, worker);
    await simulation.cutPower(worker);
  },
  /**
   * A power cut in the middle of a tick, a record or a recovery: the statement is the worker's
   * last.
   */
  async diesAtStatement(simulation) {
    const worker = await simulation.startWorker();
    await goToWork(simulation);
    await simulation.broken(async () => {
      const recovering = simulation.c.happens(0.3);
      if (recovering) await simulation.age(simulation.c.one(looks));
      await (recovering ? worker.engine.recover() : worker.engine.tick()).catch(() => 0);
      await simulation.still();
    });
    await simulation.cutPower(worker);
    await worker.engine.settled();
  },
  /** A worker is taken for dead, others take over, and it goes on. */
  async zombie(simulation) {
    const worker = await simulation.startWorker();
    await hang(simulation, worker);
    await simulation.expireLease(worker);
    if (simulation.c.happens(0.7)) await simulation.recover(await other(simulation, worker));
    if (simulation.c.happens(0.5)) await simulation.tick(await other(simulation, worker));
    simulation.provider.letGo(worker.id);
    await worker.engine.settled();
    simulation.workers.splice(simulation.workers.indexOf(worker), 1);
  },
  async database(simulation) {
    await goToWork(simulation);
    const worker = await simulation.anyWorker();
    await simulation.broken(() => simulation.tick(worker));
  },
  async databaseWhileReading(simulation) {
    await simulation.broken(() =>
      simulation.look(simulation.c.one([...simulation.expected.senders.keys()])),
    );
  },
  async databaseWhileRecovering(simulation) {
    const worker = await simulation.anyWorker();
    await simulation.broken(() => simulation.recover(worker));
  },
  /** Another worker, or a caller, between any two statements of a tick. */
  async between(simulation) {
    await goToWork(simulation);
    const worker = await simulation.anyWorker();
    const second = await other(simulation, worker);
    const name = simulation.c.happens(0.5) ? null : simulation.c.one(Object.keys(shortActions));
    const open = simulation.provider.shut();
    simulation.connections.interruptAt(simulation.c.upTo(simulation.c.one([8, 20])), () =>
      name ? shortActions[name]!(simulation) : second.engine.tick(),
    );
    await worker.engine.tick();
    const outcome = simulation.connections.calm() ? 'happened' : 'was not reached';
    simulation.note(`between: ${name ?? 'a second worker'}, ${outcome}`);
    open();
    await worker.engine.settled();
    await second.engine.settled();
  },
  /** Something happens while the next message is in the provider's hands. */
  async amid(simulation) {
    const name = simulation.c.one(Object.keys(actions));
    simulation.provider.during = async () => {
      await simulation.connections.idle();
      simulation.note(`amid a hand-over: ${name}`);
      await actions[name]!(simulation);
    };
  },
  /** Two workers hand over side by side. */
  async sideBySide(simulation) {
    await goToWork(simulation);
    const worker = await simulation.anyWorker();
    const second = await other(simulation, worker);
    const open = simulation.provider.shut();
    await worker.engine.tick();
    simulation.test.clock.advanceMs(simulation.c.upTo(10 * minuteMs));
    await second.engine.tick();
    open();
    await worker.engine.settled();
    await second.engine.settled();
  },
  /** No worker runs for a while. */
  async outage(simulation) {
    simulation.test.clock.advanceMs(simulation.c.one([hourMs, 12 * hourMs, 2 * dayMs, 4 * dayMs]));
  },
};

async function other(simulation: Simulation, worker: Worker): Promise<Worker> {
  return simulation.workers.find((one) => one !== worker) ?? simulation.startWorker();
}
