import { expect, test } from 'vitest';

import { findPlainTitle } from '../../../../cli/files/plain-title.ts';

test.each([
  ['==========\nInstalling\n==========\n\nText', 'Installing'],
  ['Installing\n**********\n\n.. code:: sh\n\n   # no\n', 'Installing'],
  ['Text.\n\n.. code-block:: sh\n\n   # no\n', undefined],
  ['Text only', undefined],
  ['.. meta::\n   :description: x\n\nTitle\n=====\n', 'Title'],
  ['.. contents::\n   :depth: 2\n\nTitle\n=====\n', 'Title'],
  ['.. image:: a.png\n   :alt: Logo\n\n=====\nTitle\n=====\n', 'Title'],
  ['.. image:: a.png\nTitle\n=====\n', 'Title'],
  ['..\n   A comment\n\n   of two parts\n\nTitle\n=====\n', 'Title'],
  ['Title\n"""""\n\nText', 'Title'],
  ['Title\n`````\n', 'Title'],
  ['.. code-block:: text\n\n   x\n\nNo\n==\n', undefined],
  ['Text::\n\n   code\n\nNo\n==\n', undefined],
  [
    '.. _tut:\n\n=============\n First steps\n=============\n\n.. contents::\n    :local:',
    'First steps',
  ],
  ['==============\n   Deep in\n==============\n\nSub\n---\n', 'Deep in'],
  [':orphan:\n:Author: One\n   and two\n\nTitle\n=====\n', 'Title'],
  ['=====  =====\n A      B\n=====  =====\n 1      2\n=====  =====\n\nTitle\n=====\n', undefined],
  ['Go\n==\n\nText', 'Go'],
  ['Longer\n==\n\nText', undefined],
  ['Code\n::\n\n   x', undefined],
  ['- a point\n---------\n', undefined],
  ['1. Introduction\n===============\n', '1. Introduction'],
  ['----------\n\nTitle\n=====\n', 'Title'],
  ['PEP: 8\nTitle: Style Guide\nAuthor: One,\n        Two\n\nIntroduction\n====\n', 'Style Guide'],
  [':mod:`json` --- JSON\n====================\n', 'json --- JSON'],
  ['``set`` and *fine* **bold**\n===========================\n', 'set and fine bold'],
  ['The :class:`~a.b.Foo` and :ref:`more <x>`\n=====\n', 'The Foo and more'],
  ['`Celery <https://a.example>`_ \\*args [1]_\n=====\n', 'Celery *args'],
  ['2 * 3 * 4 and ``a\\*b``\n=====\n', '2 * 3 * 4 and a\\*b'],
  ['Title\r\n=====\r\n', 'Title'],
])('the title of reStructuredText, %j, is what it marks as one', (text, title) => {
  expect(findPlainTitle(text, '.rst')).toBe(title);
});

test.each([
  ['= Installing\nAuthor\n\nText', 'Installing'],
  ['////\n= no\n////\n= Yes\n', 'Yes'],
  ['Installing\n==========\n\nText', 'Installing'],
  [
    '[[docs-get]]\n== Get API\n\nThe get API.\n\n[source,js]\n--------\ncurl\n--------\n',
    'Get API',
  ],
  ['=== Processor\n\n++++\n<titleabbrev>script</titleabbrev>\n++++\n', 'Processor'],
  ['== Sec\n\n[NOTE]\n====\nx\n====\n', 'Sec'],
  ['[NOTE]\n======\nx\n======\n', undefined],
  ['.Example\n========\nx\n========\n', undefined],
  ['[quote, Bar]\n____________\nx\n____________\n', undefined],
  ['<p>one\n++++++\n', undefined],
  ['....\n= not\n....\n\n= Title', 'Title'],
  ['----\n= not\n', undefined],
  ['```ruby\n= not\n```\n= Title', 'Title'],
  ['curl\n----------\n= not\n----------\n\n= Title', 'Title'],
  ['Text.\n\n== Details\n\n= Title', 'Title'],
  ['// by us\n:toc: left\n:!sectids:\n\nifdef::x[]\n[.lead]\n= Title\n', 'Title'],
  ['= [[id]]The `code` of *bold* and _thin_ a_b_c =\n', 'The code of bold and thin a_b_c'],
  ['# Title\n', 'Title'],
  ['A part\n-------\n\nText', 'A part'],
  ['One line\nand another\n===========\n', undefined],
  ['Text only', undefined],
])('the title of AsciiDoc, %j, is what it marks as one', (text, title) => {
  expect(findPlainTitle(text, '.adoc')).toBe(title);
  expect(findPlainTitle(text, '.asciidoc')).toBe(title);
});

test.each([
  ['#+TITLE: Installing\n* First', '.org', 'Installing'],
  ['# -*- x -*-\n#+author: A\n#+title: Of [[https://a.example][us]]\n', '.org', 'Of us'],
  ['#+begin_src sh\nfoo\n===\n#+end_src\n', '.org', undefined],
  ['#+begin_src org\n#+TITLE: no\n#+end_src\n#+TITLE: Yes\n', '.org', 'Yes'],
  ['#+BEGIN_EXAMPLE\n#+TITLE: no\n', '.org', undefined],
  ['foo\n===\n= bar\n', '.org', undefined],
  ['Installing\n==========\n', '.txt', undefined],
])('the title of another format, %j in %s, is what it marks as one', (text, ending, title) => {
  expect(findPlainTitle(text, ending)).toBe(title);
});
