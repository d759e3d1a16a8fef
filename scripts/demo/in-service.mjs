// Preloaded into the service by the demo (node --import): counts from inside, beside the service's own code, the
// requests whose handler was called, and ends the service when the demo is gone. Descriptor 3 leads to the demo.
import { subscribe } from 'node:diagnostics_channel';
import { writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { isMainThread } from 'node:worker_threads';

const demo = 3;
let handled = 0;
let isDemoThere = true;

if (isMainThread) observe(); // a preloaded module is loaded in each worker thread too

function observe() {
  subscribe('http.server.request.start', () => {
    handled += 1;
  });
  process.once('exit', () => {
    if (isDemoThere) writeSync(demo, JSON.stringify({ handled }));
  });
  new Socket({ fd: demo, readable: true, writable: false })
    .once('close', () => {
      isDemoThere = false;
      process.kill(process.pid, 'SIGTERM');
    })
    .resume()
    .unref();
}
