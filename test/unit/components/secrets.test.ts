import * as pulumi from '@pulumi/pulumi';
import { expect, test } from 'vitest';

import { Secrets } from '../../../components/secrets.ts';
import { commandType, declare, filterByType } from '../../pulumi/declare.ts';

const configured = 'c'.repeat(40);
const absent = {
  postgresPassword: undefined,
  redisPassword: undefined,
  apiSecret: undefined,
  searchSecret: undefined,
  apiSecretPrevious: undefined,
  searchSecretPrevious: undefined,
  webhookSecret: undefined,
  webhookSecretPrevious: undefined,
};
const valueOf = (output: pulumi.Output<string>) => new Promise((resolve) => output.apply(resolve));

test('a configured secret is used unchanged and stays secret', async () => {
  let password = pulumi.output('');
  const declared = await declare(() => {
    password = new Secrets('secrets', {
      ...absent,
      postgresPassword: configured,
      redisPassword: configured,
      apiSecret: configured,
      searchSecret: configured,
      webhookSecret: configured,
    }).postgresPassword;
  });
  expect(filterByType(declared, commandType)).toEqual([]);
  expect(await pulumi.isSecret(password)).toBe(true);
  expect(await valueOf(password)).toBe(configured);
});

test('a missing secret is generated once: no trigger or edited script replaces it, and no log shows it', async () => {
  const made = filterByType(await declare(() => new Secrets('secrets', absent)), commandType);
  expect(made.map(({ name }) => name)).toEqual([
    'secrets-postgres',
    'secrets-redis',
    'secrets-api',
    'secrets-search',
    'secrets-webhook',
  ]);
  for (const { inputs, ignoreChanges, additionalSecretOutputs } of made) {
    expect(inputs['triggers']).toBeUndefined();
    expect(inputs['logging']).toBe('none');
    expect(ignoreChanges).toContain('create');
    expect(additionalSecretOutputs).toEqual(expect.arrayContaining(['stdout', 'stderr']));
  }
});

test('a generated secret stays secret', async () => {
  let password = pulumi.output('');
  await declare(() => {
    password = new Secrets('secrets', absent).redisPassword;
  });
  expect(await pulumi.isSecret(password)).toBe(true);
});

test('a previous key is never made, and where it is configured it stays secret', async () => {
  let keys: Secrets['previous'] | undefined;
  await declare(() => {
    keys = new Secrets('secrets', { ...absent, apiSecretPrevious: configured }).previous;
  });
  expect(keys?.searchSecret).toBeUndefined();
  expect(await pulumi.isSecret(keys!.apiSecret!)).toBe(true);
  expect(await valueOf(keys!.apiSecret!)).toBe(configured);
});
