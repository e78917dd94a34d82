import type { Answer } from '../../api/call.ts';
import { useAnswer } from '../../api/use.ts';
import { identityOf, personName } from '../../model/people.ts';
import { reasonOf } from '../../model/why.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Icon } from '../../ui/icons.tsx';
import { Answered } from '../../ui/states.tsx';
import { type Mark, Strip } from '../../ui/strip.tsx';
import { When } from '../../ui/when.tsx';
import { Reasoned, WhyBlock } from '../../ui/why.tsx';
import { PersonActions } from './actions.tsx';

type Found = Answer<'GET /api/campaigns/{id}/leads/find'>['prospect'];
type Message = Answer<'GET /api/campaigns/{id}/generate-messages'>['messages'][number];
type Explained = Answer<'GET /api/campaigns/{id}/leads/{prospectId}/explain'>;

type Props = { campaign: string; prospect: string; onClose: () => void };

/** One person: the past as mails, why they wait, the next touch, and what can be done. */
export function PersonPanel({ campaign, prospect, onClose }: Props) {
  const query = useAnswer('GET /api/campaigns/{id}/leads/find', {
    id: campaign,
    prospect_id: prospect,
  });
  const person = query.data?.prospect;
  const title = person ? personName(person) || identityOf(person) : 'Person';
  return (
    <Dialog title={title} aside onClose={onClose}>
      <Answered query={query}>
        {({ prospect: found }) => (
          <div className="stack">
            <Facts person={found} />
            <PersonActions campaign={campaign} person={found} />
            <Life campaign={campaign} person={found} />
          </div>
        )}
      </Answered>
    </Dialog>
  );
}

function Facts({ person }: { person: Found }) {
  const facts = [identityOf(person), person.position, person.company].filter(Boolean).join(' · ');
  return (
    <div className="stack tight">
      <p className="dim">{facts}</p>
      <p>
        <Reasoned reason={reasonOf(person.status)} />
        {person.end_reason && (
          <span className="dim"> · {person.end_reason.replaceAll('_', ' ')}</span>
        )}
      </p>
    </div>
  );
}

function Life({ campaign, person }: { campaign: string; person: Found }) {
  const messages = useAnswer('GET /api/campaigns/{id}/generate-messages', {
    id: campaign,
    prospect_id: person.id,
    status: 'all',
    limit: 100,
  });
  const why = useAnswer('GET /api/campaigns/{id}/leads/{prospectId}/explain', {
    id: campaign,
    prospectId: person.id,
  });
  const sent = (messages.data?.messages ?? [])
    .filter((one) => one.sent_at !== null)
    .sort((a, b) => Date.parse(a.sent_at ?? '') - Date.parse(b.sent_at ?? ''));
  const marks = marksOf(sent, why.data);
  const over = person.ended_at !== null;
  return (
    <>
      {marks.length > 0 && <Strip marks={marks} />}
      {!over && (
        <Answered query={why} lines={2}>
          {({ binding, constraints, next_touch }) => (
            <WhyBlock
              binding={binding}
              expectedAt={next_touch?.expected_at ?? null}
              constraints={constraints}
            />
          )}
        </Answered>
      )}
      <section>
        <h3>Mails</h3>
        <Answered query={messages} lines={2}>
          {() =>
            sent.length > 0 ? (
              <ol className="life">
                {sent.map((one) => (
                  <MailItem key={one.id} message={one} />
                ))}
              </ol>
            ) : (
              <p className="dim">Nothing has gone out to this person yet.</p>
            )
          }
        </Answered>
      </section>
    </>
  );
}

function marksOf(sent: readonly Message[], why: Explained | undefined): Mark[] {
  const past = sent.map(
    (one): Mark => ({
      at: one.sent_at!,
      kind: one.direction === 'inbound' ? 'in' : 'out',
      title: one.subject ?? 'Message',
    }),
  );
  const next = why?.next_touch?.expected_at;
  return next ? [...past, { at: next, kind: 'next', title: 'Next touch' }] : past;
}

function MailItem({ message }: { message: Message }) {
  const inbound = message.direction === 'inbound';
  return (
    <li>
      <details>
        <summary>
          <span className={inbound ? 'in-mail' : 'out-mail'}>
            <Icon name={inbound ? 'inbox' : 'mail'} />
          </span>
          <b>{message.subject || (inbound ? 'Answer' : 'Message')}</b>
          <span className="dim small">
            {inbound && 'answer · '}
            {message.status === 'unknown' && 'may not have gone out · '}
            {message.sent_at && <When at={message.sent_at} />}
          </span>
        </summary>
        <p className="mail-text">{message.body_text ?? 'No text is kept.'}</p>
      </details>
    </li>
  );
}
