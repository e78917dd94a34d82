import { describe, expect, it } from 'vitest';
import { commandLine } from '../../../test/fixtures/api.ts';
import { testDatabase } from '../../../test/fixtures/database.ts';

const database = await testDatabase();
const cli = await commandLine(database.services, database);

describe('a word for an id', () => {
  it('names campaigns, people, lists and steps, and several are listed', async () => {
    await cli.run('campaign create --type email --name "Founders in Bern"');
    await cli.run('campaign create --type email --name "Founders in Basel"');
    const people = JSON.stringify([{ email: 'eva@people.test', first_name: 'Eva' }]);
    expect(
      await cli.run(['campaign', 'lead', 'add', '--id', 'founders in be', '--prospects', people]),
    ).toMatchObject({ code: 0, body: { imported: 1 } });
    const several = await cli.run('campaign --id Founders');
    expect(several).toMatchObject({ code: 2, out: '' });
    expect(several.err).toMatch(/2 things[\s\S]*^ {2}[0-9a-f]{8} {2}Founders in Bern {2}draft$/m);
    const shortId = /^ {2}([0-9a-f]{8}) {2}Founders in Bern/m.exec(several.err)![1]!;
    expect((await cli.run(`campaign get --id ${shortId}`)).body).toMatchObject({
      campaign: { name: 'Founders in Bern' },
    });
    for (const person of [
      '--prospect-id eva@people.test',
      '--identity EVA@people.test',
      '--person Eva',
    ])
      expect(
        (await cli.run(`campaign lead pause --id "Founders in Bern" ${person}`)).body,
      ).toMatchObject({ prospect: { email: 'eva@people.test' } });
    await cli.run('campaign sequence node update --id "Founders in Bern" --node-id 0 --subject Hi');
    expect((await cli.run('campaign --id "Founders in Bern"')).body).toMatchObject({
      sequence_nodes: [{ subject: 'Hi' }, {}],
    });
  });

  it('that nothing is called gets the nearest name and the command that lists them', async () => {
    const ran = await cli.run('campaign launch --id "Founder in Berne"');
    expect(ran).toMatchObject({ code: 1, out: '' });
    expect(ran.err).toMatch(/no campaign "Founder in Berne".*listed by: postrider campaign\n$/);
    const person = await cli.run(
      'campaign lead explain --id "Founders in Bern" --email bob@x.test',
    );
    expect(person.err).toMatch(/no person "bob@x.test"/);
    expect((await cli.run('event --prospect-id eva@people.test')).err).toMatch(/name it too/);
  });
});

describe('the hours of a new campaign', () => {
  const hoursOf = async (flags: string[]) => {
    const ran = await cli.run(['campaign', 'create', '--type', 'email', ...flags]);
    return { ...ran, hours: (ran.body.campaign as { operating_hours: unknown })?.operating_hours };
  };
  const nine = { start: 540, end: 1020 };

  it('are working days, 9 to 17, unless told', async () => {
    const { hours } = await hoursOf(['--name', 'Usual']);
    expect(hours).toEqual({ 1: nine, 2: nine, 3: nine, 4: nine, 5: nine });
    const checked = await cli.run('campaign validate --id Usual');
    expect(checked.body.warnings).not.toContainEqual(expect.stringContaining('at night'));
  });

  it('are written as people write them', async () => {
    const { hours, body } = await hoursOf(['--name', 'Told', '--operating-hours', 'sat 8-12']);
    expect(hours).toEqual({ 6: { start: 480, end: 720 } });
    expect(body.warnings).toBeUndefined();
    const updated = await cli.run('campaign update --id Told --operating-hours "mon 9am-5pm"');
    expect(updated.body).toMatchObject({ campaign: { operating_hours: { 1: nine } } });
    expect(await cli.run('campaign update --id Told --operating-hours lunch')).toMatchObject({
      code: 2,
      err: expect.stringContaining('mon-fri 9-17'),
    });
  });

  it('may be always, of which the check before the launch warns', async () => {
    expect((await hoursOf(['--name', 'Always', '--operating-hours', 'always'])).hours).toEqual({});
    expect((await hoursOf(['--name', 'Null', '--operating-hours', 'null'])).hours).toBeNull();
    await cli.run('campaign update --id Null --operating-hours "mon 9-17"');
    const opened = await cli.run('campaign update --id Null --operating-hours null');
    expect(opened.body).toMatchObject({ campaign: { operating_hours: null } });
    const checked = await cli.run('campaign validate --id Always');
    expect(checked.body.warnings).toContainEqual(
      expect.stringMatching(/^It sends at night and on weekends too: .*operating_hours/),
    );
  });
});
