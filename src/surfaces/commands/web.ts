import { distFolder, runBuild, stampOf } from '../web/build.ts';

/**
 * Builds the page into `web/dist`, where every server of this copy takes it from: for images, and
 * for disks that a server cannot write to. Returns the exit code.
 */
export async function web(): Promise<number> {
  console.log(`The page is in ${await runBuild(distFolder, stampOf())}`);
  return 0;
}
