import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createParts } from '../src/app.ts';
import { readConfig } from '../src/config.ts';
import type { Parts } from '../src/operation.ts';

/** What a bench prints as its last line. `ratio` is always the higher the better. */
export type Figure = { bench: string; ours: number; reference: number; unit: string; ratio: number };

/** Parts on a fresh embedded database with the settings of a real one, in a temporary folder. */
export type House = { parts: Parts; workspaceId: string; memberId: string; close: () => Promise<void> };

export async function openHouse(env: Record<string, string> = {}): Promise<House> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'postrider-bench-'));
  const config = readConfig({ POSTRIDER_DATA_DIR: dataDir, POSTRIDER_LOG_LEVEL: 'error', ...env });
  const { parts, first, close } = await createParts(config, () => {});
  return {
    parts,
    workspaceId: first.workspaceId,
    memberId: first.memberId,
    close: async () => {
      await close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The number below which a share of them lies. */
export function percentile(numbers: readonly number[], share: number): number {
  return numbers.toSorted((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor(numbers.length * share))]!;
}

export async function seconds(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return (performance.now() - from) / 1000;
}

/** Runs both sides in turn, `rounds` times after one to warm up, and gives the medians. Each returns its figure. */
export async function interleave(rounds: number, ours: (round: number) => Promise<number>, reference: (round: number) => Promise<number>) {
  const figures: { ours: number; reference: number }[] = [];
  for (let round = -1; round < rounds; round++) {
    const pair = round % 2 ? { ours: await ours(round), reference: await reference(round) } : await reversed(round, ours, reference);
    if (round >= 0) figures.push(pair);
    process.stderr.write(
      `round ${round < 0 ? 'warm-up' : round + 1}: ours ${pair.ours.toPrecision(4)}, reference ${pair.reference.toPrecision(4)}\n`,
    );
  }
  return { ours: median(figures.map((f) => f.ours)), reference: median(figures.map((f) => f.reference)) };
}

type Side = (round: number) => Promise<number>;

async function reversed(round: number, ours: Side, reference: Side) {
  const second = await reference(round);
  return { ours: await ours(round), reference: second };
}

/** The figure of a rate (more is better). */
export function rate(bench: string, unit: string, pair: { ours: number; reference: number }): Figure {
  return { bench, ...rounded(pair), unit, ratio: round(pair.ours / pair.reference) };
}

/** The figure of a cost (less is better). */
export function cost(bench: string, unit: string, pair: { ours: number; reference: number }): Figure {
  return { bench, ...rounded(pair), unit, ratio: round(pair.reference / pair.ours) };
}

const round = (n: number) => Number(n.toPrecision(3));
const rounded = ({ ours, reference }: { ours: number; reference: number }) => ({
  ours: Number(ours.toPrecision(4)),
  reference: Number(reference.toPrecision(4)),
});
