import fc from 'fast-check';
import { expect } from 'vitest';
import { hourMs } from '../../../src/domain/time.ts';
import type { SandboxFixture } from '../../fixtures/sandbox.ts';
import { act } from './truth-actions.ts';
import { ask, findContradictions, findDeviations } from './truth-checks.ts';
import type { Channel } from './truth-draw.ts';
import { TruthStage } from './truth-stage.ts';

/** How many draws of each channel; `TRUTH_DRAWS` gives another number of both together. */
const draws = Number(process.env.TRUTH_DRAWS ?? 400) / 2;
/** Draws that share a sandbox, so that one walk moves them all. */
const perStage = 40;
const aheadMs = 48 * hourMs;

/** Asks about every draw, lets the time pass, and compares. */
async function check(stage: TruthStage): Promise<string[]> {
  const before = new Set((await stage.sent()).map(({ id }) => id));
  const until = stage.now + aheadMs;
  const told = await askAll(stage, until);
  await stage.walk(aheadMs);
  const fresh = (await stage.sent()).filter(({ id }) => !before.has(id));
  const wrong = [];
  for (const one of told)
    wrong.push(...findContradictions(one), ...(await findDeviations(stage, one, fresh)));
  return wrong;
}

async function askAll(stage: TruthStage, until: number) {
  const told = [];
  for (const draw of stage.draws) told.push(await ask(stage, draw, until));
  return told;
}

/** Without a worker nobody is promised anything, and nothing comes. */
async function checkUnserved(stage: TruthStage): Promise<string[]> {
  const before = (await stage.sent()).length;
  const told = await stage.withoutWorker((unserved) => askAll(unserved, stage.now));
  const promised = told.flatMap(({ people, campaigns, lanes }) => [
    ...people.filter(({ listed }) => listed.expected_at !== null || listed.because === 'due'),
    ...campaigns.filter(({ expected_at }) => expected_at !== null),
    ...lanes.filter(({ expected_at }) => expected_at !== null),
  ]);
  const silent = told
    .flatMap(({ campaigns }) => campaigns)
    .filter(({ status, binding }) => status === 'active' && binding.code !== 'no_worker');
  const sent = (await stage.sent()).length - before;
  return [...promised, ...silent].map((one) => JSON.stringify(one)).concat(sent ? ['sent'] : []);
}

async function playStage(fixture: SandboxFixture, type: Channel, seed: number): Promise<string[]> {
  const stage = await TruthStage.open(fixture, { seed: `truth ${seed}`, type, size: perStage });
  const { c } = stage;
  await stage.walk(c.upTo(50) * hourMs);
  const undo: (() => Promise<unknown>)[] = [];
  for (const draw of stage.draws) {
    const undoOne = draw.c.happens(0.7) ? await act(stage, draw) : null;
    if (undoOne && draw.c.happens(0.4)) undo.push(undoOne);
  }
  await stage.walk(c.upTo(3) * hourMs);
  for (const one of undo) await one();
  const wrong = c.happens(0.2) ? await checkUnserved(stage) : [];
  return [...wrong, ...(await check(stage))];
}

/** Draws campaigns of a channel, lets them be told, and compares with what happens. */
export async function expectTruth(fixture: SandboxFixture, type: Channel): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.nat(), async (seed) => {
      expect(await playStage(fixture, type, seed)).toEqual([]);
    }),
    { numRuns: Math.ceil(draws / perStage), endOnFailure: true },
  );
}
