import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { sendRaw, sendStop } from '../support/http.js';
import { startTestService } from '../support/test-service.js';

/* Node.js looks at slow connections in real time, so these tests have to wait for it. */

describe('a request', () => {
  it('that comes too slowly is answered 408 and closed: nothing at all, half a header, half a body', async () => {
    const limits = { headersTimeoutMs: 300, requestTimeoutMs: 600 };
    const { socket } = await startTestService({ control: { limits } });
    const head = 'POST /control/shutdown HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';
    const texts = await Promise.all([
      sendRaw(socket, ''),
      sendRaw(socket, 'GET /livez HTTP/1.1\r\nHo'),
      sendRaw(socket, `${head}Content-Length: 100\r\n\r\n{"mode":`),
    ]);
    expect(texts.slice(1).every((text) => text.startsWith('HTTP/1.1 408 '))).toBe(true);
    expect(JSON.parse(texts[1]?.split('\r\n\r\n')[1] ?? '')).toMatchObject({ code: 'request-timeout' });
  });

  it('that waits for the end of a long stop is not taken for a slow one', async () => {
    const limits = { headersTimeoutMs: 100, requestTimeoutMs: 100 };
    const service = await startTestService({
      control: { limits },
      components: [{ name: 'web', drain: () => delay(1_500) }],
    });
    expect((await sendStop(service.socket)).status).toBe(200);
  });
});
