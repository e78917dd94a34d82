/**
 * Answers the arguments of a command that takes none: help is printed, any other word refused.
 * Returns the exit code.
 */
export function refuseArguments(command: string, words: readonly string[], does: string): number {
  const usage = `Usage: postrider ${command}\n${does}`;
  const stray = words.find((word) => word !== '--help' && word !== '-h');
  if (stray === undefined) {
    console.log(usage);
    return 0;
  }
  console.error(`error: "${command}" takes nothing behind it, not ${stray}.\n${usage}`);
  return 2;
}
