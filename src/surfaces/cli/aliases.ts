import type { Operation } from '../../operation.ts';

/** Words that people try for those of a command. */
const otherWords: Readonly<Record<string, string>> = {
  mailbox: 'email account',
  mailboxes: 'email account',
  people: 'lead',
  person: 'lead',
  prospect: 'lead',
  prospects: 'lead',
  messages: 'generate-message list',
  statuses: 'status',
  inbox: 'thread',
  conversation: 'thread',
};

/** Words behind a noun that mean the noun alone. */
const showWords = ['list', 'ls', 'get', 'show', 'view'];

/**
 * The command line with the words of commands that exist: "campaigns list" is "campaign". Only
 * words that are no command are replaced, and nothing behind the first flag.
 */
export function withKnownWords(
  argv: readonly string[],
  operations: readonly Operation[],
): string[] {
  const known = new Set(
    operations.flatMap(({ cli }) => {
      const words = cli.split(' ');
      return words.map((_word, index) => words.slice(0, index + 1).join(' '));
    }),
  );
  const shown = new Set(
    operations.filter(({ route }) => route.startsWith('GET ')).map(({ cli }) => cli),
  );
  // "reply" lists what came in; with a text it is an answer.
  if (argv[0] === 'reply' && argv.some((word) => word.startsWith('--body-text')))
    return ['thread', 'message', 'send', ...argv.slice(1)];
  const flags = argv.findIndex((word) => word.startsWith('-'));
  const words = flags < 0 ? argv : argv.slice(0, flags);
  const rest = flags < 0 ? [] : argv.slice(flags);
  let path: string[] = [];
  for (const [index, word] of words.entries()) {
    const spellings = [[word], (otherWords[word] ?? '').split(' '), [word.replace(/s$/, '')]];
    const found = spellings.find((one) => one[0] && known.has([...path, ...one].join(' ')));
    const isLast = index === words.length - 1;
    if (found) path = [...path, ...found];
    else if (isLast && isShown(path, shown) && showWords.includes(word)) break;
    else return ofMailbox(argv, known);
  }
  return [...(path.join(' ') === 'account' ? ['sender'] : path), ...rest];
}

const isShown = (path: readonly string[], shown: ReadonlySet<string>): boolean =>
  shown.has(path.join(' ')) || path.join(' ') === 'account';

/** "account create" and the like belong to the nouns of one provider: mailboxes unless told. */
function ofMailbox(argv: readonly string[], known: ReadonlySet<string>): string[] {
  const [first, second] = argv;
  const isMailbox = /^accounts?$/.test(first ?? '') && known.has(`email account ${second}`);
  return isMailbox ? ['email', 'account', ...argv.slice(1)] : [...argv];
}
