/**
 * What is written from the table of settings: the schema in Pulumi.yaml and docs/configuration.md.
 *
 * node settings/generated-files.ts writes both anew (npm run settings)
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { parseDocument } from 'yaml';

import { rows } from '../settings.ts';
import type { Setting } from './setting.ts';

const table = Object.entries<Setting<unknown>>(rows);
const kindOf = ({ kind }: Setting<unknown>): string =>
  [kind.name, kind.range].filter((part) => part !== '').join(', ');

/**
 * The part of Pulumi.yaml that declares these keys; all are strings there, because the CLI would
 * stop at the first wrong type. Keys without a default are left out: the CLI takes a declared key
 * without one for compulsory.
 */
export function pulumiSchema(): Record<
  string,
  { type: 'string'; description: string; default: string }
> {
  return Object.fromEntries(
    table.flatMap(([key, row]) =>
      row.default === undefined
        ? []
        : [
            [
              key,
              {
                type: 'string' as const,
                description: `${row.description} (${kindOf(row)})`,
                default: row.default,
              },
            ],
          ],
    ),
  );
}

/** Pulumi.yaml with that part in place, the rest as it stands. */
export function pulumiYaml(current: string): string {
  const document = parseDocument(current);
  document.set('config', document.createNode(pulumiSchema()));
  return document.toString({ lineWidth: 0 });
}

export function configurationPage(): string {
  const lines = table.map(([key, row]) => {
    const fallback = row.default === undefined ? 'none' : shortened(row.default);
    return `| \`${key}\` | ${kindOf(row).replaceAll('|', '\\|')} | ${fallback} | ${row.description} | ${shortened(row.example)} | ${row.env === undefined ? '' : `\`${row.env}\``} |`;
  });
  return `# Configuration

Written from the table in \`settings.ts\` by \`npm run settings\`; a test fails when the two differ.

A stack's own values stand in \`Pulumi.<stack>.yaml\`, each key after \`pulse:\`. All faults are reported at once, before anything is declared.

\`\`\`sh
eval "$(./pulse env)"
pulumi config set pulse:workerReplicas 4 --stack dev
pulumi config set --secret pulse:redisPassword "$(openssl rand -hex 32)" --stack dev
\`\`\`

The passwords of Postgres and Redis may be left out: they are made on the first deploy and kept encrypted in the stack's state. The last column
names the variable that carries a setting into the workers.

| key | kind and range | default | what it is | example | worker |
| --- | --- | --- | --- | --- | --- |
${lines.join('\n').replaceAll(' |  |', ' | |')}
`;
}

/** A digest says nothing to a reader of a table; \`Pulumi.yaml\` has it whole. */
function shortened(value: string): string {
  return `\`${value.replace(/@sha256:([0-9a-f]{8})[0-9a-f]*$/, '@sha256:$1…')}\``;
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '..');
  writeFileSync(
    join(root, 'Pulumi.yaml'),
    pulumiYaml(readFileSync(join(root, 'Pulumi.yaml'), 'utf8')),
  );
  writeFileSync(join(root, 'docs/configuration.md'), configurationPage());
}
