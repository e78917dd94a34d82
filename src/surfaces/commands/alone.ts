/**
 * The arguments behind a command that takes none: help is printed, anything else refused. Returns
 * the exit code.
 */
export function standAlone(command: string, words: readonly string[], does: string): number {
  const usage = `Usage: postrider ${command}\n${does}`;
  const asked = words.every((word) => word === '--help' || word === '-h');
  if (asked) console.log(usage);
  else
    console.error(
      `error: "${command}" takes nothing behind it, not ${words.find((word) => !/^(--help|-h)$/.test(word))}.\n${usage}`,
    );
  return asked ? 0 : 2;
}
