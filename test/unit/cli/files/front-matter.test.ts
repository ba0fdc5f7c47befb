import { describe, expect, test } from 'vitest';

import { splitFrontMatter } from '../../../../cli/files/front-matter.ts';

const wrap = (yaml: string, text = 'Text.\n') => `---\n${yaml}\n---\n${text}`;

describe('front matter', () => {
  test.each([
    ['title: 2024', { title: '2024' }],
    ['title: 1.10', { title: '1.10' }],
    ['title: yes', { title: 'yes' }],
    ['title: 2024-01-05', { title: '2024-01-05' }],
    ['title: [Only one]', { title: 'Only one' }],
    ['title: >-\n  Two\n  lines', { title: 'Two lines' }],
    ['title: null\nlayout: post', {}],
    ['title:\ndescription: About it', { description: 'About it' }],
    ['title: A\ntitle: B', { title: 'B' }],
    ['title: {{ page.title }}', {}],
    ['title: &str vs String', { title: '&str vs String' }],
    ['title: &str', { title: '&str' }],
    ['title: &one A\nlinkTitle: *one', { title: 'A' }],
    ['title: !important rules', { title: '!important rules' }],
    ['title: !!str 2024', { title: '2024' }],
    ['title: &a "A"', { title: 'A' }],
    ['url: /about/', {}],
    ['url: about.html', {}],
    ['url: mailto:me@example.org', {}],
    ['url: https://docs.example.org/a', { url: 'https://docs.example.org/a' }],
    ['language: de-CH', { language: 'de-CH' }],
    ['lang: en_US', { language: 'en_US' }],
    ['language: python', {}],
    ['language: css', {}],
    ['language: sql', {}],
    ['language: js', {}],
    ['lang: go', {}],
    ['lang: ts', {}],
    ['lang: ts-ZA', { language: 'ts-ZA' }],
    ['lang: cs', { language: 'cs' }],
    ['lang: fil', { language: 'fil' }],
    ['lang: jp', { language: 'jp' }],
    ['country: Germany', {}],
    ['country: de', { country: 'de' }],
    ['isMobile: true', { isMobile: true }],
    ['isMobile: sometimes', {}],
    ['# a comment\ntitle: A', { title: 'A' }],
    ['title: A\nfiles: *.md', { title: 'A' }],
    ['Title: A remark\nDate: 2024-01-05 10:20', { title: 'A remark' }],
    ['URL: https://docs.example.org/a', { url: 'https://docs.example.org/a' }],
    ['Language: de\nDescription: About it', { language: 'de', description: 'About it' }],
    ['Title: A\ntitle: B', { title: 'B' }],
    ['ismobile: true', { isMobile: true }],
    ['Note: a remark\ntitle: A', { title: 'A' }],
    ['summary: About it all', {}],
    ['Status: draft\nModified: 2024-01-05 10:20', {}],
    ['Summary: "About it all"', {}],
    ['Related:\n  - One and two', {}],
    ['cssclass: wide page\nID: 5', {}],
  ])('of %j says what has a meaning for Pulse', (yaml, matter) => {
    expect(splitFrontMatter(wrap(yaml))).toEqual({ matter, text: 'Text.\n' });
  });

  test('has no key that reaches the document without a meaning', () => {
    const keys = [
      'text: other',
      'html: <p>',
      'markdown: other',
      'metadata: {url: "https://x.example"}',
      'source: me',
      'crawlId: c',
      'contentHash: 0',
      'tags: [a, b]',
      'date: 2024-01-01',
      '__proto__: {a: b}',
      'sidebar_position: 3',
    ];
    expect(splitFrontMatter(wrap(keys.join('\n'))).matter).toEqual({});
  });

  test.each([
    ['---\ntitle: A\n---', ''],
    ['---\r\ntitle: A\r\n---\r\nText.', 'Text.'],
    ['---  \ntitle: A\n---\t\nText.', 'Text.'],
    ['---\ntitle: A\n...\nText.', 'Text.'],
    ['---\n\ntitle: A\n\n---\nText.\n\n---\n\nMore.', 'Text.\n\n---\n\nMore.'],
  ])('ends as other tools end it: %j', (page, text) => {
    expect(splitFrontMatter(page)).toEqual({ matter: { title: 'A' }, text });
  });

  test.each(['kanban-plugin: board', 'excalidraw-plugin: parsed\nrows: [1, 2]', 'cssclass: "a b"'])(
    'may stand between empty lines, as in boards of Obsidian: %j',
    (yaml) => {
      expect(splitFrontMatter(wrap(`\n${yaml}\n`))).toEqual({ matter: {}, text: 'Text.\n' });
    },
  );

  test('may be empty', () => {
    expect(splitFrontMatter('---\n---\nText.')).toEqual({ matter: {}, text: 'Text.' });
  });
});

describe('what stands between two rules', () => {
  test.each([
    '---\nA first part.\n\n---\nThe second part.',
    '---\n\nThe first part: with a colon: twice.\n\n---\nThe second.',
    '---\n\nPlease note: this page is old.\n\n---\nThe second.',
    '---\n\nNote: this page is old.\n\n---\nThe second.',
    '---\n\nnote: this page is old\n\n---\nThe second.',
    '---\r\n\r\nsee: the other page\r\n\r\n---\r\nThe second.',
    '---\nWarning: read this first\n---\n\nBody',
    '---\nNote: this is a remark, kept?\n---\n\nBody',
    '---\nAlice: Hello\nBob: Hi there\n---\nEnd',
    '---\nNote: a: b\n---\nEnd',
    '---\nnote: see also: the other\n---\nEnd',
    '---\nQ: What is it?\nA: It is: a thing.\n---\nEnd',
    '---\nSee: https://a.example/x: y\n---\nEnd',
    '---\nWarning: do not: it breaks\nSecond line.\n---\nEnd',
    '---\nÜbrigens: das gilt nicht mehr\n---\nEnd',
    '---\nTip: Press\n  any key\n---\nEnd',
    '---\n- a list\n- of points\n---\nText.',
    '---\n**Bold** words\n---\nText.',
    '---\n# Heading\n---\nText.',
    '---\n![Logo](logo.png)\n---\nText.',
    '---\n| a | b |\n---\nText.',
    '---\ntitle: A\nText without an end.',
    'Text.\n---\ntitle: A\n---\n',
    '\n---\ntitle: A\n---\nText.',
    '----\ntitle: A\n----\nText.',
  ])('and is no mapping, or not at the very top, stays: %j', (page) => {
    expect(splitFrontMatter(page)).toEqual({ matter: {}, text: page });
  });

  test.each(['title: a: b', 'tags: [a', 'title: "a', "title: 'a' b", "title: 'it's'"])(
    'and begins as a mapping but is no YAML is a fault: %j',
    (yaml) => {
      expect(() => splitFrontMatter(wrap(yaml))).toThrow(/its front matter is not YAML: /);
    },
  );

  test.each([
    ['lists', `x: ${'['.repeat(6_000)}${']'.repeat(6_000)}`],
    ['lists of lines', `x:\n  ${'- '.repeat(6_000)}a`],
    ['mappings', `x: ${'{a: '.repeat(6_000)}b${'}'.repeat(6_000)}`],
  ])('and has thousands of %s in each other is a fault', (_what, yaml) => {
    expect(() => splitFrontMatter(wrap(`title: A\n${yaml}`))).toThrow(
      /^its front matter has more levels than can be read$/,
    );
  });
});

test.each([
  ['title: A\n\tdescription: B', /line 2, column 1; write blanks in place of the tab$/],
  ['title: A\ntags:\n\t- b', /line 3, column 1; write blanks in place of the tab$/],
  ['title: a: b', /; write quotes around such a value$/],
])('front matter that is no YAML, %j, is a fault that says what to do', (yaml, advice) => {
  expect(() => splitFrontMatter(wrap(yaml))).toThrow(advice);
});

describe('front matter of TOML', () => {
  test.each([
    ['title = "Hugo TOML"', { title: 'Hugo TOML' }],
    ["# a comment\ntitle = 'A'\ndraft = false\ndate = 2024-01-05T10:00:00Z", { title: 'A' }],
    ['title = 2024\n[params]\ntitle = "x"', { title: '2024' }],
    ['url = "https://docs.example.org/a"', { url: 'https://docs.example.org/a' }],
    ['url = "/about/"\ntags = ["a", "b"]', {}],
    [
      'description = """\nTwo\nlines"""\nlanguage = "de"',
      { description: 'Two\nlines', language: 'de' },
    ],
  ])('of %j says what has a meaning for Pulse', (toml, matter) => {
    expect(splitFrontMatter(`+++\n${toml}\n+++\nText.\n`)).toEqual({ matter, text: 'Text.\n' });
  });

  test('that is no TOML is a fault', () => {
    expect(() => splitFrontMatter('+++\ntitle = a b\n+++\nText.')).toThrow(/is not TOML: /);
  });

  test.each([
    '+++\nWords.\n+++\nText.',
    '+++\n+++\nText.',
    'a\n+++\ntitle = "A"\n+++\n',
    '+++\nx = 1',
  ])('is not what is text: %j', (page) => {
    expect(splitFrontMatter(page)).toEqual({ matter: {}, text: page });
  });
});

describe('front matter of JSON', () => {
  test.each([
    '{\n  "title": "A",\n  "tags": ["a"],\n  "params": {\n    "x": 1\n  }\n}\n',
    '{"title": "A", "draft": false}\r\n',
    ';;;\n{"title": "A"}\n;;;\n',
    '---json\n{\n"title": "A"\n}\n---\n',
    '---toml\ntitle = "A"\n---\n',
    '---yaml\ntitle: A\n---\n',
  ])('or in the marks of Eleventy says the title: %j', (matter) => {
    expect(splitFrontMatter(`${matter}Text.`)).toEqual({ matter: { title: 'A' }, text: 'Text.' });
  });

  test('that is no JSON is a fault', () => {
    expect(() => splitFrontMatter('{\n  "title": "A",\n}\nText.')).toThrow(/is not JSON: /);
  });

  test.each([
    '{\n  "a": 1\n}\nText.',
    '{{< note >}}\n# A\n{{< /note >}}',
    '{.class}\nText.',
    '{"url": "https://a.example/", "title": "A"}\n{"url": "https://a.example/b"}\n',
    '{\n "title": "A"\n}\r\n\r\n{\n "title": "B"\n}\n',
  ])('is not what is text: %j', (page) => {
    expect(splitFrontMatter(page)).toEqual({ matter: {}, text: page });
  });

  test('may stand before a shortcode of Hugo', () => {
    const text = '{{< note >}}\nText.';
    expect(splitFrontMatter(`{"title": "A"}\n${text}`)).toEqual({ matter: { title: 'A' }, text });
  });
});

describe('front matter of Hexo, without the first rule,', () => {
  test.each([
    'title: A\ndate: 2014-01-01 10:00:00\ntags: [a]\ndescription: D\n---\n',
    'title: A\r\ntags:\r\n- a\r\n- b\r\ndescription: D\r\n---\r\n',
    'layout: post\n# a comment\ntitle: "A"\ndescription: D\n---  \n',
    '"title": "A",\n"description": "D"\n;;;\n',
    ';;;\n"title": "A",\n"description": "D"\n;;;\n',
  ])('says what it has a meaning for: %j', (matter) => {
    expect(splitFrontMatter(`${matter}\n正文\n# 安装\n`)).toEqual({
      matter: { title: 'A', description: 'D' },
      text: '\n正文\n# 安装\n',
    });
  });

  test.each([
    'Note: x\n---\nText.',
    'title: A\n---\nText.',
    'title: A\n\ndate: B\n---\nText.',
    'Alice: Hello\nBob: Hi\n---\nText.',
    'From: Alice\nDate: 2024-01-05\nSubject: Hi\n---\nText.',
    'title: a: b\ndate: 2024-01-05\n---\nText.',
    'Title: of a paragraph\nwith more words\n---\nText.',
    'title: A\ndate: B\n\nText.\n\n---\nMore.',
    'title: A\ndate: B\n----\nText.',
    'title: A\ndate: B\n--- | ---\nText.',
  ])('is not what is text: %j', (page) => {
    expect(splitFrontMatter(page)).toEqual({ matter: {}, text: page });
  });
});
