import { describe, expect, test } from 'vitest';

import { containerType, filterByType, findNamed, volumeType } from '../../pulumi/declare.ts';
import type { Declared } from '../../pulumi/declare.ts';
import { declareStack } from '../../pulumi/stack.ts';

const searchSecret = '0f1e2d3c4b5a69788796a5b4c3d2e1f0';
const mailPassword = 'correct horse battery staple';
const own = {
  monitoring: 'own',
  searchSecret,
  mailHost: 'smtp.example.org',
  mailFrom: 'pulse@example.org',
  mailTo: 'operator@example.org',
  mailUser: 'pulse',
  mailPassword,
  heartbeatUrl: 'https://hc-ping.example/0f1e2d3c',
};
const secrets = [searchSecret, mailPassword, own.heartbeatUrl];

const declare = (overrides: Record<string, string> = {}): Promise<Declared[]> =>
  declareStack('dev', { ...own, ...overrides });
const monitor = async (name: string, overrides: Record<string, string> = {}): Promise<Declared> =>
  findNamed(filterByType(await declare(overrides), containerType), name);

test.each(['none', 'external'])('with %s nobody of the stack watches it', async (monitoring) => {
  const declared = await declareStack('dev', { monitoring });
  const names = declared.map(({ name }) => name).join();
  expect(names).not.toMatch(/prometheus|alertmanager|monitoring-host/);
});

describe('a stack that watches itself', () => {
  test('has a Prometheus and an Alertmanager, without root, on data that outlive it', async () => {
    const declared = await declare();
    for (const name of ['prometheus', 'alertmanager']) {
      const { inputs } = findNamed(filterByType(declared, containerType), name);
      expect(inputs).toMatchObject({
        name: `pulse-dev_${name}`,
        user: '65534:65534',
        readOnly: true,
        capabilities: { drops: ['ALL'] },
        wait: true,
      });
      expect(inputs['mounts']).toContainEqual({
        type: 'volume',
        target: `/${name}`,
        source: `pulse-dev_${name}`,
      });
      expect(findNamed(filterByType(declared, volumeType), `${name}-data`)).toMatchObject({
        retainOnDelete: true,
      });
    }
  });

  test('shows no secret in a container, and hands each over by standard input', async () => {
    const declared = await declare();
    const containers = filterByType(declared, containerType).filter(({ name }) =>
      /prometheus|alertmanager/.test(name),
    );
    for (const secret of secrets) expect(JSON.stringify(containers)).not.toContain(secret);
    const written = ['prometheus-key-file', 'alertmanager-config-file'].map((name) =>
      findNamed(declared, name),
    );
    expect(written[0]?.inputs['stdin']).toBe(searchSecret);
    expect(written[1]?.inputs['stdin']).toContain(own.heartbeatUrl);
    for (const { inputs, secretInputs } of written) {
      expect(secretInputs).toContain('stdin');
      const shown = JSON.stringify({ ...inputs, stdin: '' });
      for (const secret of secrets) expect(shown).not.toContain(secret);
    }
  });

  test('replaces who reads a secret when that is another, and nobody else', async () => {
    const entrypoints = async (name: string, overrides = {}) =>
      (await monitor(name, overrides)).inputs['entrypoints'];
    const other = { mailPassword: 'another one' };
    expect(await entrypoints('alertmanager', other)).not.toEqual(await entrypoints('alertmanager'));
    expect(await entrypoints('prometheus', other)).toEqual(await entrypoints('prometheus'));
  });

  test('publishes nothing, and Prometheus on loopback alone where its port is set', async () => {
    expect((await monitor('alertmanager')).inputs['ports']).toBeUndefined();
    expect((await monitor('prometheus')).inputs['ports']).toBeUndefined();
    const published = { prometheusPort: '50999', storeAddress: '0.0.0.0' };
    expect((await monitor('prometheus', published)).inputs['ports']).toMatchObject([
      { internal: 9090, external: 50999, ip: '127.0.0.1' },
    ]);
  });

  test('evaluates the rules as its settings want them', async () => {
    const rules = async (overrides: Record<string, string>) =>
      ((await monitor('prometheus', overrides)).inputs['entrypoints'] as string[]).at(-1);
    expect(await rules({})).not.toContain('PulseSourceSilent');
    expect(await rules({ gpuHostAwayAfter: 'off', sourceSilentAfter: '12h' })).toMatch(
      /^(?![^]*PulseGpuHostAway)[^]*_timestamp_seconds > 43200$/m,
    );
  });
});
