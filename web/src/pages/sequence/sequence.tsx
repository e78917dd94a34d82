import { useParams } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import type { Answer } from '../../api/call.ts';
import { useAnswer } from '../../api/use.ts';
import {
  addTouch,
  changeNode,
  type EditedNode,
  isSame,
  isTouch,
  moveTouch,
  removeTouch,
  toEdit,
  touchTypes,
} from '../../model/sequence.ts';
import { Button } from '../../ui/button.tsx';
import { Page } from '../../ui/page.tsx';
import { useMay } from '../../ui/session.tsx';
import { Answered } from '../../ui/states.tsx';
import { Delay } from './delay.tsx';
import { Preview } from './preview.tsx';
import { SaveBar } from './save.tsx';
import { TouchCard } from './touch.tsx';
import './sequence.css';

type Campaign = Answer<'GET /api/campaigns/{id}'>;

export function Sequence() {
  const { id } = useParams({ from: '/w/$workspace/campaigns/$id/sequence' });
  const query = useAnswer('GET /api/campaigns/{id}', { id });
  return (
    <Answered query={query}>
      {(answer) => (
        <Page name="sequence" of={answer.campaign.name} bare>
          <Editor answer={answer} />
        </Page>
      )}
    </Answered>
  );
}

/** The nodes as they are edited; those of the server replace them while nothing was changed. */
function useNodes(answer: Campaign) {
  const saved = toEdit(answer.sequence_nodes);
  const stamp = JSON.stringify(answer.sequence_nodes);
  const [state, setState] = useState({ stamp, base: saved, nodes: saved });
  const dirty = !isSame(state.nodes, state.base);
  if (stamp !== state.stamp && !dirty) setState({ stamp, base: saved, nodes: saved });
  return {
    nodes: state.nodes,
    dirty,
    /** Somebody else has saved another sequence meanwhile. */
    overtaken: stamp !== state.stamp && dirty,
    set: (nodes: EditedNode[]) => setState({ ...state, nodes }),
    reset: () => setState({ stamp, base: saved, nodes: saved }),
    accept: (given: Campaign['sequence_nodes']) => {
      const nodes = toEdit(given);
      setState({ stamp: JSON.stringify(given), base: nodes, nodes });
    },
  };
}

function Editor({ answer }: { answer: Campaign }) {
  const { campaign } = answer;
  const edit = useNodes(answer);
  const may = useMay();
  const touches = edit.nodes.filter(isTouch);
  const [shown, setShown] = useState<string | null>(null);
  const current = touches.find(({ key }) => key === shown) ?? touches[0];
  useLeaveGuard(edit.dirty);
  const types = touchTypes[campaign.type] ?? [];
  return (
    <div className="sequence">
      <div className="stack tight">
        {edit.overtaken && (
          <p className="notice waits" role="status">
            Somebody else has saved another sequence. Discard yours to see it.
          </p>
        )}
        <ol className="nodes" aria-label="Sequence">
          {edit.nodes.map((node) =>
            node.type === 'delay' ? (
              <Delay
                key={node.key}
                node={node}
                onChange={(part) => edit.set(changeNode(edit.nodes, node.key, part))}
              />
            ) : (
              isTouch(node) && (
                <TouchCard
                  key={node.key}
                  node={node}
                  number={touches.indexOf(node) + 1}
                  count={touches.length}
                  isShown={node === current}
                  onShow={() => setShown(node.key)}
                  onChange={(part) => edit.set(changeNode(edit.nodes, node.key, part))}
                  onMove={(step) => edit.set(moveTouch(edit.nodes, node.key, step))}
                  onRemove={() => edit.set(removeTouch(edit.nodes, node.key))}
                />
              )
            ),
          )}
        </ol>
        <div className="line">
          {types.map(({ type, label }) => (
            <Button
              key={type}
              icon="plus"
              isDisabled={!may('write')}
              onPress={() => {
                const key = crypto.randomUUID();
                edit.set(addTouch(edit.nodes, type, key));
                setShown(key);
              }}
            >
              {label}
            </Button>
          ))}
        </div>
        <SaveBar campaign={campaign} edit={edit} />
      </div>
      {current && <Preview campaign={campaign} node={current} />}
    </div>
  );
}

/** Asks before the tab is closed over changes that are not saved. */
function useLeaveGuard(dirty: boolean): void {
  useEffect(() => {
    if (!dirty) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, [dirty]);
}
