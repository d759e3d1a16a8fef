// As in Kubernetes, with the delay that its README gives as the probe's period. Its probes have a port of their own.
import { createLightship } from 'lightship';
import { createServer, listen } from '../node-program.mjs';

const server = createServer();
const lightship = await createLightship({
  detectKubernetes: false,
  port: 0,
  signals: ['SIGTERM', 'SIGINT'],
  shutdownDelay: 1_000,
});
lightship.registerShutdownHandler(() => {
  server.close();
});
listen(server);
lightship.signalReady();
