import { symlink } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const here = fileURLToPath(new URL('../../../', import.meta.url));
const usage = `Usage: postrider alias puffle [--into <folder>]
Makes the command "puffle", which is postrider, for scripts that were written for Puffle's command \
line. Without --into it is for npx in this folder: npx puffle.`;

/** Links another name to the command line. Returns the exit code. */
export async function alias(argv: readonly string[]): Promise<number> {
  const into = readFolder(argv);
  if (into === null) {
    console.error(usage);
    return 2;
  }
  const link = path.join(into, 'puffle');
  try {
    await symlink(path.join(here, 'bin/postrider.js'), link);
  } catch (error) {
    console.error(`error: ${(error as Error).message}`);
    return 1;
  }
  console.log(link);
  return 0;
}

/** The folder to put the link into; null when the arguments are wrong. */
function readFolder(argv: readonly string[]): string | null {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      options: { into: { type: 'string', default: path.join(here, 'node_modules/.bin') } },
      allowPositionals: true,
    });
    return positionals.join() === 'puffle' ? path.resolve(values.into) : null;
  } catch {
    return null;
  }
}
