import * as pulumi from '@pulumi/pulumi';
import { expect, test } from 'vitest';

import { Secrets } from '../../../components/secrets.ts';
import { commandType, declare, filterByType } from '../../pulumi/declare.ts';

const configured = 'c'.repeat(40);

test('a configured secret is used unchanged and stays secret', async () => {
  let password = pulumi.output('');
  const declared = await declare(() => {
    password = new Secrets('secrets', { postgresPassword: configured, redisPassword: configured })
      .postgresPassword;
  });
  expect(filterByType(declared, commandType)).toEqual([]);
  expect(await pulumi.isSecret(password)).toBe(true);
  expect(await new Promise((resolve) => password.apply(resolve))).toBe(configured);
});

test('a missing secret is generated once: no trigger or edited script replaces it, and no log shows it', async () => {
  const made = filterByType(
    await declare(
      () => new Secrets('secrets', { postgresPassword: undefined, redisPassword: undefined }),
    ),
    commandType,
  );
  expect(made.map(({ name }) => name)).toEqual(['secrets-postgres', 'secrets-redis']);
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
    password = new Secrets('secrets', { postgresPassword: undefined, redisPassword: undefined })
      .redisPassword;
  });
  expect(await pulumi.isSecret(password)).toBe(true);
});
