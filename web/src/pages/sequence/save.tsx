import type { Answer } from '../../api/call.ts';
import type { Schemas } from '../../api/schema.gen.d.ts';
import { useAction, usePosted } from '../../api/use.ts';
import { count } from '../../model/figures.ts';
import { type EditedNode, toInput } from '../../model/sequence.ts';
import { Button } from '../../ui/button.tsx';
import { useKeys } from '../../ui/keys.ts';
import { useMay } from '../../ui/session.tsx';
import { Trouble } from '../../ui/states.tsx';
import { useRested } from '../../ui/use-rested.ts';

type Edit = {
  nodes: readonly EditedNode[];
  dirty: boolean;
  reset: () => void;
  accept: (nodes: Answer<'GET /api/campaigns/{id}'>['sequence_nodes']) => void;
};

/** Saves the sequence. While the campaign runs, it says first who would move, and how. */
export function SaveBar({ campaign, edit }: { campaign: Schemas['Campaign']; edit: Edit }) {
  const may = useMay();
  const draft = campaign.status === 'draft';
  const save = useAction('PATCH /api/campaigns/{id}');
  const revise = useAction('POST /api/campaigns/{id}/revisions');
  const { id } = campaign;
  const nodes = toInput(edit.nodes);
  const run = async () => {
    const done = draft
      ? await save.run({ id, sequence_nodes: nodes })
      : await revise.run({ id, sequence_nodes: nodes });
    if (done) edit.accept(done.sequence_nodes);
  };
  useKeys({
    'mod+enter': () => void (edit.dirty && run()),
    'mod+s': () => void (edit.dirty && run()),
  });
  if (!edit.dirty) return null;
  const problem = save.problem ?? revise.problem;
  return (
    <section className="save-bar" aria-label="Unsaved changes">
      {!draft && <Impact id={id} nodes={nodes} />}
      {problem && <Trouble problem={problem} compact />}
      {problem?.fields.map(({ pointer, message }) => (
        <p key={pointer} className="error-text">
          {message}
        </p>
      ))}
      <div className="line">
        <Button
          look="primary"
          isDisabled={save.pending || revise.pending || !may(draft ? 'write' : 'send')}
          onPress={() => void run()}
        >
          {draft ? 'Save' : `Save as revision ${campaign.revision + 1}`}
        </Button>
        <Button onPress={edit.reset}>Discard</Button>
        <span className="dim small">⌘↵ saves</span>
      </div>
    </section>
  );
}

/** The server's dry run of the change, in one line. */
function Impact({ id, nodes }: { id: string; nodes: ReturnType<typeof toInput> }) {
  const rested = useRested(nodes, 300);
  const { data, error } = usePosted('POST /api/campaigns/{id}/revisions', {
    id,
    sequence_nodes: rested,
    dry_run: true,
  });
  if (error) return <Trouble problem={error} compact />;
  if (!data) return <p className="dim">Looking who is concerned …</p>;
  const { stay, move, end, repeat, skip, due_at_once: due } = data.people;
  const parts = [
    [stay, 'stay where they are', false],
    [move, 'move to another touch', false],
    [due ?? 0, 'become due at once', true],
    [skip, 'skip a touch', false],
    [repeat, 'meet one they have had, and skip it', false],
    [end, 'end here', true],
  ] as const;
  return (
    <ul className="impact" aria-live="polite">
      {parts
        .filter(([n]) => n > 0)
        .map(([n, words, grave]) => (
          <li key={words} className={grave ? 'tone-held' : ''}>
            <b>{count(n)}</b> {words}
          </li>
        ))}
      {parts.every(([n]) => n === 0) && <li>Nobody is concerned.</li>}
    </ul>
  );
}
