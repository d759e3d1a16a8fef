import { get } from 'node:http';
import { get as getTls } from 'node:https';
import { authorityOf, type Target } from '../load/assignment.js';

/** One GET on a connection of its own; the status, or undefined when there was no answer in time. */
export async function probeStatus(
  target: Target,
  path: string,
  timeoutMs: number,
): Promise<number | undefined> {
  const { host, port, tls } = target;
  const options = {
    host,
    port,
    path,
    headers: { host: authorityOf(target) },
    agent: false,
    rejectUnauthorized: false,
    timeout: timeoutMs,
    ...(target.name && { servername: target.name }),
  } as const;
  return await new Promise<number | undefined>((resolve) => {
    const request = (tls ? getTls : get)(options, (response) => {
      response.destroy();
      resolve(response.statusCode);
    });
    const patience = setTimeout(() => request.destroy(), timeoutMs);
    request.on('timeout', () => request.destroy());
    request.on('error', () => undefined);
    request.on('close', () => {
      clearTimeout(patience);
      resolve(undefined);
    });
  });
}
