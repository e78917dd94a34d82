import { readSources, type Source } from '../project/source.ts';

/** Source files. Generated files are left out, because they follow their generator. */
export const sources = readSources('src').filter(
  (source) => !isTest(source) && !source.path.endsWith('.gen.ts'),
);
const web = readSources('web').filter(({ path }) => !/^web\/dist\/|\.gen\.d\.ts$/.test(path));
/** Source files of the page for browsers. */
export const pageSources = web.filter((source) => !isTest(source));
export const tests = [
  ...readSources('src').filter(isTest),
  ...readSources('test'),
  ...web.filter(isTest),
];
export const everything = [...sources, ...pageSources, ...tests, ...readSources('bench')];

export function isTest(source: Source): boolean {
  return /\.(test|suite)\.ts$/.test(source.path);
}

/** The lines of code that match, as `path:line text`. */
export function grep(files: Source[], pattern: RegExp): string[] {
  return files.flatMap((file) =>
    file.lines.flatMap((line, at) =>
      pattern.test(line) && !/^\s*(\/\/|\/?\*)/.test(line)
        ? [`${file.path}:${at + 1} ${line.trim()}`]
        : [],
    ),
  );
}
