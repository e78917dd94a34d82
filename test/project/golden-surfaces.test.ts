import { mkdir, readFile, writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { expect, it } from 'vitest';
import { operations } from '../../src/operations/index.ts';
import { buildProgram } from '../../src/surfaces/cli-commands.ts';
import { inboxDialect, inboxRoutes } from '../../src/surfaces/inboxapp/index.ts';
import { buildOpenApi } from '../../src/surfaces/openapi/openapi.ts';

// What callers rely on changes on purpose only: `npm run record` writes these files anew, and the
// diff is read.
it.each([
  ['openapi.json', () => `${JSON.stringify(buildOpenApi(operations), null, 2)}\n`],
  [
    'inbox-openapi.json',
    () => `${JSON.stringify(buildOpenApi(inboxRoutes, inboxDialect), null, 2)}\n`,
  ],
  ['cli.txt', () => helpOf(buildProgram(operations, async () => {})).join('\n')],
])('%s is as recorded', async (name, make) => {
  const file = new URL(`../../golden/${name}`, import.meta.url);
  const made = make();
  if (process.env.POSTRIDER_RECORD) {
    await mkdir(new URL('.', file), { recursive: true });
    await writeFile(file, made);
  }
  const recorded = await readFile(file, 'utf8').catch(() => '');
  expect(made.split('\n'), 'npm run record, then read the diff').toEqual(recorded.split('\n'));
});

/** The help of a command and of all below it. */
function helpOf(command: Command, words = 'postrider'): string[] {
  let text = `$ ${words} --help\n`;
  command
    .configureOutput({ writeOut: (part) => (text += part), getOutHelpWidth: () => 120 })
    .outputHelp();
  return [text, ...command.commands.flatMap((child) => helpOf(child, `${words} ${child.name()}`))];
}
