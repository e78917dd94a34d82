import {
  type Act,
  type ScriptedSmtp,
  type Stage,
  startScriptedSmtp,
} from '../../peers/scripted-smtp.ts';
import { readHeaders } from '../../peers/sink.ts';
import { addCampaign, addMailbox, launch } from '../campaigns.ts';
import { type ChaosFixture, openChaosFixture } from '../fixture.ts';
import { judge } from '../judge.ts';
import type { Scenario } from '../scenario.ts';
import { type Acceptance, deliver } from '../sink.ts';
import { hurryMailboxes, hurryThrough, until } from '../waiting.ts';

/**
 * States that the ledger may have for a message after a cut there: given back, sent, or in doubt.
 */
type Class = 'draft' | 'sent' | 'unknown';
type Cut = {
  name: string;
  stage: Stage;
  /** Whether the server kept the message although the client got no answer. */
  taken?: boolean;
  /** Whether Sent can be asked. */
  folder?: boolean;
  /** How late a message shows in Sent, in ms. */
  lagMs?: number;
  /** The answer at the stage; the connection is cut unless given. */
  say?: string;
  classes: readonly Class[];
};

const cuts: readonly Cut[] = [
  { name: 'banner', stage: 'banner', classes: ['draft'] },
  { name: 'EHLO', stage: 'ehlo', classes: ['draft'] },
  { name: 'AUTH', stage: 'auth', classes: ['draft'] },
  { name: 'MAIL', stage: 'mail', classes: ['draft'] },
  { name: 'RCPT', stage: 'rcpt', classes: ['draft'] },
  { name: 'DATA', stage: 'data', classes: ['draft'] },
  // Whether the end had been written to the socket when the cut came, the client knows and the
  // network decides.
  { name: 'mid-DATA', stage: 'body', classes: ['draft', 'unknown'] },
  { name: 'dot, not taken', stage: 'dot', classes: ['unknown'] },
  { name: 'dot, taken', stage: 'dot', taken: true, classes: ['unknown'] },
  { name: 'dot, not taken, Sent', stage: 'dot', folder: true, classes: ['draft'] },
  { name: 'dot, taken, Sent', stage: 'dot', taken: true, folder: true, classes: ['sent'] },
  // Later than the first look, and before the second.
  {
    name: 'dot, taken, Sent lags',
    stage: 'dot',
    taken: true,
    folder: true,
    lagMs: 9_000,
    classes: ['sent'],
  },
  {
    name: 'error after dot, taken, Sent lags',
    stage: 'dot',
    taken: true,
    folder: true,
    lagMs: 9_000,
    say: '451 4.4.2 Timeout',
    classes: ['sent'],
  },
  { name: 'after 250', stage: 'after', classes: ['sent'] },
];

/** A cut and its server; `armed` while the cut happens. */
type CutCase = {
  cut: Cut;
  server: ScriptedSmtp;
  armed: boolean;
  campaign: string;
  address: string;
  people: string[];
};

/**
 * The connection is cut at every stage of SMTP: each has its own right class, and the touch goes
 * out once in the end.
 */
export const stages: Scenario = {
  name: 'stages',
  fault: 'F2',
  usual: { people: '40' },
  short: { people: '3' },
  async run({ options, say }) {
    const fixture = await openChaosFixture({
      mail: true,
      env: { POSTRIDER_SEND_SECONDS: '4', POSTRIDER_SETTLE_SECONDS: '5' },
    });
    const log: Acceptance[] = [];
    const cutCases: CutCase[] = [];
    const breaches: string[] = [];
    let wrong = 0;
    try {
      for (const [index, cut] of cuts.entries())
        cutCases.push(await build(fixture, { cut, index, log, people: Number(options.people) }));
      for (const cutCase of cutCases) {
        cutCase.armed = true;
        await launch(fixture, cutCase.campaign);
      }
      for (const cutCase of cutCases) {
        const seen = await classes(fixture, cutCase);
        const { cut } = cutCase;
        const others = [...seen].filter(([name]) => !cut.classes.includes(name));
        say(`${cut.name}: ${JSON.stringify(Object.fromEntries(seen))}`);
        for (const [name, n] of others)
          breaches.push(
            `${n} cut at "${cut.name}" became ${name}, not ${cut.classes.join(' or ')}`,
          );
        wrong += others.reduce((sum, [, n]) => sum + n, 0);
        cutCase.armed = false;
      }
      for (const { campaign, people } of cutCases)
        await hurryThrough(fixture, campaign, patience(people));
      const verdict = await judge(fixture, { log });
      const doubtful =
        cuts.filter((cut) => cut.classes.includes('unknown')).length * Number(options.people);
      if (verdict.unknown > doubtful)
        breaches.push(`${verdict.unknown - doubtful} messages too many are in doubt`);
      breaches.push(...(await fixture.breaches()));
      return {
        ...verdict,
        stages: cuts.length,
        sends: cuts.length * Number(options.people),
        wrong_class: wrong,
        breaches,
      };
    } finally {
      await fixture.close();
      await Promise.all(cutCases.map(({ server }) => server.stop()));
    }
  },
};

type Plan = { cut: Cut; index: number; log: Acceptance[]; people: number };

async function build(fixture: ChaosFixture, { cut, index, log, people }: Plan): Promise<CutCase> {
  const address = `stage${index}@sender.test`;
  const take = (raw: string) => {
    const { to = '', 'message-id': messageId = '' } = readHeaders(raw);
    log.push({ to, messageId, at: performance.timeOrigin + performance.now(), raw });
    const { folder, lagMs = 0 } = cut;
    if (folder) setTimeout(() => deliver(fixture.peers!.folder(address, 'Sent'), raw), lagMs);
  };
  const cutCase = { cut, armed: false, address } as CutCase;
  const act = (stage: Stage, line: string): Act | undefined => {
    const cutting = cutCase.armed && stage === cut.stage;
    if (stage === 'dot' && (!cutting || cut.taken)) take(line);
    // Half of the text is there: the end of it has not been written.
    if (cutting && stage === 'body' && line.length < 20_000 && !line.includes('\r\n.\r\n'))
      return undefined;
    if (!cutting) return undefined;
    return cut.say ? { say: cut.say } : 'cut';
  };
  cutCase.server = await startScriptedSmtp({ act });
  const sender = await addMailbox(fixture, {
    port: cutCase.server.port,
    address,
    sentFolder: cut.folder === true,
  });
  cutCase.people = Array.from({ length: people }, (_, i) => `s${index}p${i}@people.test`);
  // Long enough that its end is not written with its beginning.
  const long =
    cut.stage === 'body' ? { body_html: '<p>All work and no play.</p>\n'.repeat(8_000) } : {};
  const nodes = [
    { type: 'email', subject: `Cut at ${cut.name}`, body: 'Hi %first_name%.', ...long },
  ];
  cutCase.campaign = await addCampaign(fixture, {
    name: cut.name,
    senders: [sender],
    people: cutCase.people,
    nodes,
  });
  return cutCase;
}

const open: string = 'reserved';

/** Seconds for so many messages: while a server is away, its mailbox tries a few at a time. */
const patience = (people: readonly string[]) => 60 + 5 * people.length;

/**
 * Results of the first try of each message of a campaign, once all are known. A message with a
 * second try had been given back.
 */
async function classes(
  fixture: ChaosFixture,
  { campaign, cut, people }: CutCase,
): Promise<Map<Class, number>> {
  let seen = new Map<Class, number>();
  const settled = async () => {
    if (cut.classes[0] === 'draft') await hurryMailboxes(fixture, campaign);
    const rows = await fixture.query<{ state: Class; n: number }>(
      `select case when attempts > 1 then 'draft' else state end as state, count(*)::int as n
        from messages where campaign_id = $1 group by 1`,
      [campaign],
    );
    seen = new Map(rows.map(({ state, n }) => [state, n]));
    const all = rows.reduce((sum, { n }) => sum + n, 0);
    return all === people.length && !rows.some(({ state }) => state === open);
  };
  await until(`the class of what is cut at "${cut.name}"`, settled, patience(people));
  return seen;
}
