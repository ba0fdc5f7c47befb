import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { readCommit } from '../../settings/commit.ts';
import { lastMigration } from '../../settings/schema.ts';
import { version as definition } from '../../shared/commands/version.ts';
import { alignColumns } from '../../shared/table.ts';
import { hostCommand, print } from '../command.ts';
import { readEngineId } from '../engine-of-stack.ts';
import { root } from '../paths.ts';
import { captureResult } from '../process.ts';

export const version = hostCommand(definition, async ({ json }) => {
  const [commit, pulumi, engine, engineId] = await Promise.all([
    readCommit(root),
    answerOf('pulumi', 'version'),
    answerOf('docker', 'version', '--format', '{{.Server.Version}}'),
    readEngineId(),
  ]);
  const { version: pulse } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    version: string;
  };
  const found = {
    pulse,
    commit,
    schema: lastMigration(),
    node: process.versions.node,
    pulumi: pulumi?.replace(/^v/, '') ?? null,
    engine,
    engineId: engineId ?? null,
  };
  print(json ? JSON.stringify(found) : formatVersions(found));
});

/** What a program prints; null where it is missing, or has no answer. */
async function answerOf(program: string, ...args: string[]): Promise<string | null> {
  const { exitCode, stdout } = await captureResult(program, args);
  return exitCode === 0 ? stdout.trim() || null : null;
}

function formatVersions(found: Readonly<Record<string, string | null>>): string {
  return alignColumns(Object.entries(found).map(([what, text]) => [what, text ?? 'not found']));
}
