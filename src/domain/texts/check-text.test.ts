import { describe, expect, it } from 'vitest';
import { checkText } from './check-text.ts';
import { foreignIn, foreignShapes } from './foreign.ts';

const messages = (source: string, check = {}) => {
  const { problems, warnings } = checkText(source, check);
  return {
    problems: problems.map(({ message }) => message).join('\n'),
    warnings: warnings.map(({ message }) => message).join('\n'),
  };
};

describe("another tool's placeholder", () => {
  it.each([
    ['Hi {{{firstName}}}', '%first_name%'],
    ['Hi {{first_name}', '%first_name%'],
    ['Hi {{firstName|there}}', '%first_name|there%'],
    ['Hi {{ contact.firstname | default: "there" }}', '%first_name|there%'],
    ['Hi {{first_name | capitalize}}', '%first_name:title%'],
    ['{{RANDOM|Hi|Hello}} you', '%pick%Hi%or%Hello%end%'],
    [`Hi {{first_name | default: "${'x'.repeat(200)}"}}`, '%first_name|xxx'],
    ['{% if company %}x{% endif %}', 'a fallback, such as %company|your team%'],
    ['Hi {!Contact.FirstName}', '%first_name%'],
    ['Hi $\u007bname}', '%name%'],
    ['Hi #{first_name}', '%first_name%'],
    ['Hi @{firstName}', '%first_name%'],
    ['Hi <%= first_name %>', '%first_name%'],
    ['Hi *|FNAME|*', '%first_name%'],
    ['Hi %%=v(@FirstName)=%%', ''],
    ['%%[ SET @x = 1 ]%%', ''],
    ['Hi [[First Name]]', '%first_name%'],
    ['Hi <<Vorname>>', '%first_name%'],
    ['<p>Hi &lt;&lt;Name&gt;&gt;</p>', '%name%'],
    ['Hi ##first_name##', '%first_name%'],
    ['Hi @@first_name@@', '%first_name%'],
    ['<a href="https://x.example/?n=%7B%7Bfirst_name%7D%7D">x</a>', '%first_name%'],
    ['https://x.example/?n=%7Bfirst_name%7D', '%first_name%'],
    ['Bonjour «Prénom»', '%first_name%'],
    ['Hi $first_name$', '%first_name%'],
    ['Hi ||First Name||', '%first_name%'],
    ['Hi #FNAME#', '%first_name%'],
    ['Hi __first_name__', '%first_name%'],
    ['Hi -first_name-', '%first_name%'],
    ['Hi <First Name>', '%first_name%'],
    ['Hi &lt;first_name&gt;', '%first_name%'],
    ['Hi %{first_name}%', '%first_name%'],
    ['Hi %[First Name]%', '%first_name%'],
    ['Hi %(first_name)s', '%first_name%'],
    ['<p>Hi &laquo;Name&raquo;</p>', '%name%'],
    ['Hi |first_name|', '%first_name%'],
    ['Hi *<b>|FNAME|</b>*', '%first_name%'],
    ['Hi {{<b>first_name</b>}}', '%first_name%'],
  ])('%j is a problem with our spelling', (source, instead) => {
    expect(messages(source, { html: true }).problems).toContain(`write ${instead}`);
  });

  it.each([
    ['Hi {first_name}', '%first_name%'],
    ['Hi { Company Name }', '%company%'],
    ['{Hi|Hello|Hey} there', '%pick%Hi%or%Hello%or%Hey%end%'],
    ['Hi [First Name]', '%first_name%'],
    ['Hi [Vorname|du]', '%first_name|du%'],
    ['Hi $first_name, hello', '%first_name%'],
    ['Hi FIRSTNAME!', '%first_name%'],
    ['Hi {1}', 'a variable, such as %first_name%'],
  ])('%j may be prose, so it is a warning', (source, instead) => {
    expect(checkText(source).problems).toEqual([]);
    expect(messages(source).warnings).toContain(`write ${instead}.`);
  });

  it('has a test for each of its shapes', () => {
    expect(foreignShapes.length).toBe(33);
  });

  it.each([
    'He said «Bonjour tout le monde, ça va?» and {1, 2} or [1] and [sic](https://x.example)',
    'a << b and c >> d; if (x) { return 1; }',
    '## Heading\n\ntext ## more',
    '<style>p {color: red} .a{b:c}</style><!-- {first_name} --><title>Hi</title>',
    'see [our page](https://x.example/) or ann@x.example, $5 to $10, #1 and #2',
    'https://x.example/?first_name=%first_name%&last_name=x',
    '[ ] one [x] two',
    'Hi %first_name%, %custom_fields.first_name_in_full|there%',
  ])('%j has none', (source) => {
    expect(foreignIn(source)).toEqual([]);
  });
});

describe('a variable that is nearly one', () => {
  it.each([
    ['Hi %Job Title%', '%position%'],
    ['Hi %Zip Code|here%', '%custom_fields.zip_code|here%'],
    ['Hi %Zip Code%', '%custom_fields.zip_code%'],
    ['Hi %Straße%', '%custom_fields.straße%'],
    ['Hi %имя%', '%first_name%'],
    ['Hi %Nachname%', '%last_name%'],
    ['Hi %first_name %', '%first_name%'],
    ['Hi % first_name%', '%first_name%'],
    ['Hi %\u00a0first_name\u00a0%', '%first_name%'],
    ['Hi %first name%', '%first_name%'],
    ['Hi %first_name\u200b%', '%first_name%'],
    ['Hi %first\u00ad_name%', '%first_name%'],
    ['Hi ％first_name％', '%first_name%'],
    ['Hi %first_name％', '%first_name%'],
    ['Hi ٪first_name٪', '%first_name%'],
    ['Hi %first_name:there%', '%first_name|there%'],
    ['Hi %first_name,there%', '%first_name|there%'],
    ['Hi %first_name/there%', '%first_name|there%'],
    ['Hi %first_name |there%', '%first_name|there%'],
    ['Hi %first_name there%', '%first_name|there%'],
    ['Hi %first_name|there', '%first_name|there%'],
    ['Hi %company, how are you?', '%company%'],
    ['Hi %first_name, save 50% today', '%first_name|'],
    ['<p>Hi %<b>first_name</b>%</p>', '%first_name%'],
    ['<p>Hi %first<span>_name</span>%</p>', '%first_name%'],
    ['<p>Hi &#37;first_name&#x25;</p>', '%first_name%'],
    ['<p>Hi %first&nbsp;name%</p>', '%first_name%'],
    ['Hi %%first_name%%', '%first_name%'],
    ['Hi %%first_name%', '%first_name%'],
    ['Hi %% first_name %%', '%first_name%'],
    ['Hi first_name%, ok', '%first_name%'],
    ['Hi %first\u2011name%', '%first_name%'],
    ['Hi %%first_name|there%%', '%first_name|there%'],
    ['Hi %%city%%', '%custom_fields.city%'],
    ['Hi % City %', '%custom_fields.city%'],
    ['Hi %Ctiy name|x%', 'x%'],
  ])('%j is a problem with the right spelling %s', (source, instead) => {
    const check = source.toLowerCase().includes('city') ? { keys: ['city'] } : {};
    expect(messages(source, { html: true, ...check }).problems).toContain(instead);
  });

  it.each([
    '50% off and 10% later',
    '50 % email, 30 % phone',
    '100%natural, 50%organic',
    'up 5%now and 6% then',
    'width:100%;max-width:50%',
    '%%%first_name%%%',
    '%first_name%%last_name%',
    '100%% sure, 20%% more',
    'Save %custom_fields.discount%% today',
    'a %20%first_name% b',
    '%pick%Hi%or%Hello%end% there',
  ])('%j has none', (source) => {
    expect(checkText(source)).toEqual({ problems: [], warnings: [] });
  });
});

describe('a field of the roster', () => {
  const keys = ['city', 'zip_code', 'Größe'];

  it.each(['city', 'City', 'ZIP-Code', 'zipcode', 'grösse', 'GRÖSSE'])(
    '%j is known however it is written',
    (key) => {
      expect(checkText(`%custom_fields.${key}%`, { keys }).problems).toEqual([]);
    },
  );

  it.each([
    ['%custom_fields.Citty|here%', 'Did you mean %custom_fields.city%?'],
    ['%custom_fields.Job Title%', 'Did you mean %position%?'],
    ['%custom_fields.shoe%', 'Nobody on the roster has the field %custom_fields.shoe%.'],
    ['%city%', 'write %custom_fields.city%'],
  ])('%j is refused: %s', (source, message) => {
    expect(messages(source, { keys }).problems).toContain(message);
  });

  it('is not asked for while nobody knows the roster', () => {
    expect(checkText('%custom_fields.shoe%').problems).toEqual([]);
  });
});

describe('HTML in a plain text', () => {
  it.each([
    '<p>Hi</p>',
    '<div>Hi %first_name%,</div>',
    'Hi<br>there',
    'Hi<BR />there',
    '<a href="https://x.example">x</a>',
    'a&nbsp;b',
    'M&uuml;ller',
    'it&#39;s',
    '<b>Sam</b>',
    '<span style="color:red">x</span>',
    '<!DOCTYPE html>',
  ])('%j is a problem', (source) => {
    expect(messages(source, { htmlField: 'body_html' }).problems).toContain(
      'put it into body_html',
    );
    expect(checkText(source, { html: true }).problems).toEqual([]);
  });

  it.each([
    'I <3 it',
    'a < b > c',
    '<https://x.example>',
    'R&D; AT&T',
    '?a=1&b=2',
    '<ann@x.example>',
  ])('%j is none', (source) => {
    expect(checkText(source).problems).toEqual([]);
  });
});

describe('a percent sign in a link', () => {
  it.each([
    'https://example.net/K%C3%A4se%20laden',
    'https://example.net/%f6rg%20x',
    'https://example.net/%A9j%20',
    '<a href="/K%C3%A4se%20laden">x</a>',
    'https://example.net/?n=%first_name%&c=%company%',
    'https://example.net/?n=%first_name%%20x',
    'https://example.net/%pick%de%or%en%end%',
    'https://example.net/%first_name%-2024',
  ])('%j is well-formed', (source) => {
    expect(checkText(source, { html: true })).toEqual({ problems: [], warnings: [] });
  });

  it.each([
    ['https://example.net/%first_name%20x', '%first_name%%20'],
    ['https://example.net/%fe%name%20x', 'https://example.net/%fe%name%20'],
    ['https://example.net/?n=%company%C3%A4', '%company%%C3'],
  ])('%j can be read in two ways', (source, quoted) => {
    expect(messages(source).problems).toContain(quoted);
  });

  it('that is none of an octet is a warning that quotes the link', () => {
    expect(messages('https://example.net/%BCber.html% x').warnings).toContain(
      'https://example.net/%BCber.html%',
    );
  });
});

it('no link to unsubscribe belongs into a header', () => {
  expect(messages('Hi %unsubscribe_url%', { linkless: true }).problems).toContain(
    'body or the sig',
  );
});

it('instructions to a model may have any marks', () => {
  const text = 'Hi &&<b>name</b> like [Company], {x}&& %first_name%';
  expect(checkText(text, { instructed: true })).toEqual({ problems: [], warnings: [] });
});

it.each([
  '%a b',
  '{{',
  '{a|',
  '[a',
  '«a',
  '&lt;',
  '<b ',
  '%%a',
  '&#37;',
  '%7B',
  '#a',
  '<%',
  '*|a',
  '__a',
  '-a_b',
  '%first_name ',
])(
  '%j a hundred thousand times is checked in time',
  (piece) => {
    checkText(piece.repeat(100_000), { keys: ['city'] });
  },
  10_000,
);
