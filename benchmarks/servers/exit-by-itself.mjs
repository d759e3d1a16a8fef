// Node's own exit: nothing but process.exit(), as soon as the last response is closed. No library can be faster. It waits for a first
// response, so that on a busy machine the signal cannot overtake the one request of the measurement.
import { createServer, handler, listen } from './node-program.mjs';

let inFlight = 0;
let answered = 0;
let stopping = false;

function exitWhenIdle() {
  if (stopping && inFlight === 0 && answered > 0) {
    process.exit(0);
  }
}

const server = createServer((request, response) => {
  inFlight += 1;
  response.on('close', () => {
    inFlight -= 1;
    answered += 1;
    exitWhenIdle();
  });
  handler(request, response);
});
process.once('SIGTERM', () => {
  stopping = true;
  exitWhenIdle();
});
listen(server);
