import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  countCommentWords,
  findLongComment,
  findTrailingDocs,
  readFunctions,
  root,
} from '../project/source.ts';
import { everything, grep, sources } from './sources.ts';

/** This number of question words in 100 words of comment may only fall. */
const maxQuestionWords = 0.3;

describe('comments', () => {
  it('a comment within code has at most three lines', () => {
    expect(
      everything.filter((source) => findLongComment(source) > 3).map((source) => source.path),
    ).toEqual([]);
  });

  it('comments name things instead of asking for them with question words', () => {
    const counts = everything.map(countCommentWords);
    const words = counts.reduce((sum, count) => sum + count.words, 0);
    const questions = counts.reduce((sum, count) => sum + count.questions, 0);
    expect((100 * questions) / words).toBeLessThanOrEqual(maxQuestionWords);
  });

  it('a doc comment stands before the field that it describes', () => {
    expect(everything.flatMap(findTrailingDocs)).toEqual([]);
  });
});

describe('names', () => {
  it('files and functions have names of the domain', () => {
    const files = everything.map((source) => source.path);
    expect(files.filter((file) => !/^[a-z0-9./-]+$/.test(file))).toEqual([]);
    expect(
      files.filter((file) =>
        /(^|\/)(utils?|helpers?|common|misc)(\/|\.ts$)|\.(service|controller|manager)\.ts$/.test(
          file,
        ),
      ),
    ).toEqual([]);
    const named = sources.flatMap((source) =>
      readFunctions(source).map((found) => `${source.path} ${found.name}`),
    );
    expect(named.filter((name) => / (handle|process|manage)([A-Z]|$)/.test(name))).toEqual([]);
  });

  it('no two exported types below the surfaces share a name', () => {
    const named = sources
      .filter((source) => !source.path.startsWith('src/surfaces/'))
      .flatMap((source) => {
        const found = source.text.matchAll(/^export (?:type|class|interface) (\w+)/gm);
        return [...found].map(([, name]) => ({ name: name!, path: source.path }));
      });
    const twice = [...Map.groupBy(named, ({ name }) => name)].filter(([, all]) => all.length > 1);
    expect(
      twice.map(([name, all]) => `${name}: ${all.map(({ path }) => path).join(', ')}`),
    ).toEqual([]);
  });

  it('no file names a path of a machine or an open task', () => {
    const files = globSync('{*,*/**/*}.{ts,js,md,json,sql,yaml}', {
      cwd: root,
      exclude: ['node_modules/**', 'package-lock.json', 'test/tidy/words.test.ts'],
    });
    expect(files.length).toBeGreaterThan(sources.length);
    const naming = files.filter((file) =>
      /(^|[\s'"`(])\/(work|root|home)\/\w/m.test(readFileSync(path.join(root, file), 'utf8')),
    );
    expect(naming).toEqual([]);
    expect(
      grep(
        everything.filter((file) => file.path !== 'test/tidy/words.test.ts'),
        /\b(TODO|FIXME|XXX)\b/,
      ),
    ).toEqual([]);
  });
});
