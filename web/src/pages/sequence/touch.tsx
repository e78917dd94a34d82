import type { EditedNode } from '../../model/sequence.ts';
import { Button } from '../../ui/button.tsx';
import { Checkbox, Field } from '../../ui/field.tsx';
import { TemplateField } from '../../ui/template-field.tsx';

type Props = {
  node: EditedNode;
  number: number;
  count: number;
  isShown: boolean;
  onShow: () => void;
  onChange: (part: Partial<EditedNode>) => void;
  onMove: (step: -1 | 1) => void;
  onRemove: () => void;
};

const names: Record<string, string> = {
  email: 'Email',
  message: 'Message',
  connection_request: 'Invitation',
  inmail: 'InMail',
  profile_visit: 'Profile visit',
  ai: 'Text by a model',
};

/** One touch of the sequence, as a card. */
export function TouchCard(props: Props) {
  const { node, number, count, isShown, onShow, onChange, onMove, onRemove } = props;
  const title = `${number}. ${names[node.type] ?? node.type}`;
  return (
    <li className="touch" data-shown={isShown || undefined} onFocusCapture={onShow}>
      <header className="line apart">
        <h2>{title}</h2>
        <div className="line tools">
          <Button
            icon="up"
            look="plain"
            size="small"
            aria-label={`Move ${title} up`}
            isDisabled={number === 1}
            onPress={() => onMove(-1)}
          />
          <Button
            icon="down"
            look="plain"
            size="small"
            aria-label={`Move ${title} down`}
            isDisabled={number === count}
            onPress={() => onMove(1)}
          />
          <Button
            icon="bin"
            look="plain"
            size="small"
            aria-label={`Remove ${title}`}
            onPress={onRemove}
          />
        </div>
      </header>
      <Content node={node} number={number} onChange={onChange} />
    </li>
  );
}

type ContentProps = Pick<Props, 'node' | 'number' | 'onChange'>;

function Content({ node, number, onChange }: ContentProps) {
  if (node.type === 'profile_visit')
    return <p className="dim">The sender looks at the person's profile.</p>;
  if (node.type === 'ai')
    return <p className="dim">{node.ai_node?.purpose ?? 'A model writes this text.'}</p>;
  const reply = node.type === 'email' && node.is_reply === true;
  return (
    <>
      {node.type === 'email' && number > 1 && (
        <Checkbox
          isSelected={reply}
          onChange={(is_reply) => onChange({ is_reply, subject: is_reply ? null : '' })}
        >
          As a reply in the same thread
        </Checkbox>
      )}
      {(node.type === 'email' || node.type === 'inmail') && !reply && (
        <Field
          label="Subject"
          value={node.subject ?? ''}
          onChange={(subject) => onChange({ subject })}
        />
      )}
      <TemplateField
        label={node.type === 'connection_request' ? 'Note' : 'Text'}
        value={node.body ?? ''}
        onChange={(body) => onChange({ body })}
      />
    </>
  );
}
