/** `node checks/imports.ts`: imports that .dependency-cruiser.mjs forbids. */
import { join } from 'node:path';

import { cruise } from 'dependency-cruiser';
import type { IViolation } from 'dependency-cruiser';
import extractDepcruiseOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';

const root = join(import.meta.dirname, '..');
/** This repository has more; fewer mean that the cruiser did not read TypeScript. */
const fewestFiles = 200;

export interface Cruise {
  /** Files of ours that were read, as paths from the folder. */
  readonly files: readonly string[];
  /** One line for each import or circle that a rule forbids. */
  readonly violations: readonly string[];
}

/** Reads every import below a folder by the rules of this repository. */
export async function cruiseImports(folder = root): Promise<Cruise> {
  const options = await extractDepcruiseOptions(join(root, '.dependency-cruiser.mjs'));
  const { output } = await cruise(['.'], { ...options, baseDir: folder });
  if (typeof output === 'string') throw new TypeError('dependency-cruiser answered with a text');
  return {
    files: output.modules
      .map(({ source }) => source)
      .filter((source) => source.endsWith('.ts') && !source.includes('node_modules/')),
    violations: output.summary.violations
      .filter(({ rule }) => rule.severity === 'error')
      .map(describeViolation)
      .sort(),
  };
}

function describeViolation({ rule, from, to, cycle }: IViolation): string {
  const path = cycle === undefined ? [to] : cycle.map(({ name }) => name);
  return `${rule.name}: ${[from, ...path].join(' -> ')}`;
}

if (import.meta.main) {
  const { files, violations } = await cruiseImports();
  const found =
    files.length < fewestFiles
      ? [`only ${files.length} files were read; the parser is not the one that reads TypeScript`]
      : violations;
  if (found.length > 0) {
    process.stdout.write(`${found.join('\n')}\n`);
    process.exitCode = 1;
  }
}
