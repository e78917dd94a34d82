import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { htmlContexts } from './html-contexts.ts';
import { HtmlReader } from './html-place.ts';
import { render } from './render.ts';
import { parseTemplate } from './template.ts';

const contexts = (source: string) => {
  const { outside, addresses } = htmlContexts(parseTemplate(source));
  return { outside: [...outside], addresses: [...addresses] };
};

describe('a variable in HTML', () => {
  it.each([
    ['text', '<p>Hi %name%, a &lt; b &amp; 5 < 7</p>'],
    ['text after a comment', '<!-- note --><p>%name%</p>'],
    ['text after short comments', '<!--><!---><!-- a --!>%name%'],
    ['text after a comment of Outlook', '<!--[if !mso]><!--><p>%name%</p><!--<![endif]-->'],
    ['text after a declaration', '<!doctype html><?xml version="1"?></%></><p>%name%'],
    ['text after a style', '<style>a > b { color: red }</style ><p>%name%</p>'],
    ['text after a style in another case', '<STYLE media="x">/* </sty */</Style>%name%'],
    ['a title', '<title>For <b %name%</title>'],
    ['a quoted attribute', '<img alt="For %name%" title=\'%name%\'>'],
    ['the query of a link', '<a href="https://a.test/?n=%name%">x</a>'],
    ['the path of a link', "<a href='https://a.test/%name%'>x</a>"],
    ['the fragment of a link', '<a href="#%name%">x</a>'],
    ['the address of a mail', '<a href="mailto:%email%?subject=%name%">x</a>'],
  ])('in %s is fine', (_place, source) => {
    expect(contexts(source)).toEqual({ outside: [], addresses: [] });
  });

  it.each([
    ['an attribute without quotes', '<a href=%name%>'],
    ['an attribute without quotes, begun', '<a href=https://a.test/%name%>'],
    ['the name of a tag', '<%name%>'],
    ['the end of the name of a tag', '<h%name%>'],
    ['the name of an end tag', '</%name%>'],
    ['a tag', '<a %name%>'],
    ['a tag after an attribute', '<a class="x"%name%>'],
    ['the name of an attribute', '<a data-%name%="x">'],
    ['the place before a value', '<a title= %name% >'],
    ['a style element', '<style>a { color: %name% }</style>'],
    ['a style that looks ended', '<style>/* </styles> */ %name%</style>'],
    ['a script', '<script>say("%name%")</script>'],
    ['a script of one line', '<SCRIPT src="x" >%name%'],
    ['a comment', '<!-- %name% -->'],
    ['a comment that looks ended', '<!-- > -> %name% -->'],
    ['a comment of Outlook', '<!--[if mso]><v:rect href="%name%"/><![endif]-->'],
    ['a declaration', '<!DOCTYPE %name%>'],
    ['a style attribute', '<p style="color: %name%">'],
    ['a style attribute in capitals', "<p STYLE = 'color: %name%'>"],
    ['an event', '<p onclick="x(\'%name%\')">'],
    ['a document in an attribute', '<iframe srcdoc="%name%">'],
    ['a redirection', '<meta http-equiv="refresh" content="0;url=%name%">'],
    ['an iframe', '<iframe>%name%</iframe>'],
    ['one wording', '<p %pick%>%or%title="x">%end%%pick%a%or%<b %name%>%end%'],
    ['a tag that one wording leaves open', '%pick%<p%or%<p>%end% %name%>'],
    ['a tag that a fallback opens', '%company|<b %%name%'],
  ])('in %s is refused', (_place, source) => {
    expect(contexts(source).outside).toContain('name');
  });

  it.each([
    ['<a href="%custom_fields.site%">'],
    ["<a HREF = ' %custom_fields.site%/about'>"],
    ['<img src="%custom_fields.site%">'],
    ['<table background="%custom_fields.site%">'],
    ['<form action="%custom_fields.site%">'],
    ['<a href="%company|%%custom_fields.site%">'],
    ['<a href="java%custom_fields.site%">'],
    ['<a class=x href="%pick%https://a.test/%or%%end%%custom_fields.site%">'],
  ])('that begins an address is known: %s', (source) => {
    expect(contexts(source)).toMatchObject({ outside: [] });
    expect(contexts(source).addresses).toContain('custom_fields.site');
  });
});

describe('the value of a variable', () => {
  const filled = (source: string, site: string) => {
    const values = { custom_fields: { site } };
    const rendered = render(parseTemplate(source), values, { escape: 'html' });
    return rendered.ok ? rendered.text : rendered.missing;
  };
  const link = '<a href="%custom_fields.site%">x</a>';

  it.each([
    ['https://a.test/?a=1&b=2', '<a href="https://a.test/?a=1&amp;b=2">x</a>'],
    ['HTTP://a.test', '<a href="HTTP://a.test">x</a>'],
    ['mailto:a@a.test', '<a href="mailto:a@a.test">x</a>'],
    ['tel:+49 30 1', '<a href="tel:+49 30 1">x</a>'],
  ])('as a link: %j', (site, text) => {
    expect(filled(link, site)).toBe(text);
  });

  it.each([
    'javascript:alert(1)',
    'JavaScript:alert(1)',
    ' javascript:alert(1)',
    'java\nscript:alert(1)',
    '\u0001javascript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'file:///etc/passwd',
    '//evil.test/x',
    '\\\\evil.test\\x',
    '/x',
    'www.a.test',
    'http:evil.test',
    'xhttps://a.test',
  ])('is missing as a link: %j', (site) => {
    expect(filled(link, site)).toEqual(['custom_fields.site']);
  });

  it('counts with what stands before it', () => {
    expect(filled('<a href="java%custom_fields.site%">', 'script:x')).toHaveLength(1);
    expect(filled('<a href="https:%custom_fields.site%">', '//a.test')).toContain('//a.test');
    expect(filled('<a href="https://a.test/%custom_fields.site%">', 'javascript:x')).toContain(
      'a.test/javascript%3Ax',
    );
    expect(filled('<a href="%company|%%custom_fields.site%">', 'javascript:x')).toHaveLength(1);
  });

  it('is missing where escaping does not hold it', () => {
    expect(filled('<a href=%custom_fields.site%>', 'https://a.test')).toHaveLength(1);
    expect(filled('<style>%custom_fields.site%</style>', 'red')).toHaveLength(1);
  });

  it('as a name is missing when it holds a web address', () => {
    const named = (first_name: string, source = 'Hi %first_name%') => {
      const rendered = render(parseTemplate(source), { first_name });
      return rendered.ok ? rendered.text : rendered.missing;
    };
    for (const name of ['You won! https://evil.test', 'WWW.evil.test', 'ftp://x'])
      expect(named(name)).toEqual(['first_name']);
    expect(named('https://evil.test', 'Hi %first_name|there%')).toBe('Hi there');
    expect(named('Booking.com')).toBe('Hi Booking.com');
    expect(filled('%custom_fields.site%', 'https://a.test')).toBe('https://a.test');
  });
});

it('HTML is read alike in one piece and sign by sign, and never fails', () => {
  const sign = fc.constantFrom(...'<>/!-="\' \nahrefstyle:?[]');
  const html = fc.string({ unit: sign, maxLength: 60 });
  fc.assert(
    fc.property(html, (text) => {
      const [whole, pieces] = [new HtmlReader(), new HtmlReader()];
      whole.read(text);
      for (const one of text) pieces.read(one);
      expect(pieces.copy().key).toBe(whole.key);
    }),
  );
});
