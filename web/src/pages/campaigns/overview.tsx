import { Link, useParams } from '@tanstack/react-router';
import type { Answer } from '../../api/call.ts';
import { useAnswer } from '../../api/use.ts';
import { count, delayText, funnelOf, progressOf, rateText } from '../../model/figures.ts';
import { ProgressBar, ProgressLegend } from '../../ui/bars.tsx';
import { Page } from '../../ui/page.tsx';
import { Answered, Empty } from '../../ui/states.tsx';
import { WhyBlock } from '../../ui/why.tsx';
import { Activity } from './activity.tsx';
import { Checklist } from './checklist.tsx';
import { Held } from './held.tsx';
import { SentByDay } from './sent-by-day.tsx';
import './overview.css';

type Campaign = Answer<'GET /api/campaigns/{id}'>;

export function Overview() {
  const { id } = useParams({ from: '/w/$workspace/campaigns/$id' });
  const query = useAnswer('GET /api/campaigns/{id}', { id });
  return (
    <Answered query={query}>
      {(answer) => (
        <Page name="overview" of={answer.campaign.name} bare>
          {answer.campaign.status === 'draft' ? (
            <Draft answer={answer} />
          ) : (
            <Running answer={answer} />
          )}
        </Page>
      )}
    </Answered>
  );
}

function Draft({ answer }: { answer: Campaign }) {
  const { id } = answer.campaign;
  return (
    <div className="columns">
      <section className="panel">
        <h2>Before the launch</h2>
        <Checklist id={id} />
      </section>
      <aside className="stack">
        <section className="panel">
          <h2>The sequence</h2>
          <Funnel answer={answer} />
        </section>
      </aside>
    </div>
  );
}

function Running({ answer }: { answer: Campaign }) {
  const { campaign } = answer;
  const { id, stats } = campaign;
  const why = useAnswer('GET /api/campaigns/{id}/explain', { id });
  const progress = progressOf(stats);
  return (
    <div className="stack">
      <Answered query={why} lines={1}>
        {({ binding, expected_at }) => <WhyBlock binding={binding} expectedAt={expected_at} />}
      </Answered>
      <dl className="figures">
        <Figure
          name="People"
          value={count(stats.total)}
          note={`${count(stats.contacted)} written to`}
        />
        <Figure
          name="Answered"
          value={count(stats.answered)}
          note={rateText(stats.answered, stats.contacted)}
        />
        <Figure
          name="Bounced"
          value={count(stats.bounced)}
          note={rateText(stats.bounced, stats.contacted)}
        />
        <Figure name="Mails sent" value={count(stats.messages_sent)} note="to all of them" />
        <Figure
          name="Opted out"
          value={count(stats.unsubscribed)}
          note={rateText(stats.unsubscribed, stats.contacted)}
        />
      </dl>
      <div className="stack tight">
        <ProgressBar progress={progress} />
        <ProgressLegend progress={progress} />
      </div>
      <div className="columns">
        <div className="stack">
          <section className="panel">
            <h2>Where people stand</h2>
            <Funnel answer={answer} />
          </section>
          <SentByDay id={id} />
        </div>
        <aside className="stack">
          {why.data && <Held id={id} held={why.data.held} />}
          <Activity id={id} />
        </aside>
      </div>
    </div>
  );
}

function Figure({ name, value, note }: { name: string; value: string; note: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {value}
        <small>{note}</small>
      </dd>
    </div>
  );
}

/** The sequence with the people before each touch and behind it. */
function Funnel({ answer }: { answer: Campaign }) {
  const { workspace, id } = useParams({ from: '/w/$workspace/campaigns/$id' });
  const { campaign, sequence_nodes: nodes, prospects_by_node: byNode } = answer;
  const steps = new Map(
    funnelOf(nodes, byNode, campaign.stats.pending).map((step) => [step.id, step]),
  );
  const total = Math.max(1, campaign.stats.total);
  if (steps.size === 0)
    return (
      <Empty title="Nothing is written yet">
        <Link to="/w/$workspace/campaigns/$id/sequence" params={{ workspace, id }}>
          Write the first mail
        </Link>
      </Empty>
    );
  return (
    <ol className="funnel">
      {nodes.map((node) => {
        const step = steps.get(node.id);
        if (node.type === 'delay')
          return (
            <li key={node.id} className="delay">
              {delayText(node)}
            </li>
          );
        if (!step) return null;
        return (
          <li key={node.id}>
            <span className="title">{titleOf(node)}</span>
            <span className="track" aria-hidden="true">
              <i style={{ inlineSize: `${(100 * step.before) / total}%` }} />
            </span>
            <span className="figure">
              {count(step.before)} <span className="dim">before it</span>
            </span>
          </li>
        );
      })}
    </ol>
  );
}

const titleOf = (node: Campaign['sequence_nodes'][number]): string =>
  node.subject ||
  (node.is_reply && node.type === 'email' && 'Reply in the same thread') ||
  node.type.replaceAll('_', ' ');
