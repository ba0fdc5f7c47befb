/**
 * The local images and what each is made from. An image's tag ends in the hash of its recipe, its
 * parents' recipes included, so that a changed recipe is a new image and an unchanged one is never
 * built twice.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const offline = join(import.meta.dirname, '..');

export interface Recipe {
  readonly version: string;
  /** Folder with the Dockerfile, below offline/; the base has none, mmdebstrap makes it. */
  readonly folder?: string;
  readonly from?: string;
}

/**
 * Debian bookworm, the release the official images are based on; the documentation it leaves out is
 * half its files.
 */
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
  qdrant: { reference: referenceOf('qdrant') },
  tei: { reference: referenceOf('tei') },
  ollama: { reference: referenceOf('ollama') },
};

export function recipeOf(name: RecipeName): Recipe & { readonly from?: RecipeName } {
  return recipes[name];
}

export function contextOf(recipe: Recipe): string | undefined {
  return recipe.folder === undefined ? undefined : join(offline, recipe.folder);
}

/** `pulse-local/postgres:15-1a2b3c4d`. */
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
 * The recipe as it enters the hash. `servers/` counts under its first name, `gpu-host/`: where the
 * files lie in the repository decides nothing in an image, and another hash would rebuild it.
 */
function hashedRecipe(recipe: Recipe): Recipe {
  if (recipe.folder === undefined) return recipe;
  return { ...recipe, folder: recipe.folder.replace(/^servers\//, 'gpu-host/') };
}

/**
 * Sorted by path, so that the hash does not depend on the file system's order; without what tools
 * leave lying around.
 */
function filesOf(folder: string | undefined): [path: string, contents: Buffer][] {
  if (folder === undefined) {
    return [];
  }
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !/\/(\.|__pycache__)/.test(path.slice(folder.length)))
    .sort()
    .map((path) => [path.slice(folder.length), readFileSync(path)]);
}
