import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runBuild, stampOf } from '../../src/surfaces/web/build.ts';

/** The folder of the page as these sources build it; made once, by the first that asks. */
export async function builtPage(): Promise<string> {
  const stamp = stampOf();
  const folder = path.join(tmpdir(), `postrider-test-web-${stamp}`);
  if (!existsSync(path.join(folder, 'stamp'))) await runBuild(folder, stamp);
  return folder;
}
