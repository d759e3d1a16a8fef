import { createHttpTerminator } from 'http-terminator';
import { createServer, listen } from './node-program.mjs';

const server = createServer();
const timeout = process.env.TERMINATION_TIMEOUT_MS;
const terminator = createHttpTerminator({
  server,
  ...(timeout === undefined ? {} : { gracefulTerminationTimeout: Number(timeout) }),
});
process.on('SIGTERM', () => {
  void terminator.terminate().then(() => process.exit(0));
});
listen(server);
