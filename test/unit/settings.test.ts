import { describe, expect, test } from 'vitest';

import { settingRows } from '../../settings.ts';
import { parseSettings } from '../../settings/parse.ts';
import { setCommand } from '../../settings/set-command.ts';
import { SettingsError } from '../../shared/settings-error.ts';

function faultsOf(texts: Record<string, string>): readonly string[] {
  try {
    parseSettings('dev', { gpuHost: 'embedded', ...texts });
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.faults;
    throw error;
  }
}

describe('a faulty configuration', () => {
  test.each([
    ['workerReplicas', '0', 'outside 1..64'],
    ['workerReplicas', '-1', 'outside 1..64'],
    ['workerReplicas', '1.5', 'not a whole number'],
    ['workerReplicas', 'eight', 'not a whole number'],
    ['workerMemory', '4', 'not a size'],
    ['workerMemory', '4GB', 'not a size'],
    ['workerMemory', '1.5GiB', 'not a size'],
    ['workerMemory', '128MiB', 'below 256MiB'],
    ['workerMemoryReservation', '2 GiB', 'not a size'],
    ['indexingJobTimeout', '600', 'not a duration'],
    ['indexingJobTimeout', '10min', 'not a duration'],
    ['drainTimeout', '0s', 'not a duration'],
    ['canaryInterval', '30s', 'below 1m'],
    ['canaryInterval', 'never', 'not a duration'],
    ['keepVersions', '0', 'outside 1..1000000'],
    ['keepRuns', '30', 'not a number of days such as 30d'],
    ['keepDeliveries', '720h', 'not a number of days such as 30d'],
    ['keepCrawlPages', '0d', 'outside 1d..36500d'],
    ['keepCrawlPages', '99999d', 'outside 1d..36500d'],
    ['allowEngine', 'my engine', 'not what docker info'],
    ['workerImage', 'latest', 'not an image with a tag'],
    ['backupEvery', '12h', 'none of off, 24h'],
    ['backupTarget', 'mnt/backup', 'neither an absolute path nor s3:'],
    ['workerCpus', 'all', 'not a positive number'],
    ['workerCpus', '16', 'at least 10'],
    ['workerNofile', '100', 'outside 1024..1048576'],
    ['postgresPort', '70000', 'outside 1..65535'],
    ['redisPort', '0', 'outside 1..65535'],
    ['hookPort', '65536', 'outside 1..65535'],
    ['publicUrl', 'pulse.example.org', 'not a URL'],
    ['publicUrl', 'https://example.org/pulse', 'has a path'],
    ['trustedProxies', '10.0.0.1, everybody', "'everybody' is neither an address nor a network"],
    ['trustedProxies', '0.0.0.0/0', "'0.0.0.0/0' is neither"],
    ['trustedProxies', '10.0.0.0/33', "'10.0.0.0/33' is neither"],
    ['webhookFrom', 'everybody', "'everybody' is neither an address nor a network"],
    ['webhookSignature', 'never', 'none of required, optional'],
    ['mcp', 'true', 'none of on, off'],
    ['monitoring', 'yes', 'none of none, own, external'],
    ['gpuHostAwayAfter', 'never', 'not a duration'],
    ['mailHost', 'smtp://example.org', 'no name or address of a server'],
    ['mailTo', 'operator@example.org, nobody', "'nobody' is no mail address"],
    ['mailFrom', 'Pulse <pulse@example.org>', 'no mail address'],
    ['hookHost', 'everywhere', 'not an IPv4 address'],
    ['subnet', '10.1.2.3/24', 'not the first address of its network; that is 10.1.2.0/24'],
    ['subnet', '10.1.0.0', 'not a network'],
    ['subnet', '10.1.0.0/30', 'not between'],
    ['gateway', '10.1.0', 'not an IPv4 address'],
    ['teiUrl', 'nowhere', 'not a URL'],
    ['teiUrl', 'ftp://10.1.0.1:52000', 'neither http nor https'],
    ['teiUrl', 'http://${GPU_HOST}:52000', 'has no host name'],
    ['teiUrl', 'http://gpu.lan/tei http://gpu.lan/other', 'has a blank'],
    ['ollamaUrl', 'http://{{ gpu_host }}:11434', 'not a URL'],
    ['qdrantUrl', 'http://<gpu-host>:6333', 'not a URL'],
    ['publicUrl', 'https://*.example.org', 'has no host name'],
    ['qdrantUrl', 'http://me:word@10.1.0.1', 'carries a user or password'],
    ['qdrantUrl', 'https://gpu.example.org/q#key', 'has a query'],
    ['appdataBase', 'appdata', 'not an absolute path'],
    ['appdataBase', '/srv/../etc', 'not an absolute path'],
    ['protectData', 'yes', 'neither true nor false'],
    ['verification', 'lax', 'none of strict, warn'],
    ['embeddingModel', 'a b', 'not a model name'],
    ['postgresImage', 'postgres', 'not an image with a tag'],
  ])(
    'with %s = %s is refused (%s) with the key, the value and an example',
    (key, text, problem) => {
      const faults = faultsOf({ [key]: text });
      expect(faults).toHaveLength(1);
      expect(faults[0]).toMatch(
        new RegExp(
          `^pulse:${key} is '.*': .*${problem}.*; for example: pulumi config set pulse:${key} '`,
        ),
      );
      // A password in a URL is a secret.
      expect(faults[0]).toContain(`'${text.replace('me:word', '***')}'`);
    },
  );

  test.each([
    ['correct-horse', 'has 13 characters'],
    ['changeme-changeme-changeme-changeme', 'placeholder'],
    ['your-secret-key-of-thirty-two-characters', 'placeholder'],
    ['ababababababababababababababababab', 'easily guessed'],
    ['pa/ss:word@with?special#characters!!', 'characters other than'],
  ])('with the weak secret %s is refused without showing the secret', (text, problem) => {
    const [fault = '', ...others] = faultsOf({ redisPassword: text });
    expect(others).toEqual([]);
    expect(fault).toContain(problem);
    expect(fault).not.toContain(text);
    expect(fault).toContain('pulumi config set --secret pulse:redisPassword');
  });

  test.each(['k1', 'secret', 'your-own/key+with==', 'a b#c%d"e\'f', 'aaaaaaaa', 'x'.repeat(4000)])(
    'with the key %s of a service that exists takes it as it is',
    (qdrantApiKey) => {
      expect(parseSettings('dev', { gpuHost: 'embedded', qdrantApiKey }).gpuHost.qdrantApiKey).toBe(
        qdrantApiKey,
      );
    },
  );

  test('with an empty key of a service has none', () => {
    expect(
      parseSettings('dev', { gpuHost: 'embedded', qdrantApiKey: '' }).gpuHost.qdrantApiKey,
    ).toBeUndefined();
  });

  test.each([
    ['ntfy.sh/hunter2', 'not an http(s) URL'],
    ['https://user:hunter2@example.org', 'has a user, a password'],
    [`https://example.org/${'hunter2'.repeat(400)}`, 'has 2820 characters'],
  ])('with a receiver that cannot be called is refused without showing it: %s', (url, problem) => {
    const [fault = '', ...others] = faultsOf({ monitoring: 'own', ntfyUrl: url });
    expect(others).toEqual([]);
    expect(fault).toContain(problem);
    expect(fault).not.toContain('hunter2');
  });

  test.each([' hunter2', 'hunter2 ', 'hun\nter2', 'hünter2', 'hunter2'.repeat(3000)])(
    'with a key that no request can carry is refused without showing it: %j',
    (qdrantApiKey) => {
      const [fault = '', ...others] = faultsOf({ gpuHost: 'embedded', qdrantApiKey });
      expect(others).toEqual([]);
      expect(fault).toMatch(/^pulse:qdrantApiKey has .* \| pulumi config set --secret pulse:q/);
      expect(fault).not.toMatch(/nter2/);
    },
  );

  test.each(Object.values(settingRows).filter(({ kind }) => kind.isSecret))(
    'of $key is told a command that has no secret among its arguments',
    (row) => {
      expect(setCommand(row, row.example)).toMatch(
        /^([^|]+ \| )?pulumi config set --secret pulse:\w+( < \S+)?$/,
      );
    },
  );

  test.each([
    [
      { workerMemory: '512MiB', workerMemoryReservation: '512MiB' },
      'workerMemoryReservation',
      'workerMemory',
    ],
    [{ subnet: '10.1.0.0/24', gateway: '10.2.0.1' }, 'gateway', 'subnet'],
    [{ subnet: '10.1.0.0/24', gateway: '10.1.0.0' }, 'gateway', 'subnet'],
    [{ subnet: '10.1.0.0/24', gateway: '10.1.0.255' }, 'gateway', 'subnet'],
    [{ postgresPort: '6000', redisPort: '6000' }, 'postgresPort', 'redisPort'],
    [{ postgresPort: '6000', prometheusPort: '6000' }, 'postgresPort', 'prometheusPort'],
    [{ ntfyUrl: 'https://ntfy.example.org/topic' }, 'ntfyUrl', 'monitoring'],
    [{ monitoring: 'own', mailHost: 'a', mailTo: 'a@b.c' }, 'mailHost', 'mailFrom'],
    [
      { monitoring: 'own', mailUser: 'me', mailTls: 'off', mailPassword: 'x' },
      'mailTls',
      'mailTls',
    ],
    [{ redisPort: '6000', apiPort: '6000' }, 'redisPort', 'apiPort'],
    [{ apiPort: '6000', hookPort: '6000' }, 'apiPort', 'hookPort'],
    [{ workerNofile: '4096', workerNofileHard: '2048' }, 'workerNofile', 'workerNofileHard'],
    [{ storeFolders: 'true' }, 'storeFolders', 'appdataBase'],
    [{ maxChunkTokens: '100', chunkOverlapTokens: '60' }, 'chunkOverlapTokens', 'maxChunkTokens'],
  ])(
    'with the contradiction %o names every setting in it and a value that resolves it',
    (texts, ...keys) => {
      const faults = faultsOf(texts);
      expect(faults).toHaveLength(1);
      for (const key of keys) expect(faults[0]).toContain(`pulse:${key as string}`);
      const [, key = '', text = ''] =
        /pulumi config set pulse:(\w+) '(.*)'$/.exec(faults[0] ?? '') ?? [];
      expect(faultsOf({ ...texts, [key]: text })).toEqual([]);
    },
  );

  test.each(['tei', 'ollama'])('with both a key and a login of %s is refused', (service) => {
    const [fault = '', ...others] = faultsOf({
      [`${service}ApiKey`]: 'hunter2',
      [`${service}Login`]: 'me:hunter3',
    });
    expect(others).toEqual([]);
    expect(fault).toMatch(/are both set, .*pulumi config rm pulse:/);
    expect(fault).not.toContain('hunter');
  });

  test.each(['nobody', ':word', 'me\n:word', ''])('with %j is not a login', (text) => {
    const faults = faultsOf({ qdrantLogin: text });
    if (text === '') expect(faults).toEqual([]);
    else expect(faults.join()).toContain('is not a user and a password with a : between them');
    if (text !== '') expect(faults.join()).not.toContain(`'${text}'`);
  });

  test('with a previous key that is too short is refused without showing it', () => {
    expect(faultsOf({ webhookSecretPrevious: 'sh0rt' })).toEqual([
      'pulse:webhookSecretPrevious has 5 characters; 8 are the least; for example: ' +
        'pulumi stack output webhookSecret --show-secrets | ' +
        'pulumi config set --secret pulse:webhookSecretPrevious',
    ]);
  });

  test.each([
    ['searchSecret', 'apiSecret'],
    ['searchSecret', 'apiSecretPrevious'],
    ['searchSecretPrevious', 'apiSecret'],
  ])('with %s the same as %s is refused without showing the key', (search, all) => {
    const key = 'f3a1c97e0b5d4826a7c9e1f0d3b58264';
    const [fault = '', ...others] = faultsOf({ [search]: key, [all]: key });
    expect(others).toEqual([]);
    expect(fault).toMatch(/openssl rand -hex 32 \| pulumi config set --secret pulse:searchSecret$/);
    expect(fault).not.toContain(key);
  });

  test('is reported with all its faults at once, in single values and in combinations', () => {
    const faults = faultsOf({
      workerReplicas: 'eight',
      teiUrl: 'nowhere',
      postgresPort: '6000',
      redisPort: '6000',
      colour: 'red',
    });
    for (const key of ['workerReplicas', 'teiUrl', 'postgresPort', 'colour'])
      expect(faults.join('\n')).toContain(`pulse:${key}`);
    expect(faults).toHaveLength(4);
  });

  test.each([
    ['replicas', 'workerReplicas'],
    ['workerMemry', 'workerMemory'],
    ['postgresport', 'postgresPort'],
  ])('with the unknown key %s is answered with the most similar known key', (key, near) => {
    expect(faultsOf({ [key]: '2' })[0]).toContain(`did you mean pulse:${near}?`);
  });

  test('with a key similar to no known key is answered with the page that lists all keys', () => {
    expect(faultsOf({ zzzzzz: '1' })[0]).toContain('docs/configuration.md');
  });
});

describe('an external GPU host', () => {
  const addresses = {
    teiUrl: 'https://gpu.example.org/tei',
    qdrantUrl: 'http://[2001:db8::7]:6333',
  };

  test.each([
    [{}, ['teiUrl', 'qdrantUrl']],
    [{ gpuHost: 'external' }, ['teiUrl', 'qdrantUrl']],
    [{ teiUrl: addresses.teiUrl }, ['qdrantUrl']],
    [{ qdrantUrl: addresses.qdrantUrl, ollamaUrl: 'http://10.9.9.9:3' }, ['teiUrl']],
  ])('configured as %o is told to set %s, and is sent to no address of others', (texts, keys) => {
    const faults = faultsOf({ gpuHost: 'external', ...texts });
    expect(faults).toHaveLength(keys.length);
    keys.forEach((key, index) =>
      expect(faults[index]).toMatch(
        new RegExp(
          `^pulse:${key} is not set: .*pulumi stack output gpuServices.*` +
            `; for example: pulumi config set pulse:${key} 'http://192`,
        ),
      ),
    );
  });

  test('needs no Ollama, and an embedded one needs no address', () => {
    expect(faultsOf({ gpuHost: 'external', ...addresses })).toEqual([]);
    expect(faultsOf({ gpuHost: 'embedded' })).toEqual([]);
  });

  test('has no address by default', () => {
    for (const { default: fallback } of Object.values(settingRows))
      expect(fallback ?? '').not.toMatch(/^https?:/);
  });
});

test('only prod uses names without a stack, and the names of other stacks contain their stack', () => {
  expect(parseSettings('prod', { gpuHost: 'embedded' })).toMatchObject({
    prefix: 'pulse',
    collection: 'pulse-prod-qwen3-embedding-0-6b-1024',
  });
  expect(parseSettings('staging', { gpuHost: 'embedded' }).prefix).toBe('pulse-staging');
});
