import { createHttpTerminator } from 'http-terminator';
import { createServer, listen } from '../node-program.mjs';

const server = createServer();
const terminator = createHttpTerminator({ server });
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => void terminator.terminate().then(() => process.exit(0)));
}
listen(server);
