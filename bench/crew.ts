import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Ask } from './child/claimant.ts';
import type { House } from './harness.ts';

type Said = { said?: string; done?: number };

/** Worker processes on a house's database that all do what they are asked at once. */
export class Crew {
  readonly #children: ChildProcess[];

  private constructor(children: ChildProcess[]) {
    this.#children = children;
  }

  static async start(house: House, count: number): Promise<Crew> {
    const script = path.join(import.meta.dirname, 'child/claimant.ts');
    const children = Array.from({ length: count }, () => fork(script, [house.parts.config.dataDir]));
    await Promise.all(children.map((child) => once(child, 'message')));
    return new Crew(children);
  }

  /** Resolves when every process has answered. */
  async ask(asked: Ask): Promise<void> {
    await Promise.all(
      this.#children.map(
        (child) =>
          new Promise<void>((resolve, reject) => {
            const onMessage = ({ said }: Said) => {
              if (said === undefined) return;
              child.off('message', onMessage);
              resolve();
            };
            child.on('message', onMessage);
            child.removeAllListeners('exit');
            child.once('exit', (code) => reject(new Error(`A worker process ended with ${code}.`)));
            child.send(asked);
          }),
      ),
    );
  }

  /** Resolves when the processes together have done so many jobs. */
  async count(jobs: number): Promise<void> {
    const done = new Map<ChildProcess, number>();
    await new Promise<void>((resolve) => {
      for (const child of this.#children) {
        child.on('message', (message: Said) => {
          if (message.done !== undefined) done.set(child, message.done);
          if (done.values().reduce((a, b) => a + b, 0) >= jobs) resolve();
        });
      }
    });
    for (const child of this.#children) child.removeAllListeners('message');
  }

  async close(): Promise<void> {
    for (const child of this.#children) child.removeAllListeners('exit');
    await Promise.all(
      this.#children.map(async (child) => {
        if (child.exitCode !== null) return;
        const gone = once(child, 'exit');
        child.kill();
        await gone;
      }),
    );
  }
}
