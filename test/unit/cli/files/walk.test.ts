import { once } from 'node:events';
import { chmodSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, relative } from 'node:path';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { countsOf, makeFolder, read } from '../../../harness/folder-of-files.ts';

describe('a folder', () => {
  test('is taken by the endings of pages, and what is left out is told by kind and number', async () => {
    const folder = makeFolder({
      'a.md': 'a',
      'b.markdown': 'b',
      'c.mdx': 'c',
      'D.MD': 'd',
      'e.txt': 'e',
      'f.rst': 'f',
      'g.html': '<title>G</title><p>g',
      'H.HTM': '<p>h',
      'x.png': '',
      'y.PNG': '',
      'z.pdf': '',
      'data.json': '{}',
      LICENSE: 'text',
      '.hidden.md': 'h',
      '.obsidian/a.json': '',
      '.obsidian/b.json': '',
      '.git/config': '',
      '.trash/old.md': 'old',
      'node_modules/pkg/README.md': 'r',
      'node_modules/pkg/index.js': '',
      'sub/node_modules/a/b.md': '',
      'env/pyvenv.cfg': '',
      'env/lib/notes.txt': '',
      '__pycache__/a.md': '',
      '@eaDir/a.md': '',
    });
    const found = await read(folder);
    expect(found.paths).toEqual([
      'D.MD',
      'H.HTM',
      'a.md',
      'b.markdown',
      'c.mdx',
      'e.txt',
      'f.rst',
      'g.html',
    ]);
    expect(found.pages.map(({ title }) => title)).toEqual([
      'D',
      'H',
      'a',
      'b',
      'c',
      'e',
      'f',
      undefined,
    ]);
    expect(countsOf(found)).toEqual({
      hidden: 5,
      'in node_modules': 3,
      '.png': 2,
      'in env': 2,
      '.pdf': 1,
      '.json': 1,
      'without an ending': 1,
      'in __pycache__': 1,
      'in @eaDir': 1,
    });
  });

  test('has sockets left out, and names what is too large or has a name that is not UTF-8', async () => {
    const folder = makeFolder({ 'a.md': 'a', 'large.md': '' });
    truncateSync(join(folder, 'large.md'), 16 * 1024 * 1024 + 1);
    writeFileSync(
      Buffer.concat([Buffer.from(`${folder}/caf`), Buffer.from([0xe9]), Buffer.from('.md')]),
      'x',
    );
    const server = createServer().listen(join(folder, 'socket.md'));
    await once(server, 'listening');
    const found = await read(folder);
    server.close();
    expect(found.paths).toEqual(['a.md']);
    expect(countsOf(found)).toEqual({ 'no regular file': 1 });
    expect(found.faults.map(({ path, problem }) => `${path}: ${problem}`)).toEqual([
      'caf\uFFFD.md: has a name that is not UTF-8',
      'large.md: is larger than 16 MiB',
    ]);
  });

  // Root may read everything.
  test.skipIf(process.getuid?.() === 0)('is indexed but for what may not be read', async () => {
    const folder = makeFolder({ 'a.md': 'a', 'secret.md': 's', 'closed/b.md': 'b' });
    chmodSync(join(folder, 'secret.md'), 0);
    chmodSync(join(folder, 'closed'), 0);
    const { paths, faults } = await read(folder);
    chmodSync(join(folder, 'closed'), 0o700);
    expect(paths).toEqual(['a.md']);
    expect(faults.map(({ path }) => path)).toEqual(['closed/', 'secret.md']);
  });

  test('has what .gitignore names left out, as git does', async () => {
    const folder = makeFolder({
      '.gitignore': '\uFEFFbuild/\n*.tmp.md\n!keep.tmp.md\n/top.md\n',
      'build/a.md': '',
      'a.tmp.md': '',
      'keep.tmp.md': 'k',
      'top.md': '',
      'sub/top.md': 't',
      'sub/.gitignore': '!b.tmp.md\nsecret.md\n',
      'sub/b.tmp.md': 'b',
      'sub/secret.md': '',
      'secret.md': 's',
      'sub/Build/a.md': 'case',
    });
    const found = await read(folder);
    expect(found.paths).toEqual([
      'keep.tmp.md',
      'secret.md',
      'sub/Build/a.md',
      'sub/b.tmp.md',
      'sub/top.md',
    ]);
    expect(countsOf(found)).toEqual({ 'by .gitignore': 4, hidden: 2 });
  });

  test('is not read where its .gitignore cannot be read', async () => {
    const folder = makeFolder({ 'a.md': 'a', 'sub/b.md': 'b', 'sub/deep/c.md': 'c' });
    // Root may read everything, but no link to itself.
    symlinkSync('.gitignore', join(folder, 'sub/.gitignore'));
    const { paths, faults } = await read(folder);
    expect(paths).toEqual(['a.md']);
    expect(faults).toMatchObject([
      { path: 'sub/', problem: expect.stringMatching(/^is left out, because \S+\.gitignore is a/) },
    ]);
    await expect(read(join(folder, 'sub'))).rejects.toThrow('.gitignore is a link');
  });

  test('heeds the .gitignore above it, unless that names the folder itself', async () => {
    const root = makeFolder({
      '.git/HEAD': '',
      '.git/info/exclude': 'private.md\n',
      '.gitignore': 'draft-*.md\n/dist/\n',
      'docs/a.md': 'a',
      'docs/draft-b.md': '',
      'docs/private.md': '',
      'dist/draft-c.md': 'c',
    });
    expect((await read(join(root, 'docs'))).paths).toEqual(['a.md']);
    expect((await read(join(root, 'dist'))).paths).toEqual(['draft-c.md']);
  });

  test.each([
    ['a worktree', 'gitdir: ../main/.git/worktrees/x\n', 'main/.git/worktrees/x/commondir'],
    ['a submodule', 'gitdir: ../main/.git\n', 'main/.git/HEAD'],
  ])('heeds info/exclude of the repository of %s', async (_what, gitFile, named) => {
    const root = makeFolder({
      [named]: '../..\n',
      'main/.git/info/exclude': 'private.md\n',
      'tree/.git': gitFile,
      'tree/docs/a.md': 'a',
      'tree/docs/private.md': '',
    });
    expect((await read(join(root, 'tree/docs'))).paths).toEqual(['a.md']);
    expect((await read(join(root, 'tree'))).paths).toEqual(['docs/a.md']);
  });

  test('is read where .git names nothing that there is', async () => {
    const folder = makeFolder({
      '.git': 'gitdir: /nowhere/x\n',
      '.gitignore': 'b.md',
      'a.md': 'a',
    });
    expect((await read(folder)).paths).toEqual(['a.md']);
  });

  test('has what --exclude names left out', async () => {
    const folder = makeFolder({
      'a.md': 'a',
      'drafts/b.md': '',
      'c.old.md': '',
      'x/drafts/d.md': '',
    });
    const found = await read(folder, { exclude: ['drafts/', '*.old.md'] });
    expect(found.paths).toEqual(['a.md']);
    expect(countsOf(found)).toEqual({ 'by --exclude': 3 });
    expect(found.end.pruneCommand).toBe(
      `./pulse index ${folder} --as guide --exclude drafts/ --exclude '*.old.md' --prune`,
    );
  });

  test.each(['./drafts', '/drafts', 'FOLDER/drafts', 'FROM_HERE/drafts', 'FROM_HERE/drafts/'])(
    'has %s left out',
    async (pattern) => {
      const folder = makeFolder({ 'a.md': 'a', 'drafts/b.md': 'b', 'x/drafts/d.md': 'd' });
      const named = pattern.replace('FROM_HERE', relative('.', folder)).replace('FOLDER', folder);
      expect((await read(folder, { exclude: [named] })).paths).toEqual(['a.md', 'x/drafts/d.md']);
    },
  );

  test('has a pattern taken as one of the folder where it is a path there', async () => {
    const folder = makeFolder({ 'cli/a.md': 'a', 'b.md': 'b' });
    expect((await read(folder, { exclude: ['cli/a.md'] })).paths).toEqual(['b.md']);
  });

  test('has linked folders followed once within it, and named where they leave it', async () => {
    const elsewhere = makeFolder({ 'far.md': 'far' });
    const folder = makeFolder({
      'real/a.md': 'a',
      '.content/b.md': 'b',
      '.content/deep/c.md': 'c',
    });
    symlinkSync('real', join(folder, 'again'));
    symlinkSync('.', join(folder, 'loop'));
    symlinkSync('..', join(folder, 'real/up'));
    symlinkSync('.content', join(folder, 'docs'));
    symlinkSync('.content/deep', join(folder, 'twice'));
    symlinkSync(elsewhere, join(folder, 'out'));
    symlinkSync('real/a.md', join(folder, 'a-again.md'));
    symlinkSync(join(elsewhere, 'far.md'), join(folder, 'far.md'));
    const found = await read(folder);
    expect(found.paths).toEqual(['docs/b.md', 'docs/deep/c.md', 'far.md', 'real/a.md']);
    expect(countsOf(found)).toEqual({ 'linked a second time': 5, 'linked from elsewhere': 1 });
    expect(found.leftOut.at(0)?.paths).toEqual([`out -> ${elsewhere}`]);
    expect(found.faults).toEqual([]);
  });

  test('loses no entry: each is a page, a fault, or left out', async () => {
    const name = fc.constantFrom(
      'a.md',
      'b.txt',
      'c.png',
      '.h.md',
      'D',
      'e.html',
      'f.json',
      'g.mdx',
      'broken.md',
      'nul.md',
    );
    const parent = fc.constantFrom('', 'x/', '.h/', 'node_modules/', 'x/build/', 'x/.git/', 'y/z/');
    const contents: Readonly<Record<string, string>> = {
      'broken.md': '---\na: b: c\n---\n',
      'nul.md': 'a\0b',
    };
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.tuple(parent, name), { selector: String }),
        async (list) => {
          const paths = list.map((one) => one.join(''));
          const files = Object.fromEntries(
            list.map(([where, file]) => [`${where}${file}`, contents[file] ?? 'Text.']),
          );
          const folder = makeFolder({ ...files, 'always.md': 'a', 'x/.gitignore': 'build\n' });
          const { paths: taken, faults, leftOut } = await read(folder);
          const out = leftOut.reduce((sum, { count }) => sum + count, 0);
          expect(taken.length + faults.length + out).toBe(paths.length + 2);
        },
      ),
      { numRuns: 60 },
    );
  });
});
