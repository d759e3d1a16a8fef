import { chmod, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createTemporaryDirectory } from '../../../control/test/support/temporary-directory.js';
import { readTokenFile } from '../../src/token/read-token-file.js';

async function writeToken(text: string, mode = 0o600): Promise<string> {
  const path = join(await createTemporaryDirectory(), 'token');
  await writeFile(path, text);
  await chmod(path, mode);
  return path;
}

describe('a token file', () => {
  it.each(['operator-0123456789', 'operator-0123456789\n', 'operator-0123456789\r\n'])(
    'gives %j without its line break',
    async (text) => {
      expect(readTokenFile(await writeToken(text), '--token-file')).toBe('operator-0123456789');
    },
  );

  it('may be read by its group, and be a link, as mounted secrets are', async () => {
    const path = await writeToken('operator-0123456789', 0o440);
    await symlink(path, `${path}-link`);
    expect(readTokenFile(`${path}-link`, '--token-file')).toBe('operator-0123456789');
  });

  it.each([
    [0o644, 'can be read by everybody (mode 0644)'],
    [0o604, 'can be read by everybody (mode 0604)'],
    [0o620, 'can be written to by others (mode 0620)'],
  ])('of mode %o is refused', async (mode, message) => {
    const path = await writeToken('operator-0123456789', mode);
    expect(() => readTokenFile(path, '--token-file')).toThrow(message);
    expect(() => readTokenFile(path, '--token-file')).toThrow(expect.objectContaining({ exitCode: 5 }));
  });

  it.each([
    ['', 'is empty'],
    ['\n', 'is empty'],
    ['two tokens', 'holds something else than one token'],
    ['one\n\n', 'holds something else than one token'],
  ])('with %j is refused, and what it holds is not shown', async (text, message) => {
    const path = await writeToken(text);
    expect(() => readTokenFile(path, 'QUIESCE_TOKEN_FILE')).toThrow(
      `QUIESCE_TOKEN_FILE: ${JSON.stringify(path)} ${message}`,
    );
  });

  it('must be there, a file, and not too large', async () => {
    const path = await writeToken('a'.repeat(5_000));
    expect(() => readTokenFile(path, '--token-file')).toThrow('too many for a token');
    expect(() => readTokenFile(`${path}-none`, '--token-file')).toThrow('ENOENT');
    expect(() => readTokenFile('/', '--token-file')).toThrow('it is not a regular file');
  });
});
