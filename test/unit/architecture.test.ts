import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const places = [
  'index.ts',
  'settings.ts',
  'settings',
  'components',
  'worker',
  'healthchecks',
  'shared',
  'cli',
  'toolchain',
  'offline',
  'bench',
  'test',
];

/** Which place may import which, besides itself: docs/architecture.md draws these arrows. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  index: ['settings', 'components'],
  settings: ['shared'],
  components: ['settings', 'healthchecks', 'shared'],
  shared: [],
  healthchecks: ['shared'],
  worker: ['healthchecks', 'shared'],
  toolchain: [],
  offline: ['toolchain', 'shared'],
  cli: ['settings', 'healthchecks', 'toolchain', 'offline', 'shared'],
};
/** Inside worker/, the work does not know who hands it its documents. */
const work = ['documents', 'chunks', 'embeddings', 'vectors', 'keywords', 'records', 'search'];

const sources = places.flatMap((place) =>
  place.endsWith('.ts') ? [place] : typescriptUnder(place),
);
const placeOf = (path: string): string => path.split('/')[0]?.replace(/\.ts$/, '') ?? '';

function typescriptUnder(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.includes('node_modules'))
    .map((name) => join(folder, name));
}

/**
 * Modules that a file names in its imports: files of ours as paths from the root, packages by their
 * names.
 */
function importsOf(path: string): string[] {
  const text = readFileSync(join(root, path), 'utf8');
  return [
    ...text.matchAll(
      /^(?:import|export)\b[^'";]*?from '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm,
    ),
  ]
    .map(([, named, bare, dynamic]) => named ?? bare ?? dynamic ?? '')
    .map((name) => (name.startsWith('.') ? relative(root, join(root, dirname(path), name)) : name));
}

describe('the house', () => {
  test.each(Object.entries(mayImport))(
    '%s imports only what the architecture allows it',
    (place, allowed) => {
      const strays = sources
        .filter((path) => placeOf(path) === place)
        .flatMap((path) =>
          importsOf(path)
            .filter(
              (name) =>
                places.map(placeOf).includes(placeOf(name)) &&
                name.includes('.ts') &&
                ![place, ...allowed].includes(placeOf(name)),
            )
            .map((name) => `${path} imports ${name}`),
        );
      expect(strays).toEqual([]);
    },
  );

  test('keeps the queue library out of the work', () => {
    const strays = sources.filter(
      (path) =>
        work.some((noun) => path.startsWith(`worker/${noun}/`)) &&
        importsOf(path).includes('bullmq'),
    );
    expect(strays).toEqual([]);
  });

  test('keeps Pulumi out of everything but what is declared', () => {
    const strays = sources.filter(
      (path) =>
        !['index', 'components', 'settings', 'test'].includes(placeOf(path)) &&
        importsOf(path).some((name) => name.startsWith('@pulumi/')),
    );
    expect(strays).toEqual([]);
  });

  test('has no file longer than 300 lines', () => {
    expect(
      sources.filter((path) => readFileSync(join(root, path), 'utf8').split('\n').length > 300),
    ).toEqual([]);
  });

  test('has a package of the worker for every package that the image needs, at the same version', () => {
    const versions = (path: string) =>
      JSON.parse(readFileSync(join(root, path), 'utf8')) as {
        dependencies: Record<string, string>;
        devDependencies?: Record<string, string>;
      };
    const inImage = versions('worker/package.json').dependencies;
    const { dependencies, devDependencies = {} } = versions('package.json');
    const packageOf = (name: string): string =>
      name
        .split('/')
        .slice(0, name.startsWith('@') ? 2 : 1)
        .join('/');
    const used = sources
      .filter((path) => ['worker', 'healthchecks', 'shared'].includes(placeOf(path)))
      .flatMap(importsOf)
      .filter((name) => !name.includes('.ts') && !name.startsWith('node:'))
      .map(packageOf);
    expect(Object.keys(inImage)).toEqual(expect.arrayContaining([...new Set(used)]));
    for (const [name, version] of Object.entries(inImage))
      expect(`${name} ${{ ...dependencies, ...devDependencies }[name]}`).toBe(`${name} ${version}`);
  });
});
