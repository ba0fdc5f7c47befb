import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { afterAll, describe, expect, test } from 'vitest';

import { readDocuments } from '../../../../cli/pages.ts';
import type { PageOptions } from '../../../../cli/pages.ts';
import { runCommandLine } from '../../../harness/command-line.ts';
import { readStores } from '../../../harness/stored.ts';
import { openTestStack } from '../../../harness/test-stack.ts';
import type { TestStack } from '../../../harness/test-stack.ts';

const base = mkdtempSync(join(tmpdir(), 'pulse-folder-'));
afterAll(() => rmSync(base, { recursive: true }));

function write(folder: string, files: Readonly<Record<string, string>>): string {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(base, folder, name, '..'), { recursive: true });
    writeFileSync(join(base, folder, name), content);
  }
  return join(base, folder);
}

/** As `./pulse index <path>` does. */
async function index(
  stack: TestStack,
  path: string,
  options: Partial<PageOptions> = {},
  ...more: string[]
) {
  const { input, label } = readDocuments(path, { stack: 'dev', ...options });
  const args = ['index', '-', ...(label === undefined ? [] : ['--folder', label]), ...more];
  return runCommandLine(
    stack.directEnv,
    options.prune ? [...args, '--prune'] : args,
    await text(input),
  );
}
const run = (stack: TestStack, ...args: string[]) => runCommandLine(stack.directEnv, args);

async function stored(stack: TestStack): Promise<string[]> {
  return (await readStores(stack.directEnv)).documents.map(({ url }) => url).sort();
}

/** As version 84aa6d3 named a file, by its path with the name of the folder. */
const nameEarlier = (place: string) =>
  new URL(place.split('/').map(encodeURIComponent).join('/'), 'file:///').href;

describe('./pulse index <folder>', () => {
  test('keeps files of the same name apart, and names what is wrong and what was left out', async () => {
    await using stack = await openTestStack();
    const first = write('a/docs', {
      'index.md': '# A',
      'bad.md': '---\na: [b\n---\n',
      'x.png': '',
    });
    const second = write('b/docs', { 'index.md': '# B' });
    symlinkSync('nowhere', join(first, 'gone.md'));
    const one = await index(stack, first, { as: 'one' });
    expect(one).toMatchObject({ code: 1 });
    expect(one.stdout.split('\n')).toEqual([
      '1 accepted, 0 unchanged, 2 rejected',
      '  gone.md: is a link to nowhere, which does not exist',
      expect.stringMatching(/^ {2}bad\.md: its front matter is not YAML/),
      '1 left out:',
      '  1 .png: x.png',
      'Search or delete these documents with --domain one',
      '',
    ]);
    const two = await index(stack, second, { as: 'two' }, '--json');
    expect(two).toMatchObject({ code: 0 });
    expect(two.json).toEqual({
      accepted: 1,
      unchanged: 0,
      rejected: [],
      label: 'two',
      leftOut: [],
      gone: { count: 0, deleted: false, urls: [], command: expect.any(String) },
      earlier: null,
    });
    const listed = await run(stack, 'list', '--domain', 'two', '--json');
    expect(listed.json).toMatchObject({
      documents: [{ url: 'file://two/index.md', title: 'B', state: 'pending' }],
      isAll: true,
    });
    expect((await run(stack, 'list', '--limit', '1')).stdout).toMatch(
      /^STATE +URL +TITLE\npending +file:\/\/two\/index\.md +B\nThere are more than these 1/,
    );
    expect(await stored(stack)).toEqual(['file://one/index.md', 'file://two/index.md']);
    expect(
      (await run(stack, 'delete', '--domain', 'one', '--yes', '--no-wait', '--json')).json,
    ).toMatchObject({ deleted: 1 });
    expect(await stored(stack)).toEqual(['file://two/index.md']);
  });

  test('reports documents whose files are gone, and deletes them with --prune alone', async () => {
    await using stack = await openTestStack();
    const folder = write('prune', {
      'a.md': '# A',
      'b.md': '# B',
      'sub/c.md': '# C',
      'd/d.md': '# D',
    });
    write('prune-other', { 'a.md': '# Other' });
    await index(stack, folder, { as: 'kept' });
    await index(stack, join(base, 'prune-other'), { as: 'kept-too' });
    rmSync(join(folder, 'b.md'));
    rmSync(join(folder, 'sub'), { recursive: true });
    // What cannot be read is there all the same.
    rmSync(join(folder, 'd/d.md'));
    symlinkSync('nowhere', join(folder, 'd/d.md'));
    const reported = await index(stack, folder, { as: 'kept' });
    expect(reported.stdout).toContain(
      '2 are indexed whose files are gone, such as file://kept/b.md; ' +
        `delete them: ./pulse index ${folder} --as kept --prune`,
    );
    expect(await stored(stack)).toHaveLength(5);
    const pruned = await index(stack, folder, { as: 'kept', prune: true });
    expect(pruned.stdout).toContain('2 deleted, whose files are gone');
    expect(await stored(stack)).toEqual([
      'file://kept-too/a.md',
      'file://kept/a.md',
      'file://kept/d/d.md',
    ]);
  });

  test('deletes with --prune what a page was called before its front matter had a URL', async () => {
    await using stack = await openTestStack();
    const folder = write('moved', { 'a.md': '# A', 'b.md': '# B', 'c.md': '# C' });
    await index(stack, folder, { as: 'moved' });
    const url = (path: string) => `---\nurl: ${path}\n---\n`;
    write('moved', {
      'a.md': `${url('https://docs.example.org/a')}# A`,
      // What is refused has no other document, and what another file is called is no rest.
      'b.md': `${url('https://docs.example.org/b')}\u200B`,
      'd.md': `${url('file://moved/c.md')}# D`,
    });
    rmSync(join(folder, 'c.md'));
    const reported = await index(stack, folder, { as: 'moved' });
    expect(reported.stdout).toContain(
      '1 are indexed whose files are gone or have another URL now, such as file://moved/a.md; ',
    );
    const pruned = await index(stack, folder, { as: 'moved', prune: true });
    expect(pruned.stdout).toContain('1 deleted, whose files are gone or have another URL now');
    expect(await stored(stack)).toEqual([
      'file://moved/b.md',
      'file://moved/c.md',
      'https://docs.example.org/a',
    ]);
  });

  test('prunes nothing when the list of files ends too early', async () => {
    await using stack = await openTestStack();
    const folder = write('cut', { 'a.md': '# A', 'b.md': '# B' });
    await index(stack, folder, { as: 'cut' });
    const { input } = readDocuments(folder, { stack: 'dev', as: 'cut' });
    const [first] = (await text(input)).split('\n');
    const cut = await runCommandLine(
      stack.directEnv,
      ['index', '-', '--folder', 'cut', '--prune'],
      `${first}\n`,
    );
    expect(cut).toMatchObject({ code: 1, stderr: expect.stringContaining('ended too early') });
    expect(await stored(stack)).toHaveLength(2);
  });

  test('names documents of the earlier form once, and the command that deletes them', async () => {
    await using stack = await openTestStack();
    const folder = write('handbook', {
      'a b.md': '# A',
      'sub/c.md': '# C',
      'named.md': '---\nurl: https://n.example/\n---\nN',
    });
    // As earlier versions named them; the last two are of what is not taken, and of another folder.
    const others = ['handbook/node_modules/x.md', 'handbooks/a.md'];
    for (const place of ['handbook/a b.md', 'handbook/sub/c.md', ...others])
      await stack.intake.submit({ url: nameEarlier(place), title: place, markdown: 'Old.' });
    await stack.intake.submit({ url: 'https://n.example/', title: 'N', markdown: 'Old' });
    const { stdout } = await index(stack, folder, { as: 'handbook' });
    expect(stdout.match(/earlier version/g)).toHaveLength(1);
    expect(stdout).toContain(
      '3 are still indexed under the names of an earlier version, file:///handbook/; ' +
        '1 of them have no file here: they may be of another folder of that name. ' +
        'Delete them: ./pulse delete file:///handbook/',
    );
    expect(await run(stack, 'delete', 'file:///handbook/')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('3 documents: add --yes'),
    });
    await run(stack, 'delete', 'file:///handbook/node_modules/x.md', '--no-wait');
    const rest = await index(stack, folder, { as: 'handbook' });
    expect(rest.stdout).toContain(
      '2 are still indexed under the names of an earlier version, file:///handbook/. ' +
        'Delete them: ./pulse delete file:///handbook/ --yes',
    );
    await run(stack, 'delete', 'file:///handbook/', '--yes', '--no-wait');
    const again = await index(stack, folder, { as: 'handbook' });
    expect(again.stdout).toContain('0 accepted, 3 unchanged, 0 rejected');
    expect(again.stdout).not.toContain('earlier version');
    expect(await stored(stack)).toEqual([
      'file:///handbooks/a.md',
      'file://handbook/a%20b.md',
      'file://handbook/sub/c.md',
      'https://n.example/',
    ]);
    const single = await index(stack, join(folder, 'a b.md'), { as: 'handbook' });
    expect(single.stdout).toMatch(/^0 accepted, 1 unchanged/);
  });

  test('says which of two files with one URL replaced the other', async () => {
    await using stack = await openTestStack();
    const front = '---\nurl: https://docs.example.org/page\n---\n';
    const folder = write('same', {
      'a.md': `${front}First`,
      'b.md': `${front}Second`,
      'c.md': `${front}Third`,
    });
    expect((await index(stack, folder, { as: 'same' })).stdout.split('\n').slice(0, 4)).toEqual([
      '3 accepted, 0 unchanged, 0 rejected',
      '2 of these replaced another one of the same URL:',
      '  https://docs.example.org/page: by b.md',
      '  https://docs.example.org/page: by c.md',
    ]);
    const { documents } = await readStores(stack.directEnv);
    expect(documents).toHaveLength(1);
  });
});

describe('./pulse index -', () => {
  test('lets the last of several records with one URL win', async () => {
    await using stack = await openTestStack();
    const lines = Array.from({ length: 300 }, (_, number) =>
      JSON.stringify({
        url: `https://a.example/${number % 5}`,
        title: `Edition ${number}`,
        // Of very different lengths, so that a later one could overtake.
        markdown: 'word '.repeat(number % 3 === 0 ? 20_000 : 1),
      }),
    );
    const answer = await runCommandLine(
      stack.directEnv,
      ['index', '-', '--json'],
      lines.join('\n'),
    );
    expect(answer.json).toMatchObject({ accepted: 300, unchanged: 0, rejected: [] });
    const { rows } = await stack.services.pool.query(
      "SELECT v.page->>'title' AS title FROM documents d JOIN versions v ON v.id = d.latest",
    );
    expect(rows.map(({ title }: { title: string }) => title).sort()).toEqual(
      [295, 296, 297, 298, 299].map((number) => `Edition ${number}`),
    );
  });

  test('tells lines that are no JSON once, with what was expected', async () => {
    await using stack = await openTestStack();
    const csv = 'url,title\n'.repeat(1_500);
    const refused = await runCommandLine(stack.directEnv, ['index', '-'], csv);
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.stdout.trim().split('\n')).toEqual([
      '0 accepted, 0 unchanged, 1500 rejected',
      '  lines 1 to 1500: not JSON',
      expect.stringMatching(/^ {2}expected: one JSON object a line, a JSON array/),
    ]);
  });
});
