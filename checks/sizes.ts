/** `node checks/sizes.ts`: lines and files of TypeScript that are longer than they may be. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { literalData, longestFile, longestLine, notCounted } from './size-limits.ts';

const root = join(import.meta.dirname, '..');

/** @returns one sentence for each line or file that is too long, with its place */
export function findOversized(): string[] {
  const unused = new Set(literalData);
  const found: string[] = [];
  for (const path of globSync('**/*.ts', { cwd: root, exclude: ['**/node_modules/**'] })) {
    const lines = readFileSync(join(root, path), 'utf8').trimEnd().split('\n');
    if (lines.length > longestFile)
      found.push(`${path}: ${lines.length} lines, at most ${longestFile}`);
    for (const [index, line] of lines.entries()) {
      const { length } = line.replace(notCounted, '');
      if (length <= longestLine || (path.startsWith('test/') && isLiteralData(line))) continue;
      found.push(`${path}:${index + 1}: ${length} characters, at most ${longestLine}`);
    }
  }
  return [
    ...found,
    ...[...unused].map((start) => `checks/size-limits.ts: no long line begins with ${start}`),
  ];

  function isLiteralData(line: string): boolean {
    const start = literalData.find((candidate) => line.trimStart().startsWith(candidate));
    if (start !== undefined) unused.delete(start);
    return start !== undefined;
  }
}

if (import.meta.main) {
  const found = findOversized();
  if (found.length > 0) {
    process.stdout.write(`${found.join('\n')}\n`);
    process.exitCode = 1;
  }
}
