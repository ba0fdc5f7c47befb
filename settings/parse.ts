import { createHash } from 'node:crypto';

import { settingRows } from '../settings.ts';
import type { SettingRow, Settings, SettingsByPart } from '../settings.ts';
import { hideCredentials } from '../shared/redaction.ts';
import { SettingsError } from '../shared/settings-error.ts';
import { prefixOf } from './names.ts';
import { findNearest } from './nearest.ts';
import { crossFieldFaults } from './rules.ts';
import { setCommand } from './set-command.ts';

/**
 * Checks the configuration of a stack.
 *
 * @param texts what is configured, key to text; absent keys take their defaults
 * @param isWhole whether what has to be configured has to be there already
 * @throws SettingsError naming every faulty key, with its value (never a secret's) and an example
 */
export function parseSettings(
  stack: string,
  texts: Readonly<Record<string, string>>,
  { isWhole = true } = {},
): Settings {
  const values: Record<string, Record<string, unknown>> = {};
  const faults = new Map<string, string>();
  for (const key of Object.keys(texts)) {
    if (!Object.hasOwn(settingRows, key))
      faults.set(key, `pulse:${key} is not a setting; ${unknownKeyRemedy(key)}`);
  }
  for (const row of Object.values(settingRows)) {
    const part = (values[row.part] ??= {});
    const isAbsent = row.kind.emptyIsAbsent && texts[row.key] === '';
    const text = isAbsent ? row.default : (texts[row.key] ?? row.default);
    const parsed = text === undefined ? { value: undefined } : row.kind.parse(text);
    if ('problem' in parsed) faults.set(row.key, describeFault(row, String(text), parsed.problem));
    else part[row.field] = parsed.value;
  }
  // Complete only where no key is faulty; a rule is not asked about a key that is.
  const settings = values as unknown as SettingsByPart;
  const faulty = new Set(faults.keys());
  const all = [
    ...faults.values(),
    ...(isWhole ? missingFaults(settings, faulty) : []),
    ...crossFieldFaults(settings, faulty),
  ];
  if (all.length > 0) throw new SettingsError(`the configuration of stack '${stack}'`, all);

  const { embeddingModel, vectorDim } = settings.gpuHost;
  return {
    ...settings,
    stack,
    prefix: prefixOf(stack),
    collection: collectionAlias(
      stack,
      embeddingModel,
      vectorDim,
      settings.embeddings.documentInstruction,
    ),
  };
}

function describeFault({ key, kind, example }: SettingRow, text: string, problem: string): string {
  const found =
    kind.isSecret || kind.isFile ? problem : `is '${hideCredentials(text)}': ${problem}`;
  return `pulse:${key} ${found}; for example: ${setCommand({ key, kind }, example)}`;
}

/** What has no default, and without which no worker starts. */
function missingFaults(settings: SettingsByPart, faulty: ReadonlySet<string>): string[] {
  if (faulty.has('gpuHost')) return [];
  const { mode } = settings.gpuHost;
  return Object.values(settingRows)
    .filter(
      ({ key, part, field, isRequiredInWorker, gpuHostMode = mode }) =>
        isRequiredInWorker &&
        gpuHostMode === mode &&
        !faulty.has(key) &&
        (settings[part] as Readonly<Record<string, unknown>>)[field] === undefined,
    )
    .map(
      ({ key, kind, description, example }) =>
        `pulse:${key} is not set: ${description}. Earlier versions had a default: ` +
        '`pulumi stack output gpuServices` shows the address that an existing stack uses; ' +
        `for example: ${setCommand({ key, kind }, example)}`,
    );
}

function unknownKeyRemedy(key: string): string {
  const near = findNearest(key, Object.keys(settingRows));
  const suggestion =
    near === undefined
      ? 'docs/configuration.md lists them; remove it'
      : `did you mean pulse:${near}? Rename it, or remove it`;
  return `${suggestion} with: pulumi config rm pulse:${key}`;
}

/**
 * `Qwen/Qwen3-Embedding-0.6B`, 1024 on dev -> `pulse-dev-qwen3-embedding-0-6b-1024`. A text that is
 * put before documents is in it as a hash, only where it is set: vectors with and without it do not
 * compare.
 */
function collectionAlias(
  stack: string,
  model: string,
  dimensions: number,
  documentInstruction: string,
): string {
  const name = (model.split('/').at(-1) ?? model).toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  const isText = documentInstruction !== 'auto' && documentInstruction !== 'none';
  const hash = createHash('sha256').update(documentInstruction).digest('hex').slice(0, 8);
  return `pulse-${stack}-${name}-${dimensions}${isText ? `-${hash}` : ''}`;
}
