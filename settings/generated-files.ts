/**
 * The files that are written from the table of settings: the schema in Pulumi.yaml,
 * docs/configuration.md and the part of the worker's environment that the settings decide.
 *
 * node settings/generated-files.ts writes all three (npm run settings)
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { parseDocument } from 'yaml';

import { settingRows } from '../settings.ts';
import type { SettingRow } from '../settings.ts';

const rows = Object.values(settingRows);

/** Pulumi.yaml with the settings' schema in place, the rest as it stands. */
export function pulumiYaml(current: string): string {
  const document = parseDocument(current);
  document.set('config', document.createNode(pulumiSchema()));
  return document.toString({ lineWidth: 0 });
}

interface SchemaEntry {
  readonly type: 'string';
  readonly description: string;
  readonly default: string;
}

/**
 * The part of Pulumi.yaml that declares the keys. All are strings there, because the CLI would stop
 * at the first wrong type. Keys without a default are left out: the CLI takes a declared key
 * without one for compulsory.
 */
function pulumiSchema(): Record<string, SchemaEntry> {
  const schema: Record<string, SchemaEntry> = {};
  for (const row of rows) {
    if (row.default === undefined) continue;
    const description = `${row.description} (${describeKind(row)})`;
    schema[row.key] = { type: 'string', description, default: row.default };
  }
  return schema;
}

/** The whole of docs/configuration.md. */
export function configurationPage(): string {
  return `# Configuration

Written from the rows in \`settings/parts/\` by \`npm run settings\`; a test fails when the two
differ.

A stack's own values stand in \`Pulumi.<stack>.yaml\`, each key after \`pulse:\`. All faults are
reported at once, before anything is declared.

\`\`\`sh
eval "$(./pulse env)"
pulumi config set pulse:workerReplicas 4 --stack dev
openssl rand -hex 32 | pulumi config set --secret pulse:redisPassword --stack dev
\`\`\`

The passwords of Postgres and Redis and the API's keys may be left out: they are made on the first
deploy and kept encrypted in the stack's state. A secret is given on standard input, as above, or
typed when Pulumi asks: what stands in a command is seen in the process list. Its example is a
command that prints one. The last column names the variable that carries a
setting into the workers.

| key | kind and range | default | what it is | example | worker |
| --- | --- | --- | --- | --- | --- |
${rows.map(tableLine).join('\n').replaceAll(' |  |', ' | |')}
`;
}

function tableLine(row: SettingRow): string {
  const cells = [
    code(row.key),
    describeKind(row).replaceAll('|', '\\|'),
    row.default === undefined ? 'none' : code(shortenDigest(row.default)),
    row.description,
    code(shortenDigest(row.example)),
    row.env === undefined ? '' : code(row.env),
  ];
  return `| ${cells.join(' | ')} |`;
}

function describeKind({ kind }: SettingRow): string {
  return kind.range === '' ? kind.name : `${kind.name}, ${kind.range}`;
}

function code(text: string): string {
  return `\`${text}\``;
}

/** The table needs no whole digest; `Pulumi.yaml` has it. */
function shortenDigest(text: string): string {
  return text.replace(/@sha256:([0-9a-f]{8})[0-9a-f]*$/, '@sha256:$1…');
}

/**
 * The whole of worker/settings/generated.ts. Descriptions are not in it: the image's tag follows
 * its sources, and a reworded sentence must not rebuild it.
 */
export function workerVariables(): string {
  const carried = rows.filter(({ env }) => env !== undefined);
  const builders = new Set(carried.map(({ kind }) => kind.workerSchema.replace(/\(.*/, '')));
  const lines = carried.map(
    (row) => `  ${workerField(row)}: variable('${row.env}', ${workerSchema(row)}),`,
  );
  return `/** Written from the table in settings.ts by \`npm run settings\`; a test compares. */
import { ${[...builders, 'variable'].toSorted().join(', ')} } from './kinds.ts';

export const settingVariables = {
${lines.join('\n')}
};
`;
}

/** The setting's own field, but for times: the worker reads them in milliseconds. */
function workerField({ field }: SettingRow): string {
  return field.replace(/Seconds$/, 'Ms');
}

function workerSchema({ kind, default: fallback, isRequiredInWorker }: SettingRow): string {
  if (isRequiredInWorker) return kind.workerSchema;
  if (fallback === undefined) return `${kind.workerSchema}.optional()`;
  return `${kind.workerSchema}.prefault('${fallback}')`;
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '..');
  const schema = join(root, 'Pulumi.yaml');
  writeFileSync(schema, pulumiYaml(readFileSync(schema, 'utf8')));
  writeFileSync(join(root, 'docs/configuration.md'), configurationPage());
  writeFileSync(join(root, 'worker/settings/generated.ts'), workerVariables());
}
