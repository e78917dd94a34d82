/**
 * The file name behind a command that takes just that; an exit code when the command line is
 * answered already: help is printed, anything else refused.
 */
export function readFileName(
  command: string,
  argv: readonly string[],
  does: string,
): string | number {
  const usage = `Usage: postrider ${command} <file>\n${does}`;
  if (argv.some((word) => word === '--help' || word === '-h')) {
    console.log(usage);
    return 0;
  }
  const [file, ...more] = argv;
  if (file && !file.startsWith('-') && more.length === 0) return file;
  console.error(`error: "${command}" takes one file name behind it.\n${usage}`);
  return 2;
}
