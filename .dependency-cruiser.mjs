/**
 * Which file may import which. docs/architecture.md draws these arrows;
 * test/unit/architecture.test.ts proves that a wrong one is found.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { Visitor } from '@swc/core/Visitor.js';

/** What each place at the top may import besides itself; tests and benchmarks import everything. */
const mayImport = {
  index: ['settings', 'components'],
  settings: ['shared'],
  components: ['settings', 'healthchecks', 'shared'],
  shared: [],
  healthchecks: ['shared'],
  worker: ['healthchecks', 'shared'],
  toolchain: ['shared'],
  offline: ['toolchain', 'shared'],
  cli: ['settings', 'healthchecks', 'toolchain', 'offline', 'shared', 'checks'],
  checks: ['toolchain', 'shared'],
};

/** Folders of worker/ that do the work and do not know which queue hands it to them. */
const workFolders = [
  'documents',
  'chunks',
  'text',
  'embeddings',
  'vectors',
  'keywords',
  'postgres',
  'records',
  'indexing',
  'search',
  'rebuild',
  'audit',
  'sweep',
];

/** Places that may name Pulumi's packages: what is declared, and its tests. */
const declaring = ['index', 'settings', 'components', 'test'];

const anyOf = (words) => `(?:${words.join('|')})`;
/** A place is a folder, or one file of the root: settings/ and settings.ts. */
const filesOf = (places) => `^${anyOf(places)}(?:/|[.]ts$)`;

const places = [...Object.keys(mayImport), 'bench', 'test'];
const imagePackages = Object.keys(
  JSON.parse(readFileSync(join(import.meta.dirname, 'worker/package.json'), 'utf8')).dependencies,
);

// The visitor of @swc/core 1.16 throws at the first `using` declaration. dependency-cruiser inherits
// from this same class.
/* oxlint-disable typescript/no-deprecated, typescript/unbound-method */
const { visitStatement } = Visitor.prototype;
Visitor.prototype.visitStatement = function (statement) {
  if (statement.type !== 'UsingDeclaration') return visitStatement.call(this, statement);
  statement.decls = this.visitVariableDeclarators(statement.decls);
  return statement;
};
/* oxlint-enable typescript/no-deprecated, typescript/unbound-method */

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...Object.entries(mayImport).map(([place, allowed]) => ({
      name: `${place}-imports`,
      comment: `${place} imports ${['itself', ...allowed].join(', ')} and nothing else of ours`,
      severity: 'error',
      from: { path: filesOf([place]) },
      to: { path: filesOf(places.filter((other) => ![place, ...allowed].includes(other))) },
    })),
    {
      name: 'work-without-queue',
      comment: 'the work of worker/ does not know the queue library',
      severity: 'error',
      from: { path: `^worker/${anyOf(workFolders)}/` },
      to: { path: '(?:^|/)node_modules/bullmq/' },
    },
    {
      name: 'pulumi-where-declared',
      comment: "only what is declared, and its tests, know Pulumi's packages",
      severity: 'error',
      from: { pathNot: filesOf(declaring) },
      to: { path: '(?:^|/)node_modules/@pulumi/' },
    },
    {
      name: 'packages-of-the-image',
      comment: 'what runs in the image imports the packages of worker/package.json alone',
      severity: 'error',
      // The bundler runs while the image is built, and is a package of its build alone.
      from: {
        path: filesOf(['worker', 'healthchecks', 'shared']),
        pathNot: '^worker/bundle[.]ts$',
      },
      to: { path: '(?:^|/)node_modules/', pathNot: `(?:^|/)node_modules/${anyOf(imagePackages)}/` },
    },
    {
      name: 'no-import-of-a-test',
      comment: 'what several tests share lies in a file of its own',
      severity: 'error',
      from: {},
      to: { path: '[.]test[.]ts$' },
    },
    {
      name: 'no-circle-of-files',
      comment: 'files that import each other, types included, cannot be understood one by one',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-circle-of-worker-folders',
      comment: 'the folders of worker/ form layers: imports go down',
      severity: 'error',
      scope: 'folder',
      from: { path: '^worker/' },
      to: { path: '^worker/', circular: true },
    },
    {
      name: 'resolvable',
      comment: 'an import that cannot be resolved is one that no rule sees',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    // Next to TypeScript 7 the default parser reads no .ts file and finds nothing to object to.
    parser: 'swc',
    doNotFollow: { path: '(?:^|/)node_modules/' },
    exclude: { path: '^test/fixtures/' },
    builtInModules: { add: ['node:sqlite', 'node:test'] },
    enhancedResolveOptions: {
      extensions: ['.ts', '.mts', '.js', '.mjs', '.cjs', '.json', '.node'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'require', 'default', 'types'],
      mainFields: ['module', 'main', 'types', 'typings'],
    },
    tsPreCompilationDeps: true,
  },
};
