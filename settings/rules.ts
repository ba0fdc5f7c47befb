/** Rules that span several settings. */
import { settingRows } from '../settings.ts';
import type { Key, SettingsByPart } from '../settings.ts';
import { addressIn, broadcastAddress, networkAddress } from './ipv4.ts';
import { isKeyOf } from './kinds/certificate.ts';
import { setCommand } from './set-command.ts';

/** What must hold between settings, what happens otherwise, and a value that repairs it. */
interface Rule {
  /** What it compares; it is not asked while one of them is wrong by itself. */
  readonly keys: readonly Key[];
  readonly holds: (settings: SettingsByPart) => boolean;
  /** With its consequence. */
  readonly problem: (settings: SettingsByPart) => string;
  readonly remedy: (settings: SettingsByPart) => readonly [key: Key, text: string];
}

const gatewayInsideSubnet: Rule = {
  keys: ['subnet', 'gateway'],
  holds: ({ network: { subnet, gateway } }) =>
    networkAddress(`${gateway}/${subnet.split('/')[1]}`) === networkAddress(subnet) &&
    ![networkAddress(subnet), broadcastAddress(subnet)].includes(gateway),
  problem: ({ network: { subnet, gateway } }) =>
    `pulse:gateway ${gateway} is not an address of pulse:subnet ${subnet}: ` +
    'the engine would refuse the network',
  remedy: ({ network }) => ['gateway', addressIn(network.subnet, 1)],
};

const reservationBelowLimit: Rule = {
  keys: ['workerMemory', 'workerMemoryReservation'],
  holds: ({ workers }) => workers.memoryReservationMiB < workers.memoryMiB,
  problem: ({ workers: { memoryMiB, memoryReservationMiB } }) =>
    `pulse:workerMemoryReservation ${memoryReservationMiB}MiB is not below ` +
    `pulse:workerMemory ${memoryMiB}MiB: the engine would refuse the worker`,
  remedy: ({ workers }) => ['workerMemoryReservation', `${Math.floor(workers.memoryMiB / 2)}MiB`],
};

const ports = {
  postgresPort: ({ postgres }: SettingsByPart): number => postgres.port,
  redisPort: ({ redis }: SettingsByPart): number => redis.port,
  apiPort: ({ frontDoor }: SettingsByPart): number => frontDoor.port,
  hookPort: ({ frontDoor }: SettingsByPart): number | undefined => frontDoor.hookPort,
  prometheusPort: ({ monitoring }: SettingsByPart): number | undefined => monitoring.prometheusPort,
};

const portKeys = Object.keys(ports) as (keyof typeof ports)[];

const portsDiffer: readonly Rule[] = portKeys.flatMap((one, index) =>
  portKeys.slice(index + 1).map((other): Rule => ({
    keys: [one, other],
    holds: (settings) =>
      ports[one](settings) === undefined || ports[one](settings) !== ports[other](settings),
    problem: (settings) =>
      `pulse:${one} and pulse:${other} are both ${ports[one](settings)}: only one can have it`,
    remedy: (settings) => [other, String(nextFreePort(settings, one))],
  })),
);

/** The first port after that of `key` that the stack does not use itself. */
function nextFreePort(settings: SettingsByPart, key: keyof typeof ports): number {
  const taken = portKeys.map((one) => ports[one](settings));
  let port = ports[key](settings) ?? 0;
  while (taken.includes(port)) port = (port % 65_535) + 1;
  return port;
}

const foldersHaveBase: Rule = {
  keys: ['appdataBase', 'storeFolders'],
  holds: ({ dataFolders: { base, stores } }) => !stores || base !== undefined,
  problem: () => 'pulse:storeFolders is true without pulse:appdataBase, below which they would be',
  remedy: () => ['appdataBase', settingRows.appdataBase.example],
};

const softBelowHard: Rule = {
  keys: ['workerNofile', 'workerNofileHard'],
  holds: ({ workers: { nofile, nofileHard = nofile } }) => nofile <= nofileHard,
  problem: ({ workers: { nofile, nofileHard } }) =>
    `pulse:workerNofile ${nofile} is above pulse:workerNofileHard ${nofileHard}: ` +
    'the engine would refuse the worker',
  remedy: ({ workers }) => ['workerNofile', String(workers.nofileHard)],
};

const overlapBelowChunk: Rule = {
  keys: ['maxChunkTokens', 'chunkOverlapTokens'],
  holds: ({ embeddings }) => embeddings.chunkOverlapTokens * 2 <= embeddings.maxChunkTokens,
  problem: ({ embeddings: { maxChunkTokens, chunkOverlapTokens } }) =>
    `pulse:chunkOverlapTokens ${chunkOverlapTokens} is more than half of ` +
    `pulse:maxChunkTokens ${maxChunkTokens}: chunks would mostly repeat each other`,
  remedy: ({ embeddings }) => [
    'chunkOverlapTokens',
    String(Math.floor(embeddings.maxChunkTokens / 10)),
  ],
};

/** Otherwise who may search could store and delete. */
const searchKeyDiffers: Rule = {
  keys: ['apiSecret', 'apiSecretPrevious', 'searchSecret', 'searchSecretPrevious'],
  holds: ({ apiKeys }) => {
    const ofAll = [apiKeys.apiSecret, apiKeys.apiSecretPrevious];
    return [apiKeys.searchSecret, apiKeys.searchSecretPrevious].every(
      (key) => key === undefined || !ofAll.includes(key),
    );
  },
  problem: () =>
    'pulse:searchSecret, or pulse:searchSecretPrevious, is also a key that may do everything: ' +
    'who may search could store and delete',
  remedy: () => ['searchSecret', settingRows.searchSecret.example],
};

const tlsKeys = ['apiCertificate', 'apiCertificateKey'] as const;

const certificateHasKey: Rule = {
  keys: tlsKeys,
  holds: ({ frontDoor: { certificate, certificateKey } }) =>
    (certificate === undefined) === (certificateKey === undefined),
  problem: ({ frontDoor: { certificate } }) => {
    const [there, missing] = certificate === undefined ? tlsKeys.toReversed() : tlsKeys;
    return `pulse:${there} is set without pulse:${missing}: TLS takes both`;
  },
  remedy: ({ frontDoor: { certificate } }) =>
    certificate === undefined
      ? ['apiCertificate', settingRows.apiCertificate.example]
      : ['apiCertificateKey', settingRows.apiCertificateKey.example],
};

const certificateIsOfKey: Rule = {
  keys: tlsKeys,
  holds: ({ frontDoor: { certificate, certificateKey } }) =>
    certificate === undefined ||
    certificateKey === undefined ||
    isKeyOf(certificateKey, certificate),
  problem: () =>
    'pulse:apiCertificateKey is not the key of the first certificate in pulse:apiCertificate: ' +
    'HAProxy would not start',
  remedy: () => ['apiCertificateKey', settingRows.apiCertificateKey.example],
};

/** One header carries either of them. */
const oneSecretEach = (['tei', 'ollama'] as const).map((service): Rule => ({
  keys: [`${service}ApiKey`, `${service}Login`],
  holds: ({ gpuHost }) =>
    gpuHost[`${service}ApiKey`] === undefined || gpuHost[`${service}Login`] === undefined,
  problem: () =>
    `pulse:${service}ApiKey and pulse:${service}Login are both set, and one request carries only ` +
    `one of them; remove one: pulumi config rm pulse:${service}Login`,
  remedy: () => [`${service}ApiKey`, settingRows[`${service}ApiKey`].example],
}));

const receiverKeys = ['mailHost', 'ntfyUrl', 'slackUrl', 'alertUrl', 'heartbeatUrl'] as const;

/** Who has entered a receiver expects to be told. */
const somebodyTells: Rule = {
  keys: ['monitoring', ...receiverKeys],
  holds: ({ monitoring, receivers }) =>
    monitoring.mode === 'own' || receiverKeys.every((key) => receivers[key] === undefined),
  problem: ({ monitoring, receivers }) =>
    `pulse:${receiverKeys.find((key) => receivers[key] !== undefined)} is set, and with ` +
    `pulse:monitoring ${monitoring.mode} this stack tells nobody of anything`,
  remedy: () => ['monitoring', 'own'],
};

const mailHasEnds: Rule = {
  keys: ['mailHost', 'mailFrom', 'mailTo'],
  holds: ({ receivers: { mailHost, mailFrom, mailTo } }) =>
    mailHost === undefined || (mailFrom !== undefined && mailTo !== undefined),
  problem: ({ receivers: { mailFrom } }) =>
    `pulse:mailHost is set without pulse:${mailFrom === undefined ? 'mailFrom' : 'mailTo'}: ` +
    'no mail would be sent',
  remedy: ({ receivers: { mailFrom } }) =>
    mailFrom === undefined
      ? ['mailFrom', settingRows.mailFrom.example]
      : ['mailTo', settingRows.mailTo.example],
};

const mailLoginIsWhole: Rule = {
  keys: ['mailUser', 'mailPassword'],
  holds: ({ receivers: { mailUser, mailPassword } }) =>
    (mailUser === undefined) === (mailPassword === undefined),
  problem: () =>
    'one of pulse:mailUser and pulse:mailPassword is set without the other: the server would ' +
    'refuse mail of alarms',
  remedy: ({ receivers: { mailUser } }) =>
    mailUser === undefined
      ? ['mailUser', settingRows.mailUser.example]
      : ['mailPassword', settingRows.mailPassword.example],
};

const mailPasswordIsEncrypted: Rule = {
  keys: ['mailTls', 'mailUser'],
  holds: ({ receivers: { mailTls, mailUser } }) => mailTls === 'required' || mailUser === undefined,
  problem: () => 'pulse:mailTls is off, and pulse:mailPassword would go out unencrypted',
  remedy: () => ['mailTls', 'required'],
};

/** The container has no keys of ssh, and nobody whom it could ask. */
const scheduledBackupsHaveTarget: Rule = {
  keys: ['backupEvery', 'backupTarget'],
  holds: ({ backups: { every, target } }) =>
    every === 'off' || (target !== undefined && !target.startsWith('sftp:')),
  problem: ({ backups: { target } }) =>
    target === undefined
      ? 'pulse:backupEvery is set without pulse:backupTarget: the backups would go nowhere'
      : 'pulse:backupEvery cannot reach an sftp: target, which asks for keys of ssh: only ' +
        './pulse backup can',
  remedy: () => ['backupTarget', settingRows.backupTarget.example],
};

const rules: readonly Rule[] = [
  gatewayInsideSubnet,
  reservationBelowLimit,
  ...portsDiffer,
  foldersHaveBase,
  softBelowHard,
  overlapBelowChunk,
  searchKeyDiffers,
  certificateHasKey,
  certificateIsOfKey,
  ...oneSecretEach,
  somebodyTells,
  mailHasEnds,
  mailLoginIsWhole,
  mailPasswordIsEncrypted,
  scheduledBackupsHaveTarget,
];

/**
 * Finds settings that contradict each other.
 *
 * @param faulty keys that are wrong by themselves, and have no value in `settings`
 * @returns a sentence for each contradiction, with a value that repairs it
 */
export function crossFieldFaults(settings: SettingsByPart, faulty: ReadonlySet<string>): string[] {
  return rules
    .filter(({ keys, holds }) => !keys.some((key) => faulty.has(key)) && !holds(settings))
    .map(({ problem, remedy }) => {
      const [key, text] = remedy(settings);
      return `${problem(settings)}; for example: ${setCommand(settingRows[key], text)}`;
    });
}
