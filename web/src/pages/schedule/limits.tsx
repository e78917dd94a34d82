import type { Schemas } from '../../api/schema.gen.d.ts';
import { useAction } from '../../api/use.ts';
import { Button } from '../../ui/button.tsx';
import { ActionForm, Checkbox, Field, type FormValues } from '../../ui/field.tsx';
import { useMay } from '../../ui/session.tsx';

const limits = [
  ['daily_limit', 'Mails a day', 'Over all senders, by the day of the campaign’s zone.'],
  ['hourly_limit', 'An hour, each sender', 'In this campaign.'],
  ['domain_daily_limit', 'A day to one domain', 'So that a company’s server sees few.'],
  ['company_daily_limit', 'A day to one company', 'By the name of the company.'],
] as const;

/** Every limit of the campaign itself; those of a sender stand with the sender. */
export function Limits({ campaign }: { campaign: Schemas['Campaign'] }) {
  const may = useMay();
  const action = useAction('PATCH /api/campaigns/{id}');
  const submit = (values: FormValues) => {
    const given = Object.fromEntries(
      limits
        .map(([name]) => [name, values.number(name)] as const)
        // What a channel does not have is not sent.
        .filter(([name, value]) => value !== campaign[name]),
    );
    void action.run({
      id: campaign.id,
      ...given,
      stop_on_reply: values.has('stop_on_reply'),
      exclude_replied: values.has('exclude_replied'),
    });
  };
  return (
    <section className="panel">
      <h2>Limits</h2>
      <ActionForm action={action} onSubmit={submit}>
        <div className="group">
          {limits.map(([name, label, note]) => (
            <Field
              key={name}
              label={label}
              name={name}
              type="number"
              note={note}
              placeholder="none"
              defaultValue={campaign[name] === null ? '' : String(campaign[name])}
            />
          ))}
        </div>
        <Checkbox name="stop_on_reply" defaultSelected={campaign.stop_on_reply !== false}>
          An answer ends the sequence for the person
        </Checkbox>
        <Checkbox name="exclude_replied" defaultSelected={campaign.exclude_replied}>
          Skip people who have answered another campaign
        </Checkbox>
        <div className="actions">
          <Button type="submit" look="primary" isDisabled={action.pending || !may('write')}>
            Save the limits
          </Button>
        </div>
      </ActionForm>
    </section>
  );
}
