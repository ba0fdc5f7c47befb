import * as pulumi from '@pulumi/pulumi';
import { expect, test } from 'vitest';

import { Postgres } from '../../../components/postgres.ts';
import {
  containerType,
  declare,
  readEnvironment,
  findNamed,
  filterByType,
} from '../../pulumi/declare.ts';

const password = 'p'.repeat(40);
const args = {
  prefix: 'pulse-test',
  network: { networkName: 'pulse-test' },
  image: 'postgres:15',
  secrets: { postgresPassword: pulumi.output(password) },
  storeAddress: '127.0.0.1',
  port: 50105,
  memoryMiB: 1024,
  cpus: '2.0',
  protectData: false,
  healthIntervalSeconds: 5,
};
const declared = () => declare(() => new Postgres('postgres', args));
const container = async () =>
  filterByType(await declared(), containerType)[0] ?? expect.fail('no container');

test('Postgres is published only on the configured address and port', async () => {
  expect((await container()).inputs['ports']).toEqual([
    { internal: 5432, external: 50105, ip: '127.0.0.1', protocol: 'tcp' },
  ]);
});

test('Postgres keeps its data on a volume of the same name, which outlives destroy', async () => {
  const all = await declared();
  expect(findNamed(all, 'postgres-data')).toMatchObject({
    inputs: { name: 'pulse-test_postgres' },
    retainOnDelete: true,
  });
  expect(filterByType(all, containerType)[0]?.inputs['mounts']).toEqual([
    { type: 'volume', target: '/var/lib/postgresql/data', source: 'pulse-test_postgres' },
  ]);
});

test('Postgres receives its password through a secret environment and nowhere else', async () => {
  const { inputs, secretInputs, ...rest } = await container();
  expect(secretInputs).toContain('envs');
  expect(readEnvironment({ inputs, secretInputs, ...rest })).toMatchObject({
    POSTGRES_DB: 'pulse_postgres',
    POSTGRES_USER: 'firecrawl',
    POSTGRES_PASSWORD: password,
  });
  expect(JSON.stringify({ ...inputs, envs: undefined })).not.toContain(password);
});

test('Postgres sets the password of its role at every start, so that old data opens with a new one', async () => {
  const { inputs } = await container();
  expect((inputs['entrypoints'] as string[]).at(-1)).toMatch(
    /ALTER ROLE .* PASSWORD[^]*exec docker-entrypoint\.sh/,
  );
});

test('Postgres uses a quarter of its memory for shared buffers', async () => {
  expect((await container()).inputs['command']).toContain('shared_buffers=256MB');
});

test('the URL of Postgres has its role, container name and inner port, and is secret', async () => {
  let url = pulumi.output('');
  await declare(() => {
    ({ url } = new Postgres('postgres', args));
  });
  const seen = await new Promise((resolve) => url.apply(resolve));
  expect(seen).toBe(`postgresql://firecrawl:${password}@pulse-test_postgres:5432/pulse_postgres`);
  expect(await pulumi.isSecret(url)).toBe(true);
});
