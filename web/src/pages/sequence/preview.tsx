import type { Schemas } from '../../api/schema.gen.d.ts';
import { useAnswer, usePosted } from '../../api/use.ts';
import type { EditedNode } from '../../model/sequence.ts';
import { Icon } from '../../ui/icons.tsx';
import { Trouble, Waiting } from '../../ui/states.tsx';
import { useRested } from '../../ui/use-rested.ts';
import { TestMail } from './test-mail.tsx';

/** So long nothing is typed before the server is asked. */
const restMs = 300;

/** For a campaign without people. */
const example = {
  email: 'eva@example.com',
  first_name: 'Eva',
  last_name: 'Klein',
  company: 'Example Ltd',
  position: 'Head of Sales',
};

type Props = { campaign: Schemas['Campaign']; node: EditedNode };

/** The touch as one person would get it, by the code that sends, also before it is saved. */
export function Preview({ campaign, node }: Props) {
  const first = useAnswer(
    'GET /api/campaigns/{id}/leads',
    { id: campaign.id, limit: 1 },
    { every: false },
  );
  const someone = first.data?.prospects[0];
  const { subject, body, body_html } = node;
  const texts = useRested({ subject, body, body_html }, restMs);
  const query = usePosted(
    'POST /api/campaigns/{id}/preview',
    {
      id: campaign.id,
      ...(node.id ? { node_id: node.id } : {}),
      ...(someone ? { prospect_id: someone.id } : { person: example }),
      texts,
    },
    first.data !== undefined,
  );
  // A touch that nobody has begun is no mistake yet.
  const isBlank = !texts.body?.trim() && !texts.subject?.trim();
  const data = isBlank ? undefined : query.data;
  return (
    <aside className="preview" aria-label="Preview">
      <header className="line apart">
        <h2>Preview</h2>
        <TestMail campaign={campaign.id} node={node} />
      </header>
      {isBlank && <p className="dim">What you write stands here as the person will read it.</p>}
      {query.error && !data && !isBlank && <Trouble problem={query.error} compact />}
      {!data && !query.error && !isBlank && <Waiting lines={4} />}
      {data && (
        <>
          <dl className="envelope">
            {data.from && <Line name="From" value={data.from} />}
            {data.to && <Line name="To" value={data.to} />}
            {data.subject && <Line name="Subject" value={data.subject} />}
          </dl>
          {data.missing.length > 0 && (
            <p className="notice held">
              <Icon name="held" />
              <span>
                Would be held: no value for {data.missing.map((one) => `%${one}%`).join(', ')}. Give
                a fallback, as in <code>%first_name|there%</code>.
              </span>
            </p>
          )}
          {data.problems.map(({ pointer, message }) => (
            <p key={`${pointer} ${message}`} className="notice held">
              <Icon name="held" />
              <span>{message}</span>
            </p>
          ))}
          {data.text_warnings.map((words) => (
            <p key={words} className="notice waits">
              <span>{words}</span>
            </p>
          ))}
          {data.text !== null && <p className="mail-body">{data.text || 'No text yet.'}</p>}
        </>
      )}
      {first.data && !someone && (
        <p className="small dim">An example person, because nobody is here yet.</p>
      )}
    </aside>
  );
}

function Line({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
