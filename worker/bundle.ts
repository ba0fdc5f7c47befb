/**
 * Writes the programs of the image, each with everything that it imports in a few files: Node reads
 * some thirty of them in place of eleven hundred, in half of the processor time. Runs while the
 * image is built (worker/Dockerfile), and once a run of the tests that start these programs.
 *
 * Usage: node worker/bundle.ts <folder>, which gets the programs under the names that they have
 * here
 */
import { globSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { build } from 'rolldown';
import type { Plugin } from 'rolldown';

const root = join(import.meta.dirname, '..');
const programs = globSync(['worker/{worker,api,cli}.ts', 'worker/*/thread.ts'], { cwd: root });

/**
 * Tells each module where it would lie in the image, and not where the bundle lies: next to it are
 * the migrations that it reads, the native code that it loads, the threads that it starts.
 */
const keepPlaces: Plugin = {
  name: 'keep-places',
  transform: {
    filter: { code: /\b(?:__dirname|__filename|import\.meta)\b/ },
    handler: (code, id) =>
      code
        .replaceAll(/\b(?:__dirname|import\.meta\.dirname)\b/g, JSON.stringify(dirname(id)))
        .replaceAll(/\b(?:__filename|import\.meta\.filename)\b/g, JSON.stringify(id))
        .replaceAll(/\bimport\.meta\.url\b/g, JSON.stringify(pathToFileURL(id).href)),
  },
};

/** A source with one character outside Latin-1 takes two bytes for each character in memory. */
const writeAscii: Plugin = {
  name: 'write-ascii',
  // At the end: printing the code once more would write the characters themselves.
  generateBundle: (_options, files) => {
    for (const file of Object.values(files))
      if (file.type === 'chunk')
        file.code = file.code.replaceAll(
          /[\u0080-\uffff]/g,
          (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
        );
  },
};

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: node worker/bundle.ts <folder>');
await build({
  cwd: root,
  input: Object.fromEntries(programs.map((path) => [path.replace(/[.]ts$/, ''), path])),
  platform: 'node',
  plugins: [keepPlaces, writeAscii],
  output: {
    dir: folder,
    entryFileNames: '[name].js',
    chunkFileNames: 'worker/bundle/[name]-[hash].js',
    // Names and lines stay as they are, and a comment names each module: a stack trace is readable.
    comments: { legal: false, annotation: false, jsdoc: false },
  },
});
// Commands, containers and threads call the programs by the names of their sources.
for (const path of programs)
  symlinkSync(basename(path).replace(/[.]ts$/, '.js'), join(folder, path));
