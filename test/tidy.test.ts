import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  countCommentWords,
  findLongComment,
  findTrailingDocs,
  findWideLines,
  readFunctions,
  readImports,
  readLoadedImports,
  readSources,
  root,
  type Source,
} from './project/source.ts';

// Generated files follow their generator.
const sources = readSources('src').filter(
  (source) => !isTest(source) && !source.path.endsWith('.gen.ts'),
);
const tests = [...readSources('src').filter(isTest), ...readSources('test')];
const everything = [...sources, ...tests, ...readSources('bench')];

/** Exceptions: these lists may only shrink. */
const longFunctions: string[] = [];
const longFiles: string[] = [
  'test/stories/campaigns/campaign-lifecycle.test.ts',
  'test/stories/campaigns/rehearsal.test.ts',
  'test/stories/people/lists.test.ts',
  'test/stories/people/live-lists.test.ts',
  'test/stories/server/senders.test.ts',
  'test/stories/server/tenants-named.test.ts',
  'test/tidy.test.ts',
];
/** Here the database's own clock tells which process is alive and which deadline has passed. */
const sqlNow: string[] = [
  'src/db/forecast/clocks.ts',
  'src/db/inbound/inboxes.ts',
  'src/db/inbound/withdrawals.ts',
  'src/db/sending/lanes.ts',
  'src/db/sending/ledger.ts',
  'src/db/sending/reserve.ts',
  'src/db/workers.ts',
];

/** Lines over 100 columns, and question words in 100 words of comment: both may only fall. */
const maxWideLines = 174;
const maxQuestionWords = 0.3;

/** Test lines per source line: raise it when it holds with room to spare. */
const testShare = 0.55;

function isTest(source: Source): boolean {
  return /\.(test|suite)\.ts$/.test(source.path);
}

/** Which lines of code match, as `path:line text`. */
function grep(files: Source[], pattern: RegExp): string[] {
  return files.flatMap((file) =>
    file.lines.flatMap((line, at) =>
      pattern.test(line) && !/^\s*(\/\/|\/?\*)/.test(line)
        ? [`${file.path}:${at + 1} ${line.trim()}`]
        : [],
    ),
  );
}

const lineCount = (files: Source[]) => files.reduce((sum, file) => sum + file.lines.length, 0);
const median = (numbers: number[]) =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;

/** Every circle in a graph, as `a → b → a`. */
function findCircles(graph: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const circles: string[] = [];
  const done = new Set<string>();
  const walk = (node: string, trail: string[]) => {
    if (trail.includes(node)) circles.push([...trail.slice(trail.indexOf(node)), node].join(' → '));
    if (trail.includes(node) || done.has(node)) return;
    for (const next of graph.get(node) ?? []) walk(next, [...trail, node]);
    done.add(node);
  };
  for (const node of graph.keys()) walk(node, []);
  return circles;
}

describe('floors', () => {
  const builders = new Set(['src/main.ts', 'src/app.ts']);
  const floors: Record<string, number> = {
    domain: 1,
    db: 2,
    channels: 2,
    engine: 3,
    operations: 4,
    surfaces: 5,
  };
  const grounds = [
    'config',
    'errors',
    'log',
    'ids',
    'vault',
    'data-dir',
    'nearest',
    'refusal',
    'resource-errors',
  ];
  const ground = new Set(grounds.map((name) => `src/${name}.ts`));
  // The door lies on the floor of the operations; its types (Services, Context) are known to
  // the engine.
  const door = 'src/operation.ts';
  const floorOf = (file: string) => {
    if (ground.has(file)) return 0;
    return file === door ? 4 : (floors[file.split('/')[1] ?? ''] ?? -1);
  };

  /**
   * Whether a file may import another; types of the ground and of the process's parts are known
   * everywhere above the domain.
   */
  function mayImport(from: Source, to: string): boolean {
    if (builders.has(from.path) || from.path.startsWith('src/surfaces/commands/')) return true;
    if (from.path === door || to === door) return from.path === door || floorOf(from.path) >= 3;
    const [above, below] = [floorOf(from.path), floorOf(to)];
    if (above === 2 && below === 2) return from.path.split('/')[1] === to.split('/')[1];
    return below >= 0 && below <= above;
  }

  it('imports go down only', () => {
    const wrong = sources.flatMap((source) => {
      return readImports(source)
        .filter((target) => !mayImport(source, target))
        .map((target) => `${source.path} imports ${target}`);
    });
    expect(wrong).toEqual([]);
  });

  it('every file stands on a floor', () => {
    const stray = sources.filter(
      (source) => !builders.has(source.path) && floorOf(source.path) < 0,
    );
    expect(stray.map((source) => source.path)).toEqual([]);
  });

  it('nothing imports the builders but the commands', () => {
    const wrong = sources.filter(
      (source) =>
        !/^src\/(main\.ts|surfaces\/commands\/)/.test(source.path) &&
        readImports(source).some((target) => builders.has(target)),
    );
    expect(wrong.map((source) => source.path)).toEqual([]);
  });

  /**
   * `floor/room` of a file; the floor alone for a file at its root; null for files on no floor of
   * rooms.
   */
  function roomOf(file: string): string | null {
    const [, floor, room, below] = file.split('/');
    if (!['domain', 'db', 'engine'].includes(floor!)) return null;
    return below === undefined ? floor! : `${floor}/${room}`;
  }

  it('rooms of a floor do not import each other in circles', () => {
    const edges = new Map<string, Set<string>>();
    for (const source of sources) {
      const from = roomOf(source.path);
      for (const to of from?.includes('/') ? readImports(source).map(roomOf) : []) {
        if (to && to !== from && to.split('/')[0] === from!.split('/')[0]) {
          edges.set(from!, (edges.get(from!) ?? new Set()).add(to));
        }
      }
    }
    expect(edges.size).toBeGreaterThan(15);
    expect(findCircles(edges)).toEqual([]);
  });

  it('a file at the root of a floor that imports rooms is imported by none of them', () => {
    const atRoot = sources.filter(
      (source) => roomOf(source.path) && !roomOf(source.path)!.includes('/'),
    );
    const composers = new Set(
      atRoot
        .filter((source) =>
          readImports(source).some((target) =>
            roomOf(target)?.startsWith(`${roomOf(source.path)}/`),
          ),
        )
        .map((source) => source.path),
    );
    const wrong = sources.flatMap((source) => {
      const used = readImports(source).filter((target) => composers.has(target));
      return roomOf(source.path)?.includes('/')
        ? used.map((target) => `${source.path} imports ${target}`)
        : [];
    });
    expect(wrong).toEqual([]);
  });

  it('there are no circles', () => {
    const imports = new Map(
      sources.map((source) => [source.path, new Set(readLoadedImports(source))]),
    );
    expect(findCircles(imports)).toEqual([]);
  });
});

describe('house numbers', () => {
  it('a file has at most 300 lines', () => {
    const long = everything
      .filter((source) => source.lines.length > 300)
      .map((source) => source.path);
    expect(long.toSorted()).toEqual(longFiles.toSorted());
  });

  it('the median source file has at most 80 lines', () => {
    expect(median(sources.map((source) => source.lines.length))).toBeLessThanOrEqual(80);
  });

  it('a function has at most 70 lines and 4 parameters', () => {
    const wrong = sources.flatMap((source) => {
      const long = readFunctions(source).filter(
        (found) => found.lines > 70 || found.parameters > 4,
      );
      return long.map((found) => `${source.path} ${found.name}`);
    });
    expect(wrong).toEqual(longFunctions);
  });

  it('a folder has at most 20 files and as many tests, three deep at most', () => {
    const folderOf = (source: Source) => path.posix.dirname(source.path);
    const counts = Map.groupBy(sources, folderOf);
    const [ofTests, ofCode] = [
      everything.filter(isTest),
      everything.filter((source) => !isTest(source)),
    ];
    const full = [...Map.groupBy(ofTests, folderOf), ...Map.groupBy(ofCode, folderOf)].filter(
      ([, files]) => files.length > 20,
    );
    expect(full.map(([folder]) => folder)).toEqual([]);
    const deep = [...counts.keys()].filter((folder) => folder.split('/').length > 4);
    expect(deep).toEqual([]);
  });

  it('comments say why in three lines at most', () => {
    expect(
      everything.filter((source) => findLongComment(source) > 3).map((source) => source.path),
    ).toEqual([]);
  });

  it('lines have at most 100 columns, but for SQL and addresses', () => {
    const wide = everything.flatMap(findWideLines);
    expect(wide.length, wide.slice(0, 40).join('\n')).toBeLessThanOrEqual(maxWideLines);
  });

  it('comments name things instead of circling them with question words', () => {
    const counts = everything.map(countCommentWords);
    const words = counts.reduce((sum, count) => sum + count.words, 0);
    const questions = counts.reduce((sum, count) => sum + count.questions, 0);
    expect((100 * questions) / words).toBeLessThanOrEqual(maxQuestionWords);
  });

  it('doc comments stand before the field they describe', () => {
    expect(everything.flatMap(findTrailingDocs)).toEqual([]);
  });

  it('there is enough test for the source', () => {
    expect(lineCount(tests) / lineCount(sources)).toBeGreaterThanOrEqual(testShare);
  });
});

describe('habits', () => {
  it('types are not talked away', () => {
    const loose = /:\s*any\b|<any[>,]|\bas any\b|\bas unknown as\b|any\[\]/;
    expect(
      grep(
        everything.filter((file) => file.path !== 'test/tidy.test.ts'),
        loose,
      ),
    ).toEqual([]);
    const silenced = /@ts-(ignore|expect-error|nocheck)|biome-ignore|oxlint-disable|eslint-disable/;
    expect(
      grep(
        everything.filter((file) => file.path !== 'test/tidy.test.ts'),
        silenced,
      ),
    ).toEqual([]);
  });

  it('only config reads the environment; main hands it over', () => {
    expect(
      grep(
        sources.filter((file) => !/^src\/(config|main)\.ts$/.test(file.path)),
        /process\.env/,
      ),
    ).toEqual([]);
  });

  it('time and chance are arguments', () => {
    const domain = sources.filter((file) => file.path.startsWith('src/domain/'));
    expect(
      grep(
        domain,
        /Date\.now\(|new Date\(\)|Math\.random|Temporal\.Now|performance\.now|from 'node:(fs|net|http|crypto)/,
      ),
    ).toEqual([]);
    const deciders = sources.filter(
      (file) =>
        /^src\/(engine|operations|db|channels)\//.test(file.path) &&
        file.path !== 'src/engine/clock.ts',
    );
    expect(grep(deciders, /Date\.now\(|new Date\(\)|Math\.random|Temporal\.Now/)).toEqual([]);
  });

  it('SQL asks the clock only where the process itself is meant', () => {
    const asking = grep(
      sources.filter((file) => file.path.startsWith('src/db/')),
      /(?<![.\w])now\(\)|clock_timestamp\(\)|current_timestamp|statement_timestamp\(\)/i,
    );
    const files = [...new Set(asking.map((line) => line.split(':')[0]!))];
    expect(files.filter((file) => !sqlNow.includes(file))).toEqual([]);
  });

  it('prospects are written in db/sending alone, and their counts by one statement', () => {
    const outside = sources.filter((file) => !file.path.startsWith('src/db/sending/'));
    const writes =
      /(update|insert into|delete from) prospects\b|(update|insertInto|deleteFrom)\w*\('prospects'/i;
    expect(grep(outside, writes)).toEqual([]);
    const counting = grep(sources, /(update|insert into) counters\b/i);
    expect(counting.map((line) => line.split(':')[0])).toEqual(['src/db/counters.ts']);
  });

  it('names are the field’s', () => {
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

  it('no type below the surfaces is exported under a name that another one has', () => {
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

  it('no test is left out', () => {
    expect(grep(tests, /\b(it|test|describe)\.(skip|only|todo)\b/)).toEqual([]);
    expect(
      tests
        .filter(
          (file) =>
            file.path.endsWith('.test.ts') &&
            !/\bexpect(Golden|TypeOf|\w*)?\(|assert/.test(file.text),
        )
        .map((file) => file.path),
    ).toEqual([]);
  });

  it('nothing names the machine it was written on', () => {
    const ours = globSync('{*,*/**/*}.{ts,js,md,json,sql,yaml}', {
      cwd: root,
      exclude: ['node_modules/**', 'package-lock.json', 'test/tidy.test.ts'],
    });
    expect(ours.length).toBeGreaterThan(sources.length);
    const naming = ours.filter((file) =>
      /(^|[\s'"`(])\/(work|root|home)\/\w/m.test(readFileSync(path.join(root, file), 'utf8')),
    );
    expect(naming).toEqual([]);
    expect(
      grep(
        everything.filter((file) => file.path !== 'test/tidy.test.ts'),
        /\b(TODO|FIXME|XXX)\b/,
      ),
    ).toEqual([]);
  });
});
