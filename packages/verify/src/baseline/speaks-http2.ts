import { connect } from 'node:http2';
import { originOf, type Target } from '../load/assignment.js';

const patienceMs = 2_000;

/** Whether the server answers HTTP/2: by prior knowledge on a plain port, by ALPN with TLS. */
export async function speaksHttp2(target: Target, path: string): Promise<boolean> {
  const session = connect(originOf(target), { rejectUnauthorized: false });
  return await new Promise<boolean>((resolve) => {
    const patience = setTimeout(() => resolve(false), patienceMs);
    session.on('error', () => resolve(false));
    session.on('close', () => {
      clearTimeout(patience);
      resolve(false);
    });
    const stream = session.request({ ':path': path });
    stream.on('response', () => resolve(true));
    stream.on('error', () => undefined);
    stream.resume();
  }).finally(() => session.destroy());
}
