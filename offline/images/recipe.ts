/**
 * The local images and what each is made from. An image's tag ends in the hash of its recipe and of
 * its parents' recipes: a changed recipe is a new image, and an unchanged one is not built again.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const offline = join(import.meta.dirname, '..');

interface Recipe {
  readonly version: string;
  /** Folder with the Dockerfile, in offline/; the base has none, because mmdebstrap makes it. */
  readonly folder?: string;
  /** The image that it is built on. */
  readonly from?: string;
}

/** Debian bookworm, as in the official images. Half its files are documentation and left out. */
export const debian = {
  suite: 'bookworm',
  packages: ['ca-certificates', 'curl'],
  leaveOut: ['/usr/share/man/*', '/usr/share/doc/*', '/usr/share/locale/*'],
} as const;

export const recipes = {
  base: { version: debian.suite },
  postgres: { version: '15', folder: 'images/postgres', from: 'base' },
  redis: { version: '7', folder: 'images/redis', from: 'base' },
  node: { version: '24', folder: 'images/node', from: 'base' },
  haproxy: { version: '2.6', folder: 'images/haproxy', from: 'base' },
  prometheus: { version: '2.42', folder: 'images/prometheus', from: 'base' },
  alertmanager: { version: '0.25', folder: 'images/alertmanager', from: 'base' },
  python: { version: '3.11', folder: 'servers/python', from: 'base' },
  qdrant: { version: '0.9.0', folder: 'servers/qdrant', from: 'python' },
  tei: { version: '1.9.0', folder: 'servers/tei', from: 'python' },
  ollama: { version: '0.1.0', folder: 'servers/ollama', from: 'python' },
} as const satisfies Record<string, Recipe>;

export type RecipeName = keyof typeof recipes;
export type LocalImageName = Exclude<RecipeName, 'base' | 'python'>;

/** The images that a stack uses, with the references that `docker build` gives them. */
export const localImages: Readonly<Record<LocalImageName, { readonly reference: string }>> = {
  postgres: { reference: referenceOf('postgres') },
  redis: { reference: referenceOf('redis') },
  node: { reference: referenceOf('node') },
  haproxy: { reference: referenceOf('haproxy') },
  prometheus: { reference: referenceOf('prometheus') },
  alertmanager: { reference: referenceOf('alertmanager') },
  qdrant: { reference: referenceOf('qdrant') },
  tei: { reference: referenceOf('tei') },
  ollama: { reference: referenceOf('ollama') },
};

/** The recipe with the type in which `from` is optional. */
export function recipeOf(name: RecipeName): Recipe & { readonly from?: RecipeName } {
  return recipes[name];
}

/** The folder that `docker build` gets, or undefined for the base. */
export function contextOf(recipe: Recipe): string | undefined {
  return recipe.folder === undefined ? undefined : join(offline, recipe.folder);
}

/** The name of an image for Docker: `pulse-local/postgres:15-1a2b3c4d`. */
export function referenceOf(name: RecipeName): string {
  return `pulse-local/${name}:${recipes[name].version}-${hashOf(name).slice(0, 8)}`;
}

function hashOf(name: RecipeName): string {
  const recipe = recipeOf(name);
  const hash = createHash('sha256').update(JSON.stringify(hashedRecipe(recipe)));
  hash.update(recipe.from === undefined ? JSON.stringify(debian) : hashOf(recipe.from));
  for (const [path, contents] of filesOf(contextOf(recipe))) {
    hash.update(`\0${path}\0`).update(contents);
  }
  return hash.digest('hex');
}

/**
 * The recipe as it enters the hash. The folder `servers/` was once called `gpu-host/` and is hashed
 * under that name: its place in the repository changes nothing in an image, and another hash would
 * have every machine build the images again.
 */
function hashedRecipe(recipe: Recipe): Recipe {
  if (recipe.folder === undefined) return recipe;
  return { ...recipe, folder: recipe.folder.replace(/^servers\//, 'gpu-host/') };
}

/**
 * Lists a folder's files with their contents. They are sorted by path, so that the hash does not
 * depend on the file system's order; hidden files and Python's caches are left out.
 */
function filesOf(folder: string | undefined): [path: string, contents: Buffer][] {
  if (folder === undefined) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !/\/(\.|__pycache__)/.test(path.slice(folder.length)))
    .sort()
    .map((path) => [path.slice(folder.length), readFileSync(path)]);
}
