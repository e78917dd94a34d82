import { sql } from 'kysely';
import { minuteMs } from '../../src/domain/time.ts';
import { Engine } from '../../src/engine/engine.ts';
import { Inboxes } from '../../src/engine/inbound/inboxes.ts';
import { syncRules } from '../../src/engine/people/rules.ts';
import type { Operation, Services } from '../../src/operation.ts';
import { createCaller } from '../fixtures/caller.ts';
import { type FreshDatabase, openFreshDatabase } from '../fixtures/database.ts';
import { findBreaches } from '../fixtures/engine.ts';
import { type Chance, chance } from './chance.ts';
import { type Break, breaks, Connections } from './connections.ts';
import { Expectations } from './expectations.ts';
import { LiveLists } from './live-lists.ts';
import { Provider } from './provider.ts';
import { seasons, zones } from './zones.ts';

export type Worker = { id: string; engine: Engine; inboxes: Inboxes };

/**
 * A statement that waits this long waits for a transaction that the simulation itself interrupts.
 */
const lockMs = 100;

/**
 * When recovery looks: soon after an answer that left a doubt, or when all deadlines and every lag
 * are over.
 */
export const looks = ['early', 'late'] as const;
export type Look = (typeof looks)[number];

/** The whole engine on a manual clock and a real database, with a provider in this process. */
export class Simulation {
  readonly test: FreshDatabase;
  readonly services: Services;
  readonly c: Chance;
  readonly expected = new Expectations();
  readonly provider = new Provider();
  readonly lists = new LiveLists();
  readonly connections: Connections;
  readonly workers: Worker[] = [];
  /** Log of the run, to explain a failed seed. */
  readonly history: string[] = [];
  events = 0;
  /** Calls operations that must succeed. */
  readonly caller: ReturnType<typeof createCaller>;

  static async open(seed: string, server: string): Promise<Simulation> {
    const { newId } = chance(`${seed} workspace`);
    const options = { lockMs, connections: 6, twin: true, newId };
    const test = await openFreshDatabase(server, options);
    const simulation = new Simulation(test, seed);
    await simulation.connections.open();
    simulation.expected.zone = simulation.c.one(
      zones.filter((zone) => zone !== 'Australia/Lord_Howe'),
    );
    test.clock.advanceTo(new Date(`${simulation.c.one(seasons)}T09:00:00Z`));
    await sql`update workspaces set time_zone = ${simulation.expected.zone} where id = ${test.workspaceId}`.execute(
      test.db,
    );
    return simulation;
  }

  constructor(test: FreshDatabase, seed: string) {
    this.test = test;
    this.c = chance(seed);
    this.services = {
      ...test.services,
      newId: this.c.newId,
      channels: this.provider.channelsOf('api'),
    };
    this.caller = createCaller(this.services, test);
    this.connections = new Connections(test.pool, test.url);
    this.provider.judge = (acceptance) => this.expected.check(acceptance);
  }

  async close(): Promise<void> {
    await this.connections.close();
    await this.test.drop();
  }

  get now(): number {
    return this.test.clock.now().getTime();
  }

  note(what: string): void {
    this.events += 1;
    this.history.push(`${this.test.clock.now().toISOString()} ${what}`);
  }

  /** Advances the clock by 1 ms, so that an action is later than every claim before it. */
  instant(): number {
    this.test.clock.advanceMs(1);
    return this.now;
  }

  /**
   * Calls an operation. Returns null when it refuses, or when it waits for a lock of the
   * interrupted transaction.
   * @throws any other error, because no caller should see it
   */
  async ask<Operated extends Operation>(operation: Operated, raw: Record<string, unknown>) {
    try {
      return await this.caller.call(operation, raw);
    } catch (error) {
      const { message, code } = error as Error & { code?: string };
      if (code === '55P03' || (/^4\d\d /.test(message) && !message.includes('unrecognized_keys')))
        return null;
      throw error;
    }
  }

  async startWorker(): Promise<Worker> {
    const id = this.c.newId();
    // The simulation decides when a worker dies, however long it takes in wall time.
    await this.connections.run(`insert into workers (id, heartbeat_at) values ($1, 'infinity')`, [
      id,
    ]);
    const services = { ...this.services, channels: this.provider.channelsOf(id) };
    const worker = { id, engine: new Engine(services, id), inboxes: new Inboxes(services, id) };
    this.workers.push(worker);
    return worker;
  }

  /** Ends a worker as a power cut does: it records nothing more, and its lease ends. */
  async cutPower(worker: Worker): Promise<void> {
    worker.engine.abandon();
    this.workers.splice(this.workers.indexOf(worker), 1);
    await this.expireLease(worker);
  }

  /** Ends the lease of a worker, so that others take it for dead. */
  async expireLease({ id }: Worker): Promise<void> {
    await this.connections.run('delete from workers where id = $1', [id]);
  }

  async anyWorker(): Promise<Worker> {
    return this.workers.length > 0 ? this.c.one(this.workers) : this.startWorker();
  }

  /**
   * Lets wall time pass over everything that is reserved: until the first look after a doubtful
   * answer, or until every deadline and every wait for a second look is over.
   */
  async age(look: Look): Promise<void> {
    const ms = look === 'early' ? 40_000 : 10 * minuteMs;
    this.provider.pass(ms);
    const statement = `update messages
      set deadline_at = clock_timestamp() - $1 * interval '1 millisecond', asked_at = null,
        confirm_at = case when confirm_at is not null then $2::timestamptz end
      where workspace_id = $4 and state = 'reserved' and ($3 or deadline_at < clock_timestamp())`;
    const late = look === 'late';
    const { workspaceId } = this.test;
    const values = [ms, late ? '-infinity' : 'infinity', late, workspaceId];
    await this.connections.run(statement, values);
  }

  /**
   * Runs one tick and waits until its results are recorded. A failed step is only noted, because a
   * worker retries it at a later tick.
   */
  async tick(worker: Worker): Promise<number> {
    if (this.lists.rules.size > 0) await this.#tried(() => syncRules(this.services));
    const ended = await this.#tried(() => worker.engine.endHolds());
    // Frees invitations of dead workers, because their lease is measured in wall time.
    await this.connections.run(
      'update messages set asked_at = null where workspace_id = $1 and withdraw_at is not null',
      [this.test.workspaceId],
    );
    const withdrawn = await this.#tried(() => worker.engine.withdraw());
    const planned = await this.#tried(() => worker.engine.tick());
    await worker.engine.settled();
    return ended + withdrawn + planned;
  }

  /** Waits until everything is idle except hanging messages. */
  async still(): Promise<void> {
    await this.connections.idle();
    await this.provider.taken();
    await this.connections.idle();
  }

  /** Recovers messages in doubt, as far as the provider can tell. */
  async recover(worker: Worker, look: Look = this.c.one(looks)): Promise<void> {
    await this.age(look);
    await this.#tried(() => worker.engine.recover());
    await worker.engine.settled();
    await this.#tried(() => worker.engine.completeFinished());
  }

  /** Reads one inbox. */
  async look(senderId: string): Promise<void> {
    const statement = `update inboxes set next_poll_at =
      case when sender_id = $1 then timestamptz '-infinity' else 'infinity' end
      where workspace_id = $2`;
    await this.connections.run(statement, [senderId, this.test.workspaceId]);
    // An inbox belongs to the worker that looked into it last, while that one lives.
    await this.anyWorker();
    for (const worker of this.workers) await this.#tried(() => worker.inboxes.poll());
  }

  /** Breaks a connection somewhere inside an action. */
  async broken<T>(action: () => Promise<T>): Promise<T> {
    const how = this.c.one<Break>(breaks);
    const after = this.c.upTo(this.c.one([6, 15, 45]));
    this.connections.breakAt(after, how);
    try {
      return await action();
    } finally {
      this.note(
        `${how} at statement ${after}: ${this.connections.calm() ? 'happened' : 'was not reached'}`,
      );
    }
  }

  async findBreaches(): Promise<string[]> {
    return [
      ...this.expected.breaches,
      ...this.provider.early,
      ...(await findBreaches(this.test.db, this.test.workspaceId)),
    ];
  }

  async #tried(step: () => Promise<number>): Promise<number> {
    try {
      return await step();
    } catch (error) {
      const { message } = error as Error;
      if (message.includes('of another workspace')) this.expected.breaches.push(message);
      this.note(`a step failed: ${message}`);
      return 0;
    }
  }
}
