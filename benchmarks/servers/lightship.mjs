import { createLightship } from 'lightship';
import { createServer, listen } from './node-program.mjs';

const server = createServer();
const lightship = await createLightship();
lightship.registerShutdownHandler(() => {
  server.close();
});
listen(server);
lightship.signalReady();
