import { describe, expect, it } from 'vitest';
import { readImports, readLoadedImports, type Source } from '../project/source.ts';
import { pageSources, sources } from './sources.ts';

/** All circles in a graph, each as `a → b → a`. */
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
    'access',
    'errors/access',
    'idempotency',
    'config',
    'errors',
    'log',
    'ids',
    'input',
    'json-schema',
    'list-pages',
    'vault',
    'data-dir',
    'nearest',
    'refusal',
    'errors/resources',
    'errors/threads',
    'settings',
    'version',
  ];
  const ground = new Set(grounds.map((name) => `src/${name}.ts`));
  // The door lies on the floor of the operations, and the engine uses its types.
  const door = 'src/operation.ts';
  const floorOf = (file: string) => {
    if (ground.has(file)) return 0;
    return file === door ? 4 : (floors[file.split('/')[1] ?? ''] ?? -1);
  };

  /** Tells whether a file may import another one: from its own floor or from a lower one. */
  function mayImport(from: Source, to: string): boolean {
    if (builders.has(from.path) || from.path.startsWith('src/surfaces/commands/')) return true;
    if (from.path === door || to === door) return from.path === door || floorOf(from.path) >= 3;
    const [above, below] = [floorOf(from.path), floorOf(to)];
    if (above === 2 && below === 2) return from.path.split('/')[1] === to.split('/')[1];
    return below >= 0 && below <= above;
  }

  it('an import goes down or stays on its floor', () => {
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

  it('only the commands import main.ts and app.ts', () => {
    const wrong = sources.filter(
      (source) =>
        !/^src\/(main\.ts|surfaces\/commands\/)/.test(source.path) &&
        readImports(source).some((target) => builders.has(target)),
    );
    expect(wrong.map((source) => source.path)).toEqual([]);
  });

  /** `floor/room` of a file, the floor alone for a file at its root, null without rooms. */
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

  it('no files import each other in a circle', () => {
    const imports = new Map(
      sources.map((source) => [source.path, new Set(readLoadedImports(source))]),
    );
    expect(findCircles(imports)).toEqual([]);
  });

  it('the page imports nothing but types from outside web/, and src/ nothing of it', () => {
    const outside = pageSources.flatMap((source) =>
      readLoadedImports(source)
        .filter((target) => !target.startsWith('web/'))
        .map((target) => `${source.path} imports ${target}`),
    );
    expect(pageSources.length).toBeGreaterThan(40);
    expect(outside).toEqual([]);
    const inside = sources.filter((source) =>
      readImports(source).some((target) => target.startsWith('web/')),
    );
    expect(inside.map((source) => source.path)).toEqual([]);
  });
});
