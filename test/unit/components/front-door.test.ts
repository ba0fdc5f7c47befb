import { describe, expect, test } from 'vitest';

import { first, renewed } from '../../harness/certificates.ts';
import { containerType, filterByType, findNamed, volumeType } from '../../pulumi/declare.ts';
import type { Declared } from '../../pulumi/declare.ts';
import { declareStack } from '../../pulumi/stack.ts';

const containers = async (overrides: Record<string, string> = {}): Promise<Declared[]> =>
  filterByType(await declareStack('dev', overrides), containerType);
const door = async (overrides: Record<string, string> = {}): Promise<Declared> =>
  findNamed(await containers(overrides), 'front-door');

describe('the front door', () => {
  test('has the name that senders inside the network use, and is published as the stack says', async () => {
    const { inputs } = await door({ apiHost: '192.0.2.1', apiPort: '50999' });
    expect(inputs).toMatchObject({
      name: 'pulse-dev_webhook',
      ports: [{ internal: 50108, external: 50999, ip: '192.0.2.1', protocol: 'tcp' }],
    });
    expect((await door()).inputs['ports']).toMatchObject([{ ip: '127.0.0.1' }]);
  });

  test('publishes hooks where the stack says so, at the address of the API or their own', async () => {
    const api = { internal: 50108, external: 50118, ip: '127.0.0.1', protocol: 'tcp' };
    const hooks = { internal: 50109, external: 50119, ip: '127.0.0.1', protocol: 'tcp' };
    expect((await door({ hookPort: '50119' })).inputs['ports']).toEqual([api, hooks]);
    const apart = await door({ hookPort: '50119', hookHost: '192.0.2.1' });
    expect(apart.inputs['ports']).toEqual([api, { ...hooks, ip: '192.0.2.1' }]);
  });

  test('runs HAProxy without root, on a root that cannot be written, and mounts nothing', async () => {
    expect((await door()).inputs).toMatchObject({
      user: '99:99',
      readOnly: true,
      mounts: [],
      capabilities: { drops: ['ALL'] },
      tmpfs: { '/run/haproxy': 'uid=99,gid=99,mode=0700' },
    });
  });

  describe('with a certificate', () => {
    const withTls = { apiCertificate: first.certificate, apiCertificateKey: first.key };

    test('publishes a port that speaks TLS, and listens inside as before', async () => {
      const { inputs } = await door(withTls);
      expect(inputs['ports']).toMatchObject([{ internal: 50443, external: 50118 }]);
      expect((await door()).inputs['ports']).toMatchObject([{ internal: 50108, external: 50118 }]);
    });

    test('has certificate and key in one file of a volume, which goes with the stack', async () => {
      const declared = await declareStack('dev', withTls);
      const { inputs } = findNamed(filterByType(declared, containerType), 'front-door');
      expect(inputs['mounts']).toEqual([
        { type: 'volume', target: '/run/haproxy-tls', source: 'pulse-dev_tls' },
      ]);
      expect(findNamed(filterByType(declared, volumeType), 'front-door-tls')).toMatchObject({
        inputs: { name: 'pulse-dev_tls' },
        retainOnDelete: false,
        protect: false,
      });
      const { inputs: written, waitsFor } = findNamed(declared, 'front-door-tls-file');
      const { VOLUME, FILE, OWNER } = written['environment'] as Record<string, string>;
      expect([VOLUME, OWNER]).toEqual(['pulse-dev_tls', '99:99']);
      expect(JSON.stringify(inputs['entrypoints'])).toContain(`crt /run/haproxy-tls/${FILE} `);
      expect(waitsFor).toContain('front-door-image');
    });

    test('shows the key to nobody, and keeps it secret in the state', async () => {
      const declared = await declareStack('dev', withTls);
      const written = findNamed(declared, 'front-door-tls-file');
      expect(written.inputs['stdin']).toBe(first.certificate + first.key);
      expect(written.secretInputs).toContain('stdin');
      expect(written.additionalSecretOutputs).toContain('stdin');
      const [, line = ''] = first.key.split('\n');
      const others = declared.map(({ inputs }) => ({ ...inputs, stdin: '' }));
      expect(JSON.stringify(others)).not.toContain(line);
    });

    test('changes alone when it is renewed', async () => {
      const [before, after] = [
        await containers(withTls),
        await containers({ apiCertificate: renewed.certificate, apiCertificateKey: renewed.key }),
      ];
      const changed = after.filter(
        ({ name, inputs }) =>
          JSON.stringify(inputs) !== JSON.stringify(findNamed(before, name).inputs),
      );
      expect(changed.map(({ name }) => name)).toEqual(['front-door']);
    });
  });

  test('is the same whatever replicas there are, so that scaling them interrupts nothing', async () => {
    const one = await door({ apiReplicas: '1' });
    const three = await door({ apiReplicas: '3', logLevel: 'DEBUG' });
    expect(three.inputs).toEqual(one.inputs);
    expect(three.waitsFor).toEqual(expect.arrayContaining(['api-1', 'api-2', 'api-3']));
  });

  test('holds no key of the API', async () => {
    const key = 'f3a1c97e0b5d4826a7c9e1f0d3b58264';
    expect(JSON.stringify((await door({ apiSecret: key })).inputs)).not.toContain(key);
  });
});
