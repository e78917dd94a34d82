import { existsSync, globSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { becauses } from '../../src/domain/sending/constraint.ts';
import { holds } from '../../src/domain/sending/hold.ts';
import { operations } from '../../src/operations/index.ts';
import { withKnownWords } from '../../src/surfaces/cli/aliases.ts';
import { buildProgram } from '../../src/surfaces/cli-commands.ts';
import { splitWords } from '../fixtures/api.ts';
import {
  commandsOf,
  proseOf,
  readDocument,
  readDocuments,
  root,
  settingRows,
  tables,
  withTables,
} from './documents.ts';

const documents = readDocuments();

describe('the documents', () => {
  it.each([
    ['README.md', 120],
    ['ARCHITECTURE.md', 150],
    ['AGENTS.md', 60],
  ])('%s has at most %i lines', (file, max) => {
    expect(readDocument(file).text.split('\n').length - 1).toBeLessThanOrEqual(max);
  });

  it('link only to files that exist', () => {
    const links = documents.flatMap(({ file, text }) =>
      [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)[^)]*\)/g)].map(([, to = '']) =>
        path.join(path.dirname(file), to),
      ),
    );
    expect(links.length).toBeGreaterThan(10);
    expect(links.filter((to) => !existsSync(path.join(root, to)))).toEqual([]);
  });

  it('name only files of the repository that exist', () => {
    const folders = 'bench|bin|docs|examples|golden|migrations|src|test';
    const named = documents.flatMap(({ file, text }) =>
      [...text.matchAll(new RegExp(`\`((?:${folders})/[\\w./-]+)\``, 'g'))].map(
        ([, name = '']) => ({ file, name }),
      ),
    );
    expect(named.length).toBeGreaterThan(50);
    expect(named.filter(({ name }) => !existsSync(path.join(root, name)))).toEqual([]);
  });

  it('show every folder and root file of the source in ARCHITECTURE.md, and no other', () => {
    const { text, blocks } = readDocument('ARCHITECTURE.md');
    const rooms = [...text.matchAll(/^\| `(\w+\/)` \|/gm)].map(([, room]) => room!);
    const words: string[] = [
      ...(blocks
        .find(({ code }) => code.startsWith('main.ts'))!
        .code.match(/[a-z][\w-]*(?:\/|\.ts)(?![\w/])/g) ?? []),
      ...rooms,
    ];
    const isRoom = (file: string) => !/^operations\//.test(file) && !file.endsWith('.test.ts');
    const there = globSync(['*.ts', '*/', '*/*/'], { cwd: path.join(root, 'src') })
      .map((file) => file.replace(/\/$/, ''))
      .filter(isRoom);
    const names = there.map((file) => (file.endsWith('.ts') ? file : `${path.basename(file)}/`));
    expect(names.filter((name) => !words.includes(name))).toEqual([]);
    expect(words.filter((word) => !names.includes(word))).toEqual([]);
  });

  it('name only routes that exist', () => {
    const routes = new Set(operations.map(({ route }) => route.replaceAll(/\{\w+\}/g, '{}')));
    const named = documents.flatMap(({ text }) =>
      [...text.matchAll(/\b(?:GET|POST|PUT|PATCH|DELETE) \/api\/[\w/{}-]+/g)].map(([route]) =>
        route.replaceAll(/\{\w+\}/g, '{}'),
      ),
    );
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((route) => !routes.has(route))).toEqual([]);
  });
});

it('the glossary has every reason of a wait and every hold', () => {
  const glossary = readDocument('GLOSSARY.md').text;
  const words = new Set<string>([...becauses, ...holds]);
  expect([...words].filter((word) => !glossary.includes(`\`${word}\``))).toEqual([]);
});

describe('tables', () => {
  it.each(Object.keys(tables))('of %s are as the source has them', (name) => {
    const holders = documents.filter(({ text }) => text.includes(`<!-- ${name}:`));
    expect(holders.map(({ file }) => file)).toHaveLength(1);
    for (const { file, text } of holders) {
      if (process.env.POSTRIDER_RECORD) writeFileSync(path.join(root, file), withTables(text));
      expect(readDocument(file).text, 'npm run record, then read the diff').toBe(withTables(text));
    }
  });

  it('the settings in the README are real, with their defaults and meaning', () => {
    const known = settingRows().map(
      ([name, fallback, , meaning]) =>
        `| ${name} | ${fallback}${fallback ? ' ' : ''}| ${meaning} |`,
    );
    const shown = readDocument('README.md').text.match(/^\| `[A-Z_]+`.*$/gm) ?? [];
    expect(shown.length).toBeGreaterThan(0);
    for (const row of shown) expect(known).toContain(row);
  });
});

describe('command lines', () => {
  const local = new RegExp(
    '^(start|demo|migrate|web|--help|' +
      '(alias puffle|keys create|backup|restore|release|link(?! \\w))( .*)?)$',
  );
  const shown = documents.flatMap(({ file, blocks }) =>
    blocks.flatMap(({ code }) => commandsOf(code).map((line) => [file, line] as const)),
  );

  it('stand in the documents', () => expect(shown.length).toBeGreaterThan(15));

  it.each(shown.filter(([, line]) => !local.test(line)))(
    'in %s are understood: postrider %s',
    async (_file, line) => {
      let understood = '';
      const program = buildProgram(operations, async ({ operation }) => {
        understood = operation.name;
      });
      const throwOnExit = (command: Command): void => {
        command.exitOverride().configureOutput({ writeErr: () => {}, writeOut: () => {} });
        command.commands.forEach(throwOnExit);
      };
      throwOnExit(program);
      await program.parseAsync(withKnownWords(splitWords(line), operations), { from: 'user' });
      expect(understood).not.toBe('');
    },
  );

  it('in the text name commands that exist', () => {
    const words = new Set(operations.map(({ cli }) => cli));
    const named = documents.flatMap((document) =>
      [
        ...proseOf(document).matchAll(
          /`(?:npx )?postrider ([a-z][a-z -]*?)(?: --[^`]*| […<][^`]*)?`/g,
        ),
      ].map(([, name = '']) => name),
    );
    const own =
      /^(start|demo|migrate|web|alias puffle|keys create|link|backup|restore|release|command)$/;
    expect(named.filter((name) => !words.has(name) && !own.test(name))).toEqual([]);
  });
});
