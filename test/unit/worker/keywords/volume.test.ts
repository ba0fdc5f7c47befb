import { describe, expect, test } from 'vitest';

import { findMount, judgeMount } from '../../../../worker/keywords/volume.ts';

const folder = '/app/data/bm25';
/** A container of Docker, as it is without the volume. */
const container = [
  '1 0 0:52 / / rw,relatime - overlay overlay rw,lowerdir=/l,upperdir=/u,workdir=/w',
  '2 1 0:55 / /proc rw,nosuid - proc proc rw',
  '3 1 0:60 / /app/data/bm rw - tmpfs tmpfs rw',
];
const on = (line: string) => findMount([...container, line, ''].join('\n'), folder);
const ext4 = 0xef53;
const fuse = 0x65735546;

describe('the file system of the keyword index', () => {
  test.each([
    [
      'Docker on Debian, a named volume',
      '700 690 8:1 /var/lib/docker/volumes/bm25/_data /app/data/bm25 rw master:1 - ext4 /dev/sda1 rw',
      ['good', 'ext4'],
    ],
    [
      'Unraid, the cache pool',
      '701 690 0:40 /appdata/bm25 /app/data/bm25 rw,noatime master:30 - btrfs /dev/nvme0n1p1 rw,ssd',
      ['good', 'btrfs'],
    ],
    [
      'TrueNAS',
      '702 690 0:45 /bm25 /app/data/bm25 rw master:9 - zfs tank/apps rw,xattr',
      ['good', 'zfs'],
    ],
    [
      'Unraid, a user share',
      '703 690 0:42 /appdata/bm25 /app/data/bm25 rw,nosuid master:32 - fuse.shfs shfs rw,allow_other',
      ['risky', "Unraid's user shares (shfs)"],
    ],
    [
      'OpenMediaVault, a pool',
      '704 690 0:77 /appdata /app/data/bm25 rw master:5 - fuse.mergerfs pool:7f3a rw,user_id=0',
      ['risky', 'mergerfs'],
    ],
    [
      'an encrypted home',
      '705 690 0:48 /bm25 /app/data/bm25 rw - fuse.gocryptfs /home/me/.cipher rw',
      ['risky', 'gocryptfs'],
    ],
    [
      'a USB disk',
      '706 690 8:17 /bm25 /app/data/bm25 rw - fuseblk /dev/sdb1 rw',
      ['risky', 'FUSE on a disk (ntfs-3g, exFAT)'],
    ],
    [
      'Docker Desktop on a Mac',
      '707 690 0:50 /Users/me/bm25 /app/data/bm25 rw - virtiofs host rw',
      ['risky', 'virtiofs'],
    ],
    [
      'a folder of another host',
      '708 690 0:51 /bm25 /app/data/bm25 rw - fuse.sshfs me@nas:/srv rw',
      ['refused', 'sshfs'],
    ],
    [
      'a bucket',
      '709 690 0:52 / /app/data/bm25 rw - fuse.rclone gdrive:apps rw',
      ['refused', 'rclone'],
    ],
    [
      'a mount without a type',
      '710 690 0:53 / /app/data/bm25 rw - fuse https://dav.example.org/ rw',
      ['refused', 'fuse'],
    ],
    [
      'a NAS',
      '711 690 0:54 /bm25 /app/data/bm25 rw - nfs4 nas:/volume1/docker rw,vers=4.1',
      ['refused', 'NFS'],
    ],
    [
      'a Windows share',
      '712 690 0:55 / /app/data/bm25 rw - cifs //nas/docker rw,vers=3.1.1',
      ['refused', 'SMB'],
    ],
    [
      'a drive of Windows in WSL',
      '713 690 0:56 / /app/data/bm25 rw - 9p C:\\134 rw,aname=drvfs',
      ['refused', '9p'],
    ],
    [
      'a Ceph cluster',
      '714 690 0:57 / /app/data/bm25 rw - ceph 10.0.0.1:/ rw',
      ['refused', 'CephFS'],
    ],
    ...[
      ['fuse mfs#mfsmaster:9421', 'MooseFS'],
      ['fuse mountpoint-s3', 'Mountpoint for S3'],
      ['fuse s3fs', 's3fs'],
      ['fuse JuiceFS:shared', 'JuiceFS'],
      ['fuse fuse_dfs', 'HDFS'],
      ['fuse curlftpfs#ftp://nas/', 'FTP'],
      ['fuse.mfsmount mfsmaster:9421', 'MooseFS'],
      ['fuse.quobyte quobyte@registry/volume', 'Quobyte'],
      ['fuse.hdfs namenode:8020', 'HDFS'],
      ['fuse.cephfs none', 'CephFS'],
      ['panfs panfs://10.0.0.9/home', 'PanFS'],
      ['wekafs backend/default', 'WekaFS'],
      ['quobyte registry/volume', 'Quobyte'],
    ].map(([mount, name]) => [
      `a cluster or a bucket, ${mount}`,
      `715 690 0:58 / /app/data/bm25 rw - ${mount} rw`,
      ['refused', name],
    ]),
    ...['fuse /dev/fuse', 'fuse bindfs', 'fuse.mergerfs mfs:s3fs', 'fuse gocryptfs'].map(
      (mount) => [
        `a program of this host, ${mount}`,
        `716 690 0:59 / /app/data/bm25 rw - ${mount} rw`,
        ['risky', mount.replace(/ .*$/, '').replace('fuse.', '')],
      ],
    ),
  ] as [string, string, [string, string]][])(
    'of %s is told from mountinfo',
    (_, line, [use, name]) => {
      expect(judgeMount(on(line), ext4)).toEqual({ use, name });
    },
  );

  test('is that of the longest mount point, and of the last one there', () => {
    const lines = [
      '1 0 8:1 / / rw - ext4 /dev/sda1 rw',
      '2 1 0:40 / /mnt/my\\040pool rw - xfs /dev/sdb1 rw',
      '3 1 0:41 / /mnt/my\\040pool rw - fuse.mergerfs a:b rw',
    ].join('\n');
    expect(findMount(lines, '/mnt/my pool/bm25')?.type).toBe('fuse.mergerfs');
    expect(findMount(lines, '/mnt/my pool')?.type).toBe('fuse.mergerfs');
    expect(findMount(lines, '/mnt/my pools')?.type).toBe('ext4');
    expect(findMount('', '/mnt')).toBeUndefined();
  });

  test('is told from statfs where mountinfo says nothing', () => {
    expect(judgeMount(undefined, fuse)).toEqual({ use: 'risky', name: 'fuse' });
    expect(judgeMount(undefined, 0x6969)).toEqual({ use: 'refused', name: 'NFS' });
    expect(judgeMount(undefined, ext4).use).toBe('good');
  });
});
