import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, test } from 'vitest';

import { readEnvFile } from '../../../../cli/config/read-env-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'env-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const read = (bytes: Buffer | string) => {
  const path = join(folder, '.env');
  writeFileSync(path, bytes);
  return readEnvFile(path);
};

describe('the text of a .env', () => {
  test.each([
    ['UTF-8', Buffer.from('A=ä€')],
    ['UTF-8 with a byte order mark', Buffer.from('\ufeffA=ä€')],
    ['UTF-16 as PowerShell writes it', Buffer.from('\ufeffA=ä€', 'utf16le')],
    ['UTF-16 with the other order of bytes', Buffer.from('\ufeffA=ä€', 'utf16le').swap16()],
    ['UTF-16 without a byte order mark', Buffer.from('A=ä€', 'utf16le')],
    ['the same with the other order of bytes', Buffer.from('A=ä€', 'utf16le').swap16()],
  ])('is read from %s', (_what, bytes) => {
    expect(read(bytes)).toBe('A=ä€');
  });

  test('has its lines, also where a carriage return alone ends them', () => {
    expect(read('# old\rA=1\r\rB=2')).toBe('# old\nA=1\n\nB=2');
    expect(read('# old\rA=1\r\nB=2\r\r\nC=3\n')).toBe('# old\nA=1\r\nB=2\r\r\nC=3\n');
    expect(() => read(Buffer.from('A=1\rB=ä\r', 'latin1'))).toThrow(/: line 2 is not UTF-8$/);
  });

  test('in Windows-1252 is refused with the line, and not quoted', () => {
    const bytes = Buffer.from('A=1\nB=ä\nSECRET=hünter2\n', 'latin1');
    expect(() => read(bytes)).toThrow(/: line 2 is not UTF-8$/);
  });

  test('that is no .env by its size, or cannot be read, is refused', () => {
    expect(() => read('A=1\n'.repeat(100_000))).toThrow(/larger than 256 KiB/);
    expect(() => readEnvFile(join(folder, 'gone'))).toThrow(/ENOENT/);
  });
});
