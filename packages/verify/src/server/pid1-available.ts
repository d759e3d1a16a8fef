import { spawn } from 'node:child_process';

const patienceMs = 5_000;

/** Whether this machine lets us start a process as PID 1 of a PID namespace. */
export async function pid1Available(): Promise<boolean> {
  const user = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  return await new Promise<boolean>((resolve) => {
    const args = [...user, '--pid', '--fork', '--kill-child=SIGKILL', 'true'];
    const child = spawn('unshare', args, { stdio: 'ignore', timeout: patienceMs });
    child.once('error', () => resolve(false));
    child.once('exit', (code) => resolve(code === 0));
  });
}
