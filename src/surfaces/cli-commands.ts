import { createRequire } from 'node:module';
import { Command, Option } from 'commander';
import { nearest } from '../nearest.ts';
import type { Operation } from '../operation.ts';
import { describe, describeMember, footer, pathOf } from './cli/help.ts';
import { kindOf } from './cli/kinds.ts';
import { formats } from './cli-output.ts';
import { flagOf, UsageError } from './cli-values.ts';
import { describeMembers, type Member } from './members.ts';

/** `flags`: the flags of the input's members, by member name. `common`: flags of every command. */
export type ParsedCommand = {
  operation: Operation;
  flags: Record<string, string | true>;
  common: Common;
};
type Common = {
  format?: string;
  input?: string;
  file?: string;
  strict?: true;
  idempotencyKey?: string;
  follow?: true;
  wide?: true;
};

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };

/**
 * The command tree of the operations; several may share a command. `run` gets the parsed command
 * line.
 */
export function buildProgram(
  operations: readonly Operation[],
  run: (parsed: ParsedCommand) => Promise<void>,
): Command {
  const program = new Command('postrider')
    .description('Outreach campaigns from the command line.')
    .enablePositionalOptions();
  program.version(version, '--version', 'say which release this is');
  program.helpCommand(false).showHelpAfterError('Add --help to see what there is.');
  const shortestPathFirst = operations.toSorted(
    (one, other) => pathOf(one).length - pathOf(other).length,
  );
  const groups = Map.groupBy(shortestPathFirst, (operation) => operation.cli);
  for (const words of new Set(operations.map((operation) => operation.cli)))
    addCommand(findCommand(program, words), groups.get(words)!, run);
  describeGroups(program);
  program.addHelpText('after', footer);
  return program;
}

function findCommand(program: Command, words: string): Command {
  let command = program;
  for (const word of words.split(' ')) {
    command =
      command.commands.find((one) => one.name() === word) ??
      command.command(word).enablePositionalOptions().helpCommand(false);
  }
  return command;
}

function addCommand(
  command: Command,
  group: readonly Operation[],
  run: (parsed: ParsedCommand) => Promise<void>,
): void {
  command
    .summary(group[0]!.summary)
    .description(group.map(describe).join('\n\n'))
    .allowExcessArguments(true);
  const attributes = new Map<string, string>();
  const otherNames: [member: string, attribute: string][] = [];
  for (const [operation, member] of group.flatMap(membersOf)) {
    const option = memberOption(operation, member);
    const owners = group.filter((one) =>
      describeMembers(one).some(({ name }) => name === member.name),
    );
    // Of commands with several calls, the help says which call a flag belongs to.
    if (owners.length < group.length) option.helpGroup(`To ${startSmall(owners[0]!.summary)}:`);
    if ([...attributes.values()].includes(option.attributeName())) continue;
    attributes.set(member.name, option.attributeName());
    command.addOption(option);
  }
  for (const [name, member] of otherFlags(group, attributes)) {
    const option = new Option(`--${flagOf(name)} <${flagOf(name)}>`).hideHelp();
    otherNames.push([member, option.attributeName()]);
    command.addOption(option);
  }
  if (group.some((operation) => operation.body === 'upload' || operation.body === 'stream')) {
    command.addOption(
      new Option('--file <file>', 'the file to send: a path, @path, or - for stdin'),
    );
  }
  if (group.some((operation) => operation.follow ?? operation.progressOperation)) {
    command.addOption(
      new Option('--follow', 'show on stderr how far it is until it is done; then the answer'),
    );
  }
  for (const option of commonOptions()) command.addOption(option);
  command.action((options: Record<string, string | true>, { args }: Command) => {
    if (args.length > 0) throw new UsageError(describeExcessWord(command, group[0]!, args[0]!));
    const given = [...otherNames, ...attributes].flatMap(([name, attribute]) =>
      options[attribute] === undefined ? [] : [[name, options[attribute]] as const],
    );
    const flags = Object.fromEntries(given);
    const common = options as Common;
    return run({
      operation: chooseOperation(group, { flags, hasInput: common.input !== undefined }),
      flags,
      common,
    });
  });
}

const membersOf = (operation: Operation) =>
  describeMembers(operation).map((member) => [operation, member] as const);

const startSmall = (text: string): string => `${text[0]!.toLowerCase()}${text.slice(1)}`;

/**
 * Flags that people try for the id of a person or a campaign, with the member each stands for:
 * `--identity`, `--email` and `--person`, `--campaign`. Only those that no member has.
 */
function otherFlags(
  group: readonly Operation[],
  taken: ReadonlyMap<string, string>,
): [flag: string, member: string][] {
  const member = (kind: string) =>
    [...taken.keys()].find((name) => group.some((one) => kindOf(one, name) === kind));
  const [person, campaign] = [member('person'), member('campaign')];
  const tried = [
    ...['identity', 'email', 'person'].map((flag) => [flag, person] as const),
    ['campaign', campaign] as const,
  ];
  return tried.flatMap(([flag, name]) =>
    name === undefined || taken.has(flag) ? [] : [[flag, name] as [string, string]],
  );
}

/** The error text for a word that is neither a subcommand nor a value. */
function describeExcessWord(command: Command, { cli, summary }: Operation, word: string): string {
  const names = command.commands.map((one) => one.name());
  if (names.length === 0)
    return `"${cli}" takes no "${word}": values go behind flags. Add --help to see them.`;
  const meant = nearest(word, names);
  const hint = meant
    ? `Did you mean "${cli} ${meant}"?`
    : `"postrider ${cli}" alone: ${summary}. Add --help to see what else there is.`;
  return `There is no "${cli} ${word}". ${hint}`;
}

function memberOption(operation: Operation, member: Member): Option {
  const flag = flagOf(member.name);
  const { types, schema } = member;
  const option = new Option(
    types.has('boolean') ? `--${flag} [value]` : `--${flag} <${flag}>`,
    describeMember(operation, member),
  );
  const literals = schema.enum ?? [];
  if (types.has('boolean') && types.size === 1 && literals.length === 0)
    option.argParser((value) => parseBoolean(flag, value));
  return option;
}

function parseBoolean(flag: string, value: string): string {
  if (value === 'true' || value === 'false') return value;
  throw new UsageError(`--${flag} takes true or false, or nothing for true; not "${value}".`);
}

function commonOptions(): Option[] {
  return [
    new Option(
      '--format <format>',
      'how the answer is written; unless told a table at a terminal, json elsewhere',
    ).choices([...formats]),
    new Option('--wide', 'a table with all columns and whole ids, however wide the terminal'),
    new Option(
      '--input <json>',
      'all fields as one JSON object: text, @file, or - for stdin; flags win over it',
    ),
    new Option('--strict', 'a field that would be ignored is an error'),
    new Option(
      '--idempotency-key <key>',
      'the same key with the same request changes nothing twice',
    ),
  ];
}

/**
 * Among the operations that share a command, chooses the one with the most path flags, all given;
 * among equals, one that has a member for every given flag.
 * @throws UsageError when there is none, or a given flag does not belong to it
 */
function chooseOperation(
  group: readonly Operation[],
  { flags, hasInput }: { flags: Record<string, unknown>; hasInput: boolean },
): Operation {
  const missing = (operation: Operation) =>
    pathOf(operation).filter((member) => !hasInput && !(member.name in flags));
  const knows = (operation: Operation) =>
    Object.keys(flags).every((name) =>
      describeMembers(operation).some((member) => member.name === name),
    );
  const usable = group
    .filter((operation) => missing(operation).length === 0)
    .sort((one, other) => pathOf(other).length - pathOf(one).length);
  const chosen = usable.find(knows) ?? usable[0];
  if (!chosen) {
    const missingFlags = missing(group[0]!).map((member) => `--${flagOf(member.name)}`);
    throw new UsageError(`Missing: ${missingFlags.join(', ')}`);
  }
  const stray = Object.keys(flags).find(
    (name) => !describeMembers(chosen).some((member) => member.name === name),
  );
  if (stray)
    throw new UsageError(
      `--${flagOf(stray)} does not go with the other flags: this is "${chosen.summary}".`,
    );
  return chosen;
}

/** Gives a word without an operation of its own a description: its subcommands. */
function describeGroups(command: Command): void {
  for (const child of command.commands) {
    describeGroups(child);
    const names = child.commands.map((one) => one.name()).join(', ');
    if (!child.description()) child.summary(names).description(`Goes on with: ${names}`);
    else if (names) child.summary(`${child.summary()} (${names})`);
  }
}
