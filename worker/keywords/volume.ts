import { readFileSync, realpathSync, statfsSync } from 'node:fs';

/** What a folder lies on, by a line of /proc/self/mountinfo. */
export interface Mount {
  readonly mountPoint: string;
  /** Such as `ext4`, `nfs4`, `fuse.sshfs`. */
  readonly type: string;
  /** Such as `/dev/sda1` or `me@nas:/srv`. */
  readonly source: string;
}

/**
 * Whether SQLite's write-ahead log can work on a file system. It needs a file that all processes
 * map into their memory and see change at once, locks of parts of a file that hold between them,
 * and a disk that has what was synced.
 *
 * - `refused`: a network file system, where caches and locks are those of one client
 * - `risky`: FUSE on this host. One kernel has the locks and, unless the program behind it forbids
 *   that, the memory; whether both hold depends on that program and its options
 */
export interface Verdict {
  readonly use: 'good' | 'risky' | 'refused';
  /** How people call the file system. */
  readonly name: string;
}

/** Network file systems, and folders that a virtual machine has of its host, by statfs(2). */
const refusedNumbers: Readonly<Record<number, string>> = {
  0x6969: 'NFS',
  0xff534d42: 'CIFS',
  0xfe534d42: 'SMB',
  0x517b: 'SMB',
  0x01021997: '9p',
  0x00c36400: 'CephFS',
  0x47504653: 'GPFS',
  0x0bd00bd0: 'Lustre',
  0x19830326: 'BeeGFS',
  0x5346414f: 'AFS',
  0x786f4256: 'VirtualBox shared folder',
};
const fuseNumber = 0x65735546;

/** The same by their types in mountinfo; those of FUSE without `fuse.`. */
const refusedTypes: Readonly<Record<string, string>> = {
  nfs: 'NFS',
  nfs4: 'NFS',
  cifs: 'SMB',
  smb3: 'SMB',
  smbfs: 'SMB',
  '9p': '9p',
  drvfs: 'a Windows drive in WSL',
  ceph: 'CephFS',
  cephfs: 'CephFS',
  'ceph-fuse': 'CephFS',
  gpfs: 'GPFS',
  lustre: 'Lustre',
  beegfs: 'BeeGFS',
  afs: 'AFS',
  orangefs: 'OrangeFS',
  pvfs2: 'OrangeFS',
  panfs: 'PanFS',
  wekafs: 'WekaFS',
  quobyte: 'Quobyte',
  dfuse: 'DAOS',
  hdfs: 'HDFS',
  fuse_dfs: 'HDFS',
  glusterfs: 'GlusterFS',
  vboxsf: 'VirtualBox shared folder',
  prl_fs: 'Parallels shared folder',
  'vmhgfs-fuse': 'VMware shared folder',
  grpcfuse: 'a folder of the host in Docker Desktop',
  osxfs: 'a folder of the host in Docker Desktop',
  fakeowner: 'a folder of the host in Docker Desktop',
  sshfs: 'sshfs',
  rclone: 'rclone',
  s3fs: 's3fs',
  gcsfuse: 'gcsfuse',
  goofys: 'goofys',
  geesefs: 'GeeseFS',
  tigrisfs: 'TigrisFS',
  'mountpoint-s3': 'Mountpoint for S3',
  blobfuse: 'blobfuse',
  blobfuse2: 'blobfuse',
  ossfs: 'ossfs',
  cosfs: 'cosfs',
  s3ql: 'S3QL',
  objectivefs: 'ObjectiveFS',
  'alluxio-fuse': 'Alluxio',
  'google-drive-ocamlfuse': 'Google Drive',
  onedriver: 'OneDrive',
  juicefs: 'JuiceFS',
  seaweedfs: 'SeaweedFS',
  mfs: 'MooseFS',
  mfsmount: 'MooseFS',
  moosefs: 'MooseFS',
  lizardfs: 'LizardFS',
  davfs: 'WebDAV',
  davfs2: 'WebDAV',
  curlftpfs: 'FTP',
  smbnetfs: 'SMB',
  'fuse-nfs': 'NFS',
  'gvfsd-fuse': 'GVfs',
};

/** How people call a FUSE file system of this host, where its type does not say it. */
const riskyTypes: Readonly<Record<string, string>> = {
  shfs: "Unraid's user shares (shfs)",
  fuseblk: 'FUSE on a disk (ntfs-3g, exFAT)',
  virtiofs: 'virtiofs',
};

/** `https://…` and `me@host:…`, of a FUSE program that gives no type of its own. */
const remoteSource = /^([a-z][\w+.-]*:\/\/|[^/:\s]+@[^/:\s]+:)/i;

/**
 * @param mountinfo the text of /proc/self/mountinfo
 * @param folder without links
 * @returns the mount that the folder is in; of several at one place the last, which hides the
 *   others
 */
export function findMount(mountinfo: string, folder: string): Mount | undefined {
  let found: Mount | undefined;
  for (const line of mountinfo.split('\n')) {
    const mount = parseMount(line);
    if (mount === undefined || !isWithin(folder, mount.mountPoint)) continue;
    if (found === undefined || mount.mountPoint.length >= found.mountPoint.length) found = mount;
  }
  return found;
}

/** @param number the type in statfs(2), for where mountinfo is not there or says less */
export function judgeMount(mount: Mount | undefined, number: number): Verdict {
  const type = mount?.type ?? '';
  const program = type.replace(/^fuse\./, '');
  const isFuse = type !== program || type in riskyTypes || type === 'fuse' || number === fuseNumber;
  const source = mount?.source ?? '';
  const refused =
    refusedTypes[program.toLowerCase()] ??
    refusedNumbers[number] ??
    (type === 'fuse' ? refusedTypes[readProgram(source)] : undefined);
  if (refused !== undefined) return { use: 'refused', name: refused };
  if (!isFuse) return { use: 'good', name: type };
  const name = riskyTypes[program] ?? (program === '' ? 'fuse' : program);
  return { use: remoteSource.test(source) ? 'refused' : 'risky', name };
}

/** The program in the source of a FUSE mount without a type: `mfs` of `mfs#mfsmaster:9421`. */
function readProgram(source: string): string {
  return (/^[\w.-]+/.exec(source)?.[0] ?? '').toLowerCase();
}

/** Judges the file system that a folder of this process lies on. */
export function judgeFolder(folder: string): Verdict {
  const { type: number } = statfsSync(folder);
  return judgeMount(findMount(readMountinfo(), realpathSync(folder)), number);
}

/** There is none but on Linux. */
function readMountinfo(): string {
  try {
    return readFileSync('/proc/self/mountinfo', 'utf8');
  } catch {
    return '';
  }
}

/** The fields of proc_pid_mountinfo(5); of optional ones there may be none. */
function parseMount(line: string): Mount | undefined {
  const [before = '', after = ''] = line.split(' - ');
  const mountPoint = before.split(' ')[4];
  const [type, source = ''] = after.split(' ');
  if (mountPoint === undefined || type === undefined || type === '') return undefined;
  return { mountPoint: unescape(mountPoint), type, source: unescape(source) };
}

/** Blanks, tabs, line ends and backslashes are written in octal. */
function unescape(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCodePoint(Number.parseInt(octal, 8)),
  );
}

function isWithin(folder: string, mountPoint: string): boolean {
  return folder === mountPoint || folder.startsWith(`${mountPoint.replace(/\/$/, '')}/`);
}
