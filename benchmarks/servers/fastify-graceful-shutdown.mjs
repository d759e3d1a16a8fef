import gracefulShutdown from 'fastify-graceful-shutdown';
import { createApplication, listen } from './fastify-program.mjs';

const app = createApplication();
await app.register(gracefulShutdown);
await listen(app);
