import { describe, expect, test } from 'vitest';

import { readApiSettings } from '../../../worker/api/settings.ts';
import { containerType, filterByType, findNamed, readEnvironment } from '../../pulumi/declare.ts';
import type { Declared } from '../../pulumi/declare.ts';
import { declareStack } from '../../pulumi/stack.ts';

const key = 'f3a1c97e0b5d4826a7c9e1f0d3b58264';
const other = '0b5d4826a7c9e1f0d3b58264f3a1c97e';
const alertmanagerUrl = 'http://pulse-dev_alertmanager:9093';
const isReplica = (name: string) => /^api-\d+$/.test(name);
const containers = async (overrides: Record<string, string>): Promise<Declared[]> =>
  filterByType(await declareStack('dev', overrides), containerType);

describe('the replicas of the API', () => {
  test('run the image of the workers, told the same, with the keyword index and no models', async () => {
    const declared = await containers({ apiReplicas: '2' });
    const worker = findNamed(declared, 'worker-1');
    const replica = findNamed(declared, 'api-1');
    for (const input of ['image', 'user', 'ulimits'])
      expect(replica.inputs[input], input).toEqual(worker.inputs[input]);
    const { NODE_OPTIONS: _heap, WEBHOOK_WORKER_NAME: _name, ...told } = readEnvironment(worker);
    expect(readEnvironment(replica)).toMatchObject(told);
    expect(replica.inputs).toMatchObject({
      name: 'pulse-dev_webhook-api-1',
      command: ['node', '--max-semi-space-size=4', 'worker/api.ts'],
      memory: 512,
      mounts: [{ type: 'volume', target: '/app/data/bm25', source: 'pulse-dev_bm25' }],
    });
  });

  test('share a name on the network, and none is published', async () => {
    const replicas = (await containers({ apiReplicas: '3' })).filter(({ name }) => isReplica(name));
    expect(replicas).toHaveLength(3);
    for (const { inputs } of replicas) {
      expect(inputs['networksAdvanced']).toEqual([
        { name: 'pulse-dev', aliases: ['pulse-dev_webhook-api'] },
      ]);
      expect(inputs['ports']).toBeUndefined();
    }
  });

  test('start with the workers, and update in waves', async () => {
    const declared = await containers({ apiReplicas: '3', workerReplicas: '1' });
    const waitsFor = (name: string) => findNamed(declared, name).waitsFor;
    expect(waitsFor('api-1')).toEqual(expect.arrayContaining(['postgres', 'redis']));
    expect(waitsFor('api-1').filter((name) => isReplica(name))).toEqual([]);
    expect(waitsFor('api-2').filter((name) => isReplica(name))).toEqual(['api-1']);
    expect(waitsFor('api-3').filter((name) => isReplica(name))).toEqual(['api-2']);
  });

  test('have more time to stop than they serve on and finish in: 3 s and 10 s', async () => {
    const replica = findNamed(await containers({}), 'api-1');
    expect(replica.inputs['stopTimeout']).toBeGreaterThan(13);
  });

  test('are told who they are, whom to believe, and the keys, all in a secret environment', async () => {
    const replica = findNamed(
      await containers({ apiSecret: key, searchSecretPrevious: other }),
      'api-1',
    );
    expect(replica.secretInputs).toContain('envs');
    const environment = readEnvironment(replica);
    expect(environment).toMatchObject({
      WEBHOOK_API_NAME: 'pulse-dev_webhook-api-1',
      WEBHOOK_HOST: '0.0.0.0',
      WEBHOOK_PORT: '50108',
      WEBHOOK_FRONT_DOOR: 'pulse-dev_webhook',
      WEBHOOK_FRONT_DOOR_TLS_PORT: expect.stringMatching(/^\d+$/),
      WEBHOOK_API_SECRET: key,
      WEBHOOK_SEARCH_SECRET: expect.stringMatching(/^made-for-secrets-search/),
      WEBHOOK_SEARCH_SECRET_PREVIOUS: other,
      WEBHOOK_SECRET: expect.stringMatching(/^made-for-secrets-webhook/),
      WEBHOOK_HOOK_SIGNATURE: 'required',
      WEBHOOK_MCP: 'on',
      WEBHOOK_CANARY_INTERVAL: '900s',
    });
    for (const [monitoring, url] of Object.entries({ none: undefined, own: alertmanagerUrl })) {
      const watched = findNamed(await containers({ monitoring }), 'api-1');
      expect(readEnvironment(watched)['WEBHOOK_ALERTMANAGER_URL']).toBe(url);
    }
    expect(environment).not.toHaveProperty('WEBHOOK_SECRET_PREVIOUS');
    expect(environment).not.toHaveProperty('WEBHOOK_HOOK_FROM');
    expect(environment).not.toHaveProperty('WEBHOOK_API_SECRET_PREVIOUS');
    expect(environment).not.toHaveProperty('WEBHOOK_TRUSTED_PROXIES');
  });

  test('understand what they are told', async () => {
    const replica = findNamed(
      await containers({
        apiSecretPrevious: other,
        webhookSecret: key,
        webhookSecretPrevious: 'of-before',
        webhookSignature: 'optional',
        mcp: 'off',
        webhookFrom: '192.0.2.10, 10.224.0.0/24',
      }),
      'api-1',
    );
    expect(readApiSettings(readEnvironment(replica))).toMatchObject({
      workerName: 'pulse-dev_webhook-api-1',
      port: 50108,
      apiSecretPrevious: other,
      webhookSecret: key,
      webhookSecretPrevious: 'of-before',
      webhookSignature: 'optional',
      mcp: 'off',
      webhookFrom: ['192.0.2.10', '10.224.0.0/24'],
      trustedProxies: [],
      frontDoor: 'pulse-dev_webhook',
    });
  });

  test('are no workers: no key of the API is in a worker', async () => {
    const worker = readEnvironment(findNamed(await containers({ apiSecret: key }), 'worker-1'));
    expect(JSON.stringify(worker)).not.toMatch(/_SECRET|WEBHOOK_API_NAME/);
  });
});
